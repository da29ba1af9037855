"""What `infra/` makes in a real account, made in the local one: tables and a user pool."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from core.tables import TABLES, create_table_request
from local.settings import Settings

PREFIX = "stoa-"
PROXY_NAMES = ("NO_PROXY", "no_proxy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Names that AWS gave out, and what our processes are told about them."""

    pool_id: str
    client_id: str
    issuer: str
    jwks_url: str
    environment: Mapping[str, str]


def aws_environment(env: Mapping[str, str], endpoint: str) -> dict[str, str]:
    """`env` with this AWS in place of whatever account or proxy the person has at hand."""
    kept = {name: value for name, value in env.items() if not name.startswith("AWS_")}
    direct = {name: ",".join(filter(None, [env.get(name), "127.0.0.1"])) for name in PROXY_NAMES}
    return (
        kept
        | direct
        | {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }
    )


def deploy(endpoint: str, settings: Settings) -> Deployment:
    """Create everything in the AWS at `endpoint`, which the environment names already."""
    dynamodb = boto3.client("dynamodb")
    for spec in TABLES:
        dynamodb.create_table(**create_table_request(spec, PREFIX))
    pool_id, client_id = create_pool()
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}"
    jwks_url = f"{endpoint}/{pool_id}/.well-known/jwks.json"
    return Deployment(
        pool_id=pool_id,
        client_id=client_id,
        issuer=issuer,
        jwks_url=jwks_url,
        environment={
            "STOA_TABLE_PREFIX": PREFIX,
            "STOA_QUEUE_PREFIX": PREFIX,
            "STOA_ISSUER": issuer,
            "STOA_AUDIENCE": client_id,
            "STOA_JWKS_URL": jwks_url,
            "STOA_ROOM_SECRETS": os.environ.get("STOA_ROOM_SECRETS") or secrets.token_urlsafe(32),
            "STOA_MEDIA_BIND": settings.bind,
            "STOA_MEDIA_PORT": str(settings.media_port),
            "STOA_MEDIA_ADDRESS": settings.media_address,
            "STOA_CONTROL_BIND": "127.0.0.1",
            "STOA_CONTROL_PORT": "0",
            "STOA_CONTROL_HOST": "127.0.0.1",
        },
    )


def create_pool() -> tuple[str, str]:
    """A user pool, and the client of the web page in it: their ids."""
    cognito: Any = boto3.client("cognito-idp")
    pool_id = cognito.create_user_pool(PoolName="stoa")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        ReadAttributes=["name", "preferred_username"],
    )
    return pool_id, client["UserPoolClient"]["ClientId"]
