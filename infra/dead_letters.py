"""Where what could not be done is kept, and the alarm that rings as soon as something is there."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from core.queues import DEAD_LETTERS_LAST_S
from infra.buckets import bucket

LAST = Duration.seconds(DEAD_LETTERS_LAST_S)
EVERYTHING = "everything"
"""S3's metrics are of a filter; this one lets all through."""

FIVE_MINUTES = Duration.minutes(5)
A_DAY = 288
"""In periods of five minutes; an alarm looks back no further."""


class DeadLetters(Construct):
    """`queue` keeps messages, or a function's events, as long as SQS keeps anything.

    `arrived` is the metric that an alarm tells `topic` of.
    """

    def __init__(self, scope: Construct, name: str, *, prefix: str, topic: sns.ITopic) -> None:
        super().__init__(scope, name)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=prefix + name,
            retention_period=LAST,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        self.arrived = self.queue.metric_approximate_number_of_messages_visible(
            period=Duration.minutes(1), statistic="Maximum"
        )
        where = f"the queue {prefix}{name}"
        ring(self, self.arrived, name=prefix + name, where=where, topic=topic)


class ChangesPutAside(Construct):
    """`bucket` keeps a stream's changes, whole: a queue would be told only where they had been.

    `arrived` is the metric that an alarm tells `topic` of. S3 counts requests, not what lies there,
    and may say so late: the alarm looks back a day.
    """

    def __init__(
        self, scope: Construct, name: str, *, prefix: str, topic: sns.ITopic, logs: s3.IBucket
    ) -> None:
        super().__init__(scope, name)
        self.bucket = bucket(
            self,
            "Bucket",
            lifecycle_rules=[s3.LifecycleRule(expiration=LAST)],
            metrics=[s3.BucketMetrics(id=EVERYTHING)],
            server_access_logs_bucket=logs,
            server_access_logs_prefix=f"{name}/",
        )
        self.arrived = cloudwatch.Metric(
            namespace="AWS/S3",
            metric_name="PutRequests",
            dimensions_map={"BucketName": self.bucket.bucket_name, "FilterId": EVERYTHING},
            period=FIVE_MINUTES,
            statistic="Sum",
        )
        where = f"the bucket {self.bucket.bucket_name}"
        ring(self, self.arrived, name=prefix + name, where=where, topic=topic, periods=A_DAY)


def ring(
    scope: Construct,
    arrived: cloudwatch.IMetric,
    *,
    name: str,
    where: str,
    topic: sns.ITopic,
    periods: int = 1,
) -> None:
    """An alarm of this name as long as something arrived in the last so many periods."""
    alarm = cloudwatch.Alarm(
        scope,
        "Alarm",
        alarm_name=name,
        alarm_description=f"Something could not be done, and lies in {where}.",
        metric=arrived,
        threshold=1,
        evaluation_periods=periods,
        datapoints_to_alarm=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    alarm.add_alarm_action(actions.SnsAction(topic))
