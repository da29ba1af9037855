"""What `infra.grants` allows, as statements of IAM: named actions on named resources."""

from collections.abc import Iterator

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam

from infra.data import DataStack
from infra.functions import REMINDERS, Function
from infra.gateway import LIVE, GatewayStack
from infra.grants import ALLOWED, Grant
from infra.settings import Settings

SEND = ("sqs:GetQueueUrl", "sqs:SendMessage")
SCHEDULER = "scheduler"
"""The role by which EventBridge Scheduler acts, after the prefix."""


class Rights:
    """The statements for a function, in the words of one stack."""

    def __init__(
        self, stack: Stack, *, settings: Settings, data: DataStack, gateway: GatewayStack
    ) -> None:
        self._stack = stack
        self._settings = settings
        self._data = data
        self._gateway = gateway

    def of(self, function: Function) -> list[iam.PolicyStatement]:
        """All that the function may do, but for its own logs."""
        grant = ALLOWED[function.name]
        return [*self._tables(grant), *self._services(grant)]

    def _tables(self, grant: Grant) -> Iterator[iam.PolicyStatement]:
        for spec, actions in grant.tables.items():
            arn = self._data.tables[spec].table_arn
            yield allow([f"dynamodb:{action}" for action in sorted(actions)], arn)
            if spec.indexes and "Query" in actions:
                yield allow(["dynamodb:Query"], *(f"{arn}/index/{name}" for name in spec.indexes))

    def _services(self, grant: Grant) -> Iterator[iam.PolicyStatement]:
        prefix = self._settings.prefix
        if grant.queues:
            queues = sorted(grant.queues)
            yield allow(SEND, *(self.arn("sqs", prefix + name) for name in queues))
        if grant.workers:  # a worker makes its queue itself, and is called as it pleases
            yield allow(["sqs:SendMessage"], self.arn("sqs", f"{prefix}worker-*"))
        if grant.mail:
            identity = self.arn("ses", self._settings.mail_domain, kind="identity")
            yield allow(["ses:SendEmail", "ses:SendRawEmail"], identity)
        if grant.schedules:
            group = f"{prefix}{REMINDERS}"
            schedules = self.arn("scheduler", f"{group}/*", kind="schedule")
            yield allow(["scheduler:CreateSchedule", "scheduler:DeleteSchedule"], schedules)
            yield iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self.scheduler_role],
                conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
            )
        if grant.sockets:
            api = self._gateway.sockets.ref
            connections = (f"{api}/{LIVE}/{verb}/@connections/*" for verb in ("DELETE", "POST"))
            arns = (self.arn("execute-api", each) for each in connections)
            yield allow(["execute-api:ManageConnections"], *arns)
        if grant.push:
            yield from self._push()

    def _push(self) -> Iterator[iam.PolicyStatement]:
        push = self._settings.push
        for application in filter(None, (push.apns, push.fcm)):
            yield allow(["sns:CreatePlatformEndpoint"], application)
            endpoints = application.replace(":app/", ":endpoint/") + "/*"
            yield allow(["sns:Publish", "sns:SetEndpointAttributes"], endpoints)

    @property
    def scheduler_role(self) -> str:
        """The ARN of the role by which EventBridge Scheduler acts."""
        name = self._settings.prefix + SCHEDULER
        return self._stack.format_arn(service="iam", region="", resource="role", resource_name=name)

    def arn(self, service: str, name: str, *, kind: str | None = None) -> str:
        """The ARN of something in this account and region."""
        if kind is None:
            no_name = ArnFormat.NO_RESOURCE_NAME
            return self._stack.format_arn(service=service, resource=name, arn_format=no_name)
        return self._stack.format_arn(service=service, resource=kind, resource_name=name)


def allow(actions: list[str] | tuple[str, ...], *resources: str) -> iam.PolicyStatement:
    """Leave to do these, on these alone."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
