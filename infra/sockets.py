"""The sockets stack: the routes of the WebSocket API, all answered by one function."""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from core.sockets import ROUTES
from infra.data import DataStack
from infra.functions import SOCKETS
from infra.gateway import GatewayStack
from infra.lambdas import Lambdas
from infra.settings import Settings
from infra.web import WebStack


class SocketsStack(Stack):
    """`functions` by name. Who may connect is decided by the function, at `$connect`."""

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
        lambdas = Lambdas(self, settings=settings, data=data, gateway=gateway, web=web)
        function = lambdas.make(SOCKETS)
        self.functions = {SOCKETS.name: function}
        api = gateway.sockets.ref
        path = f"2015-03-31/functions/{function.function_arn}/invocations"
        integration = apigateway.CfnIntegration(
            self,
            "Integration",
            api_id=api,
            integration_type="AWS_PROXY",
            integration_uri=f"arn:{self.partition}:apigateway:{self.region}:lambda:path/{path}",
        )
        lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=function.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=self.format_arn(service="execute-api", resource=api, resource_name="*/*"),
        )
        for route in ROUTES:
            apigateway.CfnRoute(
                self,
                route,
                api_id=api,
                route_key=route,
                authorization_type="NONE",
                target=f"integrations/{integration.ref}",
            )
