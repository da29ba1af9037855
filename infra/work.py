"""The work stack: whatever happens without a request. Jobs, queues, followers of streams.

What could not be done lies in dead letters, and an alarm rings: see `dead_letters`.
"""

import json
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from core.jobs import JOBS, SCHEDULE_GROUP, Job, create_schedule_request
from core.queues import QUEUES, Queue
from core.streams import STREAMS, Stream, event_filter
from infra.data import DataStack
from infra.dead_letters import ChangesPutAside, DeadLetters
from infra.functions import REMINDERS, events, name_of
from infra.gateway import GatewayStack
from infra.lambdas import Lambdas, construct_id
from infra.rights import SCHEDULER, allow
from infra.settings import Settings
from infra.web import WebStack

RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
FOLLOW = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")


class WorkStack(Stack):
    """`functions`, `queues` and `dead_letters`, each by name without the prefix."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        data: DataStack,
        gateway: GatewayStack,
        web: WebStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, name, **options)
        self._prefix = settings.prefix
        self._data = data
        self._web = web
        self.dead_letters: dict[str, DeadLetters | ChangesPutAside] = {}
        lambdas = Lambdas(self, settings=settings, data=data, gateway=gateway, web=web)
        dead = {
            job.function: self._put_aside(job.dead_letters_name) for job in JOBS if job.dead_letters
        }
        self.functions = {
            each.name: lambdas.make(each, dead_letters=dead.get(each.entry))
            for each in events().values()
        }
        self.queues: dict[str, sqs.Queue] = {}
        for queue in QUEUES:
            self.queues[queue.name] = self._queue(queue)
        for stream in STREAMS:
            self._follow(stream)
        self._schedule()

    def _put_aside(self, name: str) -> sqs.Queue:
        topic = self._data.alarms
        dead = DeadLetters(self, name, prefix=self._prefix, topic=topic)
        self.dead_letters[name] = dead
        return dead.queue

    def _queue(self, queue: Queue) -> sqs.Queue:
        dead = self._put_aside(queue.dead_letters)
        made = sqs.Queue(
            self,
            queue.name,
            queue_name=self._prefix + queue.name,
            visibility_timeout=Duration.seconds(queue.visibility_s),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=dead, max_receive_count=queue.max_receive_count
            ),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        function = self.functions[name_of(queue.function)]
        function.add_to_role_policy(allow(RECEIVE, made.queue_arn))
        lambda_.EventSourceMapping(
            self,
            f"{queue.name}-feed",
            target=function,
            event_source_arn=made.queue_arn,
            batch_size=queue.batch_size,
            max_batching_window=Duration.seconds(queue.window_s),
            report_batch_item_failures=True,
        )
        return made

    def _follow(self, stream: Stream) -> None:
        """Changes in their order; those that come in vain too often are put aside."""
        function = self.functions[name_of(stream.function)]
        dead = self._put_changes_aside(stream)
        arn = self._data.tables[stream.table].table_stream_arn
        if arn is None:
            raise ValueError(f"{stream.table.name} has no stream")
        function.add_to_role_policy(allow(FOLLOW, arn))
        function.add_to_role_policy(allow(["dynamodb:ListStreams"], "*"))
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucket", "s3:PutObject"],
                resources=[dead.bucket_arn, dead.arn_for_objects("aws/lambda/*")],
                # Should the bucket be deleted, nobody else's of its name gets the changes.
                conditions={"StringEquals": {"s3:ResourceAccount": self.account}},
            )
        )
        mapping = lambda_.CfnEventSourceMapping(
            self,
            f"{stream.name}-feed",
            function_name=function.function_name,
            event_source_arn=arn,
            batch_size=stream.batch_size,
            starting_position="TRIM_HORIZON",
            maximum_retry_attempts=stream.attempts,
            bisect_batch_on_function_error=True,
            function_response_types=["ReportBatchItemFailures"],
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=dead.bucket_arn
                )
            ),
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    lambda_.CfnEventSourceMapping.FilterProperty(
                        pattern=json.dumps(event_filter(stream))
                    )
                ]
            ),
        )
        mapping.node.add_dependency(function)

    def _put_changes_aside(self, stream: Stream) -> s3.Bucket:
        name, topic = stream.dead_letters, self._data.alarms
        dead = ChangesPutAside(self, name, prefix=self._prefix, topic=topic, logs=self._web.logs)
        self.dead_letters[name] = dead
        CfnOutput(
            self,
            f"{construct_id(events()[stream.function])}Dead",
            value=dead.bucket.bucket_name,
        )
        return dead.bucket

    def _schedule(self) -> None:
        role = iam.Role(
            self,
            "Scheduler",
            role_name=self._prefix + SCHEDULER,
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            ),
        )
        group = scheduler.CfnScheduleGroup(self, "Jobs", name=self._prefix + SCHEDULE_GROUP)
        scheduler.CfnScheduleGroup(self, "Reminders", name=self._prefix + REMINDERS)
        for job in JOBS:
            function = self.functions[name_of(job.function)]
            role.add_to_policy(allow(["lambda:InvokeFunction"], function.function_arn))
            if function.dead_letter_queue:
                dead = function.dead_letter_queue.queue_arn
                role.add_to_policy(allow(["sqs:SendMessage"], dead))
            function.configure_async_invoke(
                retry_attempts=job.retries, max_event_age=Duration.seconds(job.max_age_s)
            )
            if job.expression:
                self._every(job, function, role).node.add_dependency(group)

    def _every(self, job: Job, function: lambda_.Function, role: iam.Role) -> scheduler.CfnSchedule:
        request = create_schedule_request(
            job, self._prefix, function_arn=function.function_arn, role_arn=role.role_arn
        )
        target, retries = request["Target"], request["Target"]["RetryPolicy"]
        return scheduler.CfnSchedule(
            self,
            job.name,
            group_name=request["GroupName"],
            name=request["Name"],
            schedule_expression=request["ScheduleExpression"],
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(
                mode=request["FlexibleTimeWindow"]["Mode"]
            ),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=target["Arn"],
                role_arn=target["RoleArn"],
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=retries["MaximumRetryAttempts"],
                    maximum_event_age_in_seconds=retries["MaximumEventAgeInSeconds"],
                ),
            ),
        )
