"""The API stack: every route of every door, as the HTTP API has them.

A route whose view needs a caller has the JWT authorizer; one that anonymous callers may use has
none, and its view checks a token if one is sent: API Gateway knows no "optional".
"""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.data import DataStack
from infra.functions import MEDIA_DOOR, door, doors
from infra.gateway import GatewayStack
from infra.lambdas import Lambdas
from infra.network import NetworkStack
from infra.settings import Settings
from infra.web import WebStack


class ApiStack(Stack):
    """`functions` by name; `url` is where the API answers, beside the web client's address."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        data: DataStack,
        gateway: GatewayStack,
        network: NetworkStack,
        web: WebStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, name, **options)
        self.url = f"https://{gateway.http_host}"
        self._api = gateway.http.ref
        lambdas = Lambdas(self, settings=settings, data=data, gateway=gateway, web=web)
        authorizer = apigateway.CfnAuthorizer(
            self,
            "Callers",
            api_id=self._api,
            name="callers",
            authorizer_type="JWT",
            identity_source=["$request.header.Authorization"],
            jwt_configuration=apigateway.CfnAuthorizer.JWTConfigurationProperty(
                issuer=web.sign_in.issuer, audience=[web.sign_in.client_id]
            ),
        )
        self.functions: dict[str, lambda_.Function] = {}
        for each in doors():
            function = door(each.app_name)
            made = lambdas.make(function, network if function.entry == MEDIA_DOOR else None)
            self.functions[function.name] = made
            target = self._integration(function.name, made)
            for (method, path), operation in sorted(each.operations.items()):
                apigateway.CfnRoute(
                    self,
                    f"{method} {path.replace('/', '.')}",
                    api_id=self._api,
                    route_key=f"{method} {path}",
                    target=target,
                    authorization_type="NONE" if operation.public else "JWT",
                    authorizer_id=None if operation.public else authorizer.ref,
                )

    def _integration(self, name: str, function: lambda_.Function) -> str:
        integration = apigateway.CfnIntegration(
            self,
            f"{name}-integration",
            api_id=self._api,
            integration_type="AWS_PROXY",
            integration_uri=function.function_arn,
            payload_format_version="2.0",
        )
        lambda_.CfnPermission(
            self,
            f"{name}-permission",
            action="lambda:InvokeFunction",
            function_name=function.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=self.format_arn(
                service="execute-api", resource=self._api, resource_name="*/*"
            ),
        )
        return f"integrations/{integration.ref}"
