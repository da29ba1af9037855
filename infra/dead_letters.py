"""A queue for what could not be done, and the alarm that rings as soon as something is in it."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from core.queues import DEAD_LETTERS_LAST_S


class DeadLetters(Construct):
    """`queue` keeps what comes as long as SQS keeps anything; `alarm` tells `topic` of it."""

    def __init__(self, scope: Construct, name: str, *, prefix: str, topic: sns.ITopic) -> None:
        super().__init__(scope, name)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=prefix + name,
            retention_period=Duration.seconds(DEAD_LETTERS_LAST_S),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        seen = self.queue.metric_approximate_number_of_messages_visible(
            period=Duration.minutes(1), statistic="Maximum"
        )
        self.alarm = seen.create_alarm(
            self,
            "Alarm",
            alarm_name=prefix + name,
            alarm_description=f"Something could not be done, and lies in the queue {prefix}{name}.",
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        self.alarm.add_alarm_action(actions.SnsAction(topic))
