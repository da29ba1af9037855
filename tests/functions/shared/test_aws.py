"""Secrets are read as a function starts, and clients are made when they are first needed."""

import json
import os
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError, UnknownServiceError
from moto import mock_aws

from functions.shared.aws import client, environment


@pytest.fixture(autouse=True)
def started_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("STOA_SECRETS", raising=False)
    environment.cache_clear()
    with mock_aws():
        yield
    environment.cache_clear()


def secret(name: str, **values: str) -> str:
    """The ARN of a secret that holds these."""
    manager = boto3.client("secretsmanager")
    return str(manager.create_secret(Name=name, SecretString=json.dumps(values))["ARN"])


def test_without_secrets_the_environment_is_the_process_own():
    assert environment() is os.environ


def test_what_secrets_hold_counts_as_if_the_environment_had_it(monkeypatch):
    arns = [secret("one", STOA_ROOM_SECRETS="s1"), secret("two", STOA_STRIPE_KEY="k")]
    monkeypatch.setenv("STOA_SECRETS", ",".join(arns))

    told = environment()

    assert told["STOA_ROOM_SECRETS"] == "s1"
    assert told["STOA_STRIPE_KEY"] == "k"
    assert told["STOA_TABLE_PREFIX"] == os.environ["STOA_TABLE_PREFIX"]


def test_a_function_whose_secret_is_gone_does_not_start(monkeypatch):
    monkeypatch.setenv("STOA_SECRETS", "arn:aws:secretsmanager:us-east-1:123456789012:secret:gone")

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        environment()


def test_a_client_is_not_made_before_it_is_called():
    unknown = client("no-such-service")

    with pytest.raises(UnknownServiceError):
        unknown.send_message()


def test_a_client_is_made_once():
    sqs = client("sqs")

    assert sqs.meta.service_model.service_name == "sqs"
    assert sqs.meta is sqs.meta
