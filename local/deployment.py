"""What `infra/` makes in a real account, made in the local one."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from core.jobs import JOBS, SCHEDULE_GROUP, create_schedule_request
from core.queues import QUEUES, create_dead_letters_request, create_queue_request
from core.tables import TABLES, create_table_request
from local.names import MAIL_DOMAIN, MODERATORS, PREFIX, REGION, function_arn, queue_arn, role_arn
from local.settings import Settings

REMINDERS = "reminders"
PLATFORMS = {"apns": "APNS", "fcm": "GCM"}  # ours, and what SNS calls them
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
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }
    )


def deploy(endpoint: str, settings: Settings, url: str) -> Deployment:
    """Create everything in the AWS at `endpoint`, which the environment names already.

    `url` is where people reach the stack.
    """
    create_tables()
    create_queues()
    create_schedules()
    verify_sender()
    pool_id, client_id = create_pool()
    issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{pool_id}"
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
            "STOA_MEDIA_BIND": settings.media_bind,
            "STOA_MEDIA_PORT": str(settings.media_port),
            "STOA_MEDIA_ADDRESS": settings.media_address,
            "STOA_CONTROL_BIND": "127.0.0.1",
            "STOA_CONTROL_PORT": "0",
            "STOA_CONTROL_HOST": "127.0.0.1",
            "STOA_WEB_URL": url,
            "STOA_SOCKETS_URL": endpoint,
            "STOA_MAIL_FROM": f"Stoa <post@{MAIL_DOMAIN}>",
            "STOA_TICKETS_ROLLOUT": settings.rollout,
            "STOA_TICKETS_ROLLOUT_LIST": settings.rollout_list,
            "STOA_REMINDER_GROUP": PREFIX + REMINDERS,
            "STOA_FIRE_ARN": function_arn("reminders-fire"),
            "STOA_FIRE_DEAD_ARN": queue_arn(f"{PREFIX}reminders-fire-dead"),
            "STOA_SCHEDULER_ROLE_ARN": role_arn("scheduler"),
            **create_platforms(),
        },
    )


def create_tables() -> None:
    """The tables of all features."""
    dynamodb = boto3.client("dynamodb")
    for spec in TABLES:
        dynamodb.create_table(**create_table_request(spec, PREFIX))


def create_queues() -> None:
    """The queues that functions work off, and those for what could not be done."""
    sqs = boto3.client("sqs")
    for job in JOBS:
        if job.dead_letters:
            sqs.create_queue(**create_dead_letters_request(job.dead_letters_name, PREFIX))
    for queue in QUEUES:
        sqs.create_queue(**create_dead_letters_request(queue.dead_letters, PREFIX))
        dead_letters_arn = queue_arn(PREFIX + queue.dead_letters)
        sqs.create_queue(**create_queue_request(queue, PREFIX, dead_letters_arn=dead_letters_arn))


def create_schedules() -> None:
    """The jobs' timetable, and a place for the schedules that are made at run time."""
    scheduler = boto3.client("scheduler")
    scheduler.create_schedule_group(Name=PREFIX + SCHEDULE_GROUP)
    scheduler.create_schedule_group(Name=PREFIX + REMINDERS)
    for job in JOBS:
        if job.expression is not None:
            arn, role = function_arn(job.name), role_arn("scheduler")
            request = create_schedule_request(job, PREFIX, function_arn=arn, role_arn=role)
            scheduler.create_schedule(**request)


def verify_sender() -> None:
    """SES lets us write from this domain."""
    boto3.client("sesv2").create_email_identity(EmailIdentity=MAIL_DOMAIN)


def create_platforms() -> dict[str, str]:
    """The applications to which phones belong, as our functions are told of them."""
    sns = boto3.client("sns")
    made = {}
    for platform, name in PLATFORMS.items():
        answer = sns.create_platform_application(
            Name=f"{PREFIX}{platform}", Platform=name, Attributes={"PlatformCredential": "local"}
        )
        made[f"STOA_{platform.upper()}_APPLICATION_ARN"] = answer["PlatformApplicationArn"]
    return made


def create_pool() -> tuple[str, str]:
    """A user pool with its group, and the client of the web page in it: their ids."""
    cognito: Any = boto3.client("cognito-idp")
    pool_id = cognito.create_user_pool(PoolName="stoa")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        ReadAttributes=["name", "preferred_username", "email", "email_verified"],
    )
    cognito.create_group(UserPoolId=pool_id, GroupName=MODERATORS)
    return pool_id, client["UserPoolClient"]["ClientId"]
