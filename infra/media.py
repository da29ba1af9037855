"""The media stack: the audio plane on Fargate.

A task has a public address, which it looks up itself, and one UDP port. It keeps ECS from stopping
it while rooms are live in it (`media_workers.fleet.protection`), and drains when a deployment
replaces it.
"""

from typing import Any

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from core.tables import ROOMS, TICKETS, WORKERS
from infra.data import DataStack
from infra.fargate import FargatePlane, Process, rights
from infra.network import CONTROL_PORT, NetworkStack
from infra.settings import Settings

NAME = "media"
MEASURED = (
    "load",
    "peers",
    "rooms",
    "ticks_late",
    "ticks_given_up",
    "joins_failed",
    "joins",
    "cloud_failures",
    "tasks_failed",
    "heartbeat_gaps",
)


class MediaStack(Stack):
    """Media workers; `plane` is their service."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        data: DataStack,
        network: NetworkStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, name, **options)
        process = Process(
            package="media_workers",
            port=CONTROL_PORT,
            event="worker.measured",
            measured=MEASURED,
            environment={
                "STOA_TABLE_PREFIX": settings.prefix,
                "STOA_QUEUE_PREFIX": settings.prefix,
                "STOA_MEDIA_PORT": str(settings.media.udp_port),
                "STOA_CONTROL_PORT": str(CONTROL_PORT),
                "STOA_CAPACITY": str(settings.media.listeners_per_worker),
            },
            secrets={
                "STOA_ROOM_SECRETS": ecs.Secret.from_secrets_manager(
                    data.room_secret, "STOA_ROOM_SECRETS"
                )
            },
            rights=self._rights(settings, data),
        )
        self.plane = FargatePlane(
            self,
            NAME,
            process,
            settings=settings,
            plane=settings.media,
            vpc=network.vpc,
            group=network.workers,
        )

    def _rights(self, settings: Settings, data: DataStack) -> list[iam.PolicyStatement]:
        rooms, workers, tickets = (
            data.tables[spec].table_arn for spec in (ROOMS, WORKERS, TICKETS)
        )
        full_name = settings.prefix + NAME
        tasks = self._arn("ecs", "task", f"{full_name}/*")
        service = self._arn("ecs", "service", f"{full_name}/{full_name}")
        queues = self._arn("sqs", f"{settings.prefix}worker-*")
        dynamodb = {
            "GetItem": [rooms],
            "BatchGetItem": [rooms],
            "Query": [rooms, f"{rooms}/index/by_state", workers],
            "ConditionCheckItem": [rooms, workers],
            "PutItem": [workers],
            "UpdateItem": [rooms, tickets],
            "DeleteItem": [rooms, workers],
        }
        own_queue = ("CreateQueue", "DeleteQueue", "DeleteMessage", "ReceiveMessage")
        return [
            *(rights([f"dynamodb:{action}"], *arns) for action, arns in dynamodb.items()),
            rights([f"sqs:{action}" for action in own_queue], queues),
            rights(["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"], tasks),
            rights(["ecs:DescribeServices"], service),
            # It has no resources: whoever may ask may ask about all interfaces.
            rights(["ec2:DescribeNetworkInterfaces"], "*"),
        ]

    def _arn(self, service: str, resource: str, name: str | None = None) -> str:
        return self.format_arn(
            service=service,
            resource=resource,
            resource_name=name,
            arn_format=ArnFormat.SLASH_RESOURCE_NAME if name else ArnFormat.NO_RESOURCE_NAME,
        )
