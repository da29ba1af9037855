"""A function as Lambda runs it: arm64, its layers, its own log, role and rights, its secrets."""

from functools import cache
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import bundle
from infra.data import DataStack
from infra.functions import FIRE, Function, Names, environment, name_of
from infra.gateway import GatewayStack
from infra.log_groups import log_group
from infra.network import NetworkStack
from infra.rights import Rights, allow
from infra.settings import Settings
from infra.web import WebStack

RUNTIME = lambda_.Runtime.PYTHON_3_13
IN_VPC = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeSubnets",
)
"""What Lambda needs to give a function an address; of some of these IAM knows no resources."""


class Lambdas:
    """Makes the functions of one stack."""

    def __init__(
        self,
        stack: Stack,
        *,
        settings: Settings,
        data: DataStack,
        gateway: GatewayStack,
        web: WebStack,
    ) -> None:
        self._stack = stack
        self._settings = settings
        self._data = data
        self.rights = Rights(stack, settings=settings, data=data, gateway=gateway)
        fire = settings.prefix + name_of(FIRE)
        self._names = Names(
            web_url=web.url,
            issuer=web.sign_in.issuer,
            audience=web.sign_in.client_id,
            jwks_url=web.sign_in.jwks_url,
            sockets_url=gateway.management_url,
            fire_arn=f"{stack.format_arn(service='lambda', resource='function')}:{fire}",
            fire_dead_arn=self.rights.arn("sqs", f"{fire}-dead"),
            scheduler_role_arn=self.rights.scheduler_role,
        )
        self._layer = cache(self._make_layer)

    def make(
        self,
        function: Function,
        network: NetworkStack | None = None,
        dead_letters: sqs.IQueue | None = None,
    ) -> lambda_.Function:
        """The function; with a network it lives in it, wearing the media door's security group.

        `dead_letters` gets the events that it could not be run for.
        """
        scope = Construct(self._stack, construct_id(function))
        name = self._settings.prefix + function.name
        log = log_group(scope, "Log", f"/aws/lambda/{name}", self._settings)
        role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        for statement in self.rights.of(function):
            role.add_to_policy(statement)
        told = environment(function, self._settings, self._names)
        secrets = self._secrets(function)
        placed: dict[str, Any] = {}
        if network is None:
            told |= {"STOA_SECRETS": ",".join(each.secret_arn for each in secrets.values())}
            for secret in secrets.values():
                secret.grant_read(role)
        else:  # it has no way to Secrets Manager, so CloudFormation asks on its behalf
            told |= {
                field: secret.secret_value_from_json(field).unsafe_unwrap()
                for field, secret in secrets.items()
            }
            role.add_to_policy(allow(IN_VPC, "*"))
            placed = {
                "vpc": network.vpc,
                "allow_public_subnet": True,
                "security_groups": [network.door],
            }
        return lambda_.Function(
            scope,
            "Function",
            function_name=name,
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(str(bundle.code(function.entry))),
            layers=[self._layer(each) for each in bundle.layers_of(function.entry)],
            handler=function.handler,
            timeout=Duration.seconds(function.timeout_s),
            memory_size=self._settings.api.memory_mb,
            role=role,
            environment=told | {"STOA_GENERATION": str(self._settings.secrets_generation)},
            dead_letter_queue=dead_letters,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            tracing=lambda_.Tracing.ACTIVE
            if self._settings.operations.tracing
            else lambda_.Tracing.DISABLED,
            **placed,
        )

    def _secrets(self, function: Function) -> dict[str, secretsmanager.ISecret]:
        """The secrets that a function reads, by a field of theirs."""
        found: dict[str, secretsmanager.ISecret] = {"STOA_ROOM_SECRETS": self._data.room_secret}
        if function.attribute == "app":
            found["STOA_EDGE_PROOF"] = self._data.edge_secret
        if function.reaches("functions.tickets.config"):
            found["STOA_STRIPE_KEY"] = self._data.stripe_secret
        return found

    def _make_layer(self, name: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self._stack,
            f"Layer{name.title()}",
            layer_version_name=f"{self._settings.prefix}{name}",
            code=lambda_.Code.from_asset(str(bundle.layer(name))),
            compatible_architectures=[lambda_.Architecture.ARM_64],
            compatible_runtimes=[RUNTIME],
        )


def construct_id(function: Function) -> str:
    """`TicketsSweep`, of `tickets-sweep`."""
    return "".join(part.title() for part in function.name.split("-"))
