"""The gateway stack: the HTTP API and the WebSocket API, still without routes.

Every request, and every message over a socket, leaves a line in a log. Those of WebSocket APIs API
Gateway writes by a role that there is one of for an account and region; it is set here.

They come before the web client's distribution, which leads to them, and before the functions, which
are told the distribution's address: `api` and `sockets` then hang their routes in.
"""

import json
from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway_v1
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.log_groups import log_group
from infra.settings import Settings

LIVE = "live"
"""The WebSocket API's stage: it has no default one."""

REQUEST = (
    "requestId",
    "requestTime",
    "httpMethod",
    "routeKey",
    "status",
    "responseLatency",
    "responseLength",
    "integrationErrorMessage",
    "authorizer.error",
)
"""What is kept of each request: nobody's address, and no token."""

MESSAGE = (
    "connectionId",
    "requestId",
    "requestTime",
    "eventType",
    "routeKey",
    "status",
    "integration.requestId",
    "integration.latency",
    "integration.error",
    "error.message",
)
"""What is kept of each connection and message: nothing that was said, and not what was asked when
connecting, which holds a token.
"""

WRITE_LOGS = tuple(
    f"logs:{action}"
    for action in (
        "CreateLogGroup",
        "CreateLogStream",
        "DescribeLogGroups",
        "DescribeLogStreams",
        "FilterLogEvents",
        "GetLogEvents",
        "PutLogEvents",
    )
)
"""What API Gateway asks of its role: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"""


class GatewayStack(Stack):
    """`http` and `sockets` are the APIs, `log` has a line for each HTTP request.

    `http_host` answers requests; `sockets_url` is where clients connect, and `management_url` where
    our functions reach them.
    """

    def __init__(self, scope: Construct, name: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, name, **options)
        domain = f"execute-api.{self.region}.{self.url_suffix}"
        self.http = apigateway.CfnApi(
            self,
            "Http",
            name=f"{settings.prefix}http",
            protocol_type="HTTP",
            cors_configuration=cors(settings),
        )
        self.log = log_group(self, "Requests", f"{settings.prefix}requests", settings)
        throttle = apigateway.CfnStage.RouteSettingsProperty(
            throttling_rate_limit=settings.api.requests_per_second,
            throttling_burst_limit=settings.api.burst,
        )
        apigateway.CfnStage(
            self,
            "HttpStage",
            api_id=self.http.ref,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=throttle,
            access_log_settings=lines(self.log, REQUEST),
        )
        self.http_host = f"{self.http.ref}.{domain}"
        self.sockets = apigateway.CfnApi(
            self,
            "Sockets",
            name=f"{settings.prefix}sockets",
            protocol_type="WEBSOCKET",
            route_selection_expression="$request.body.type",
        )
        said = log_group(self, "Messages", f"{settings.prefix}sockets", settings)
        apigateway.CfnStage(
            self,
            "SocketsStage",
            api_id=self.sockets.ref,
            stage_name=LIVE,
            auto_deploy=True,
            default_route_settings=throttle,
            access_log_settings=lines(said, MESSAGE),
        ).node.add_dependency(self._may_log())
        self.sockets_url = f"wss://{self.sockets.ref}.{domain}/{LIVE}"
        self.management_url = f"https://{self.sockets.ref}.{domain}/{LIVE}"

    def _may_log(self) -> apigateway_v1.CfnAccount:
        """Others log by the same role: it may write everywhere, and outlives the stack."""
        role = iam.Role(
            self,
            "MayLog",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            inline_policies={
                "logs": iam.PolicyDocument(
                    statements=[iam.PolicyStatement(actions=list(WRITE_LOGS), resources=["*"])]
                )
            },
        )
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        account = apigateway_v1.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        return account


def lines(
    log: logs.ILogGroup, names: tuple[str, ...]
) -> apigateway.CfnStage.AccessLogSettingsProperty:
    """A line of JSON for each request, with these of API Gateway's variables."""
    return apigateway.CfnStage.AccessLogSettingsProperty(
        destination_arn=log.log_group_arn,
        format=json.dumps({name: f"$context.{name}" for name in names}),
    )


def cors(settings: Settings) -> apigateway.CfnApi.CorsProperty | None:
    """Pages of these origins may call the API; that of the deployment itself needs no leave."""
    if not settings.api.cors_origins:
        return None
    return apigateway.CfnApi.CorsProperty(
        allow_origins=list(settings.api.cors_origins),
        allow_methods=["DELETE", "GET", "PATCH", "POST", "PUT"],
        allow_headers=["authorization", "content-type", "idempotency-key", "if-match"],
        expose_headers=["accept-patch", "etag", "location", "retry-after"],
        max_age=300,
    )
