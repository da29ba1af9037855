"""The deployment's tables, empty: in moto, or in the DynamoDB that STOA_TEST_DYNAMODB names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.models import RESPONSES_METHODS, MockAWS
from moto.dynamodb.models import dynamodb_backends

from core.tables import TABLES, create_table_request

ENDPOINT = os.environ.get("STOA_TEST_DYNAMODB")
# Nobody asks AWS by `requests`, for which moto would listen at 1,288 addresses with each account.
RESPONSES_METHODS.clear()


def account() -> MockAWS:
    """An empty AWS account of moto's; one session of boto3 serves all of them."""
    # To begin another one with each costs more than most tests do.
    return mock_aws(config={"core": {"mock_credentials": False, "reset_boto3_session": False}})


@contextmanager
def tables(prefix: str) -> Iterator[None]:
    """The tables of one deployment, until the end."""
    if not ENDPOINT:
        lay_into_moto(prefix)
        yield
        return
    client = boto3.client("dynamodb")
    for spec in TABLES:
        client.create_table(**create_table_request(spec, prefix))
    try:
        yield
    finally:
        for spec in TABLES:
            client.delete_table(TableName=prefix + spec.name)


def lay_into_moto(prefix: str) -> None:
    """As CreateTable would, without its ways there and back."""
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][os.environ["AWS_DEFAULT_REGION"]]
    for spec in TABLES:
        asked: dict[str, Any] = create_table_request(spec, prefix)
        backend.create_table(
            asked["TableName"],
            schema=asked["KeySchema"],
            attr=asked["AttributeDefinitions"],
            billing_mode=asked["BillingMode"],
            global_indexes=asked.get("GlobalSecondaryIndexes", []),
            streams=asked.get("StreamSpecification"),
            indexes=[],
            tags=[],
            throughput=None,
            sse_specification=None,
            deletion_protection_enabled=False,
            warm_throughput=None,
        )
