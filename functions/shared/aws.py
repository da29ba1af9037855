"""What a function asks of AWS as it starts: its secrets; and its clients, when they are needed."""

import json
import os
from collections import ChainMap
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from functions.shared.later import later

SECRETS = Config(retries={"mode": "standard", "max_attempts": 4}, connect_timeout=2, read_timeout=5)


@cache
def environment() -> Mapping[str, str]:
    """This process' environment, and the secrets whose ARNs STOA_SECRETS lists with commas.

    A secret is a JSON object of names and values, as the environment would have them. It is read
    once: another value is seen by functions that start after it was written.
    """
    arns = os.environ.get("STOA_SECRETS")
    if not arns:
        return os.environ
    manager = boto3.client("secretsmanager", config=SECRETS)
    found: dict[str, str] = {}
    for arn in arns.split(","):
        found |= json.loads(manager.get_secret_value(SecretId=arn)["SecretString"])
    return ChainMap(found, os.environ)


def client(service: str, **options: Any) -> Any:
    """boto3's client of a service, made when it is first called.

    That takes tens of milliseconds, and most requests need none but DynamoDB's.
    """
    return later(lambda: boto3.client(service, **options))  # type: ignore[call-overload]
