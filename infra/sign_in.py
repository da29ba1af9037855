"""Where people sign in: at the operator's own issuer, or at the user pool of the data stack."""

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.settings import Settings

CALLBACK = "/sign-in/callback"
"""The page to which the issuer sends people back; `web/src/auth/oidc.ts` knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The issuer of the ID tokens, the web client's id there (their audience), and its keys."""

    issuer: str
    client_id: str
    jwks_url: str


def register(
    scope: Construct, settings: Settings, pool: cognito.UserPool | None, web_url: str
) -> SignIn:
    """What the web page at this address needs to sign people in; a client of the pool, if any."""
    if settings.sign_in is not None:
        own = settings.sign_in
        return SignIn(issuer=own.issuer, client_id=own.audience, jwks_url=own.jwks_url)
    if pool is None:
        raise ValueError("without an issuer there must be a user pool")
    client = cognito.UserPoolClient(
        scope,
        "WebClient",
        user_pool=pool,
        user_pool_client_name=f"{settings.prefix}web",
        generate_secret=False,
        auth_flows=cognito.AuthFlow(user_srp=True),
        o_auth=cognito.OAuthSettings(
            flows=cognito.OAuthFlows(authorization_code_grant=True),
            scopes=[
                cognito.OAuthScope.OPENID,
                cognito.OAuthScope.PROFILE,
                cognito.OAuthScope.EMAIL,
            ],
            callback_urls=[web_url + CALLBACK],
            logout_urls=[f"{web_url}/"],
        ),
        id_token_validity=Duration.hours(1),
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
    )
    issuer = pool.user_pool_provider_url
    return SignIn(
        issuer=issuer,
        client_id=client.user_pool_client_id,
        jwks_url=f"{issuer}/.well-known/jwks.json",
    )
