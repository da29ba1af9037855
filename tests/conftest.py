"""One AWS for every test: moto behind one lock, or any DynamoDB that STOA_TEST_DYNAMODB names.

The environment is set before anything of the product is imported, as Lambda would.
"""

import os
from collections.abc import Iterator

STOA = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "STOA_TABLE_PREFIX": "stoa-test-",
    "STOA_ISSUER": "https://issuer.test",
    "STOA_AUDIENCE": "stoa-test",
    "STOA_JWKS_URL": "https://issuer.test/jwks.json",
    "STOA_ROOM_SECRETS": "a-room-secret-of-at-least-32-bytes",
}
os.environ.update(STOA)
ENDPOINT = os.environ.get("STOA_TEST_DYNAMODB")
if ENDPOINT:
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = ENDPOINT

import threading  # noqa: E402 - see the docstring
from datetime import UTC, datetime  # noqa: E402
from typing import Any  # noqa: E402

import boto3  # noqa: E402
import pytest  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.core.botocore_stubber import BotocoreStubber  # noqa: E402

from core.dynamo import Database  # noqa: E402
from core.tables import TABLES, create_table_request  # noqa: E402

# moto is not safe under threads; one lock around it makes it as atomic as DynamoDB.
_lock = threading.RLock()
_unlocked = BotocoreStubber.__call__


def _locked(self: BotocoreStubber, *args: Any, **kwargs: Any) -> Any:
    with _lock:
        return _unlocked(self, *args, **kwargs)


BotocoreStubber.__call__ = _locked  # type: ignore[method-assign]


@pytest.fixture
def now() -> datetime:
    """Noon of a day in the future, in UTC."""
    return datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[None]:
    """An empty account with our tables in it."""
    if ENDPOINT:
        _create_tables()
        yield
        _drop_tables()
        return
    with mock_aws():
        _create_tables()
        yield


@pytest.fixture
def database(aws: None) -> Database:
    """The deployment under test."""
    return Database(STOA["STOA_TABLE_PREFIX"])


def _create_tables() -> None:
    client = boto3.client("dynamodb")
    for spec in TABLES:
        client.create_table(**create_table_request(spec, STOA["STOA_TABLE_PREFIX"]))


def _drop_tables() -> None:
    client = boto3.client("dynamodb")
    for spec in TABLES:
        client.delete_table(TableName=STOA["STOA_TABLE_PREFIX"] + spec.name)
