"""The web stack: the client's files and, at the same address, the API, behind CloudFront.

Who navigates gets a page, all other requests go to the API (`pages.js`): so a browser's calls need
no CORS. API Gateway then sees CloudFront's address; the viewer's comes with a header, and with a
proof that nobody else can send: `functions.shared.gateway_event`.
"""

from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from functions.shared.gateway_event import PROOF
from infra.buckets import bucket
from infra.data import DataStack
from infra.functions import contract
from infra.gateway import GatewayStack
from infra.log_groups import log_group
from infra.policy import response_headers
from infra.settings import Countries, Settings, WrongSettings
from infra.sign_in import register

HERE = Path(__file__).parent
DIST = HERE.parent / "web" / "dist"
PAGES = "pages"
"""The id of the pages' origin, by which `pages.js` selects it."""

FOREVER = "public, max-age=31536000, immutable"
TLS = cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021


class WebStack(Stack):
    """`url` is where people find it, with no slash at its end; `sign_in` is the page's client.

    `logs` keeps who asked for what, of buckets and of the distribution.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        data: DataStack,
        gateway: GatewayStack,
        dist: Path = DIST,
        **options: Any,
    ) -> None:
        super().__init__(scope, name, **options)
        if not (dist / "index.html").is_file():
            raise WrongSettings(f"{dist} has no web client: make it with 'make setup'")
        self._dist = dist
        self.logs = bucket(
            self,
            "Logs",
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,  # CloudFront writes by ACL
            lifecycle_rules=[
                s3.LifecycleRule(expiration=Duration.days(settings.operations.log_retention_days))
            ],
        )
        self._files = bucket(
            self, "Files", server_access_logs_bucket=self.logs, server_access_logs_prefix="files/"
        )
        self.distribution = self._distribution(settings, data, gateway)
        domain = settings.domain.name if settings.domain else self.distribution.domain_name
        self.url = f"https://{domain}"
        self.sign_in = register(self, settings, data.pool, self.url)
        CfnOutput(self, "Url", value=self.url)
        CfnOutput(self, "AliasTarget", value=self.distribution.domain_name)
        self._upload(settings, gateway)

    def _distribution(
        self, settings: Settings, data: DataStack, gateway: GatewayStack
    ) -> cloudfront.Distribution:
        headers = response_headers(
            self,
            f"{settings.prefix}pages",
            connects=[gateway.sockets_url, *sign_in_origins(settings, self.region)],
        )
        router = cloudfront.Function(
            self,
            "Router",
            code=cloudfront.FunctionCode.from_file(file_path=str(HERE / "pages.js")),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        files = cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(self._files, origin_id=PAGES),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=headers,
        )
        api = cloudfront.BehaviorOptions(
            origin=self._api(data, gateway),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=headers,
            function_associations=[
                cloudfront.FunctionAssociation(
                    function=router, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
                )
            ],
        )
        found = sorted(self._dist.iterdir())
        paths = [f"/{path.name}/*" if path.is_dir() else f"/{path.name}" for path in found]
        domain = settings.domain
        return cloudfront.Distribution(
            self,
            "Distribution",
            # What changes with each generation makes CloudFormation read the proof again.
            comment=f"{settings.prefix}web, secrets of generation {settings.secrets_generation}",
            default_behavior=api,
            additional_behaviors=dict.fromkeys(["/config.json", "/openapi.json", *paths], files),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            geo_restriction=geo_restriction(settings.countries),
            # CloudFront's own certificate comes with CloudFront's own policy.
            minimum_protocol_version=TLS if domain else None,
            log_bucket=self.logs,
            log_file_prefix="distribution/",
            domain_names=[domain.name] if domain else None,
            web_acl_id=domain.web_acl if domain else None,
            certificate=acm.Certificate.from_certificate_arn(
                self, "Certificate", domain.certificate
            )
            if domain
            else None,
        )

    def _api(self, data: DataStack, gateway: GatewayStack) -> origins.HttpOrigin:
        proof = data.edge_secret.secret_value_from_json("STOA_EDGE_PROOF")
        return origins.HttpOrigin(
            gateway.http_host,
            origin_id="api",
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
            # A reference that CloudFormation resolves: the secret itself is in no template.
            custom_headers={PROOF: proof.unsafe_unwrap()},
        )

    def _upload(self, settings: Settings, gateway: GatewayStack) -> None:
        """Files of earlier releases stay: pages that are open still load them."""
        log = log_group(self, "Upload", f"{settings.prefix}upload", settings)
        role = iam.Role(self, "Uploader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        config = {
            "sign_in": "oidc",
            "authority": self.sign_in.issuer,
            "client_id": self.sign_in.client_id,
            "sockets": gateway.sockets_url,
        }
        lasting = deployment.BucketDeployment(
            self,
            "Assets",
            destination_bucket=self._files,
            destination_key_prefix="assets",
            sources=[deployment.Source.asset(str(self._dist / "assets"))],
            cache_control=[deployment.CacheControl.from_string(FOREVER)],
            prune=False,
            log_group=log,
            role=role,
        )
        pages = deployment.BucketDeployment(
            self,
            "Pages",
            destination_bucket=self._files,
            sources=[
                deployment.Source.asset(str(self._dist), exclude=["assets"]),
                deployment.Source.json_data("config.json", config),
                deployment.Source.data("openapi.json", contract()),
            ],
            cache_control=[deployment.CacheControl.no_cache()],
            prune=False,
            log_group=log,
            role=role,
        )
        # A page never names a file that is not there yet.
        pages.node.add_dependency(lasting)


def geo_restriction(countries: Countries) -> cloudfront.GeoRestriction | None:
    """Where people may be to be answered, as CloudFront takes it; None: anywhere."""
    if countries.allowed:
        return cloudfront.GeoRestriction.allowlist(*countries.allowed)
    if countries.shut_out:
        return cloudfront.GeoRestriction.denylist(*countries.shut_out)
    return None


def sign_in_origins(settings: Settings, region: str) -> list[str]:
    """Whom the page calls to sign somebody in: the issuer, and where it hands out tokens."""
    if settings.sign_in is None:
        return [
            f"https://cognito-idp.{region}.amazonaws.com",
            f"https://*.auth.{region}.amazoncognito.com",
        ]
    issuer = "/".join(settings.sign_in.issuer.split("/")[:3])
    return [issuer, *settings.sign_in.origins]
