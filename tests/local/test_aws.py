import asyncio
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from core.tables import ROOMS, create_table_request
from local.aws import LOOK_AGAIN, Aws, without_wait
from local.deployment import aws_environment

pytestmark = pytest.mark.anyio
SOON = LOOK_AGAIN / 2  # sooner than by looking again
Client = Callable[[str], Any]


@pytest.fixture
async def endpoint() -> AsyncIterator[str]:
    aws = Aws()
    yield await aws.start()
    await aws.stop()
    for service in ("dynamodb", "sqs"):
        get_backend(service)[DEFAULT_ACCOUNT_ID]["us-east-1"].reset()


@pytest.fixture
def client(endpoint: str) -> Client:
    boto: Any = boto3
    config = Config(max_pool_connections=20)
    return lambda service: boto.client(service, endpoint_url=endpoint, config=config)


@pytest.fixture
async def queue(client: Client) -> tuple[Any, str]:
    sqs = client("sqs")
    created = await asyncio.to_thread(sqs.create_queue, QueueName="commands")
    return sqs, created["QueueUrl"]


async def receive(sqs: Any, url: str, wait: int) -> list[str]:
    answer = await asyncio.to_thread(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=wait)
    return [message["Body"] for message in answer.get("Messages", [])]


async def test_a_long_poll_brings_a_message_as_soon_as_it_is_sent(queue: tuple[Any, str]) -> None:
    sqs, url = queue
    polling = asyncio.create_task(receive(sqs, url, 20))
    assert await receive(sqs, url, 0) == []  # the long poll is under way

    async with asyncio.timeout(SOON):
        await asyncio.to_thread(sqs.send_message, QueueUrl=url, MessageBody="now")
        assert await polling == ["now"]


async def test_a_batch_wakes_a_long_poll_too(queue: tuple[Any, str]) -> None:
    sqs, url = queue
    polling = asyncio.create_task(receive(sqs, url, 20))
    assert await receive(sqs, url, 0) == []

    async with asyncio.timeout(SOON):
        entries = [{"Id": "1", "MessageBody": "now"}]
        await asyncio.to_thread(sqs.send_message_batch, QueueUrl=url, Entries=entries)
        assert await polling == ["now"]


async def test_a_message_that_becomes_visible_by_time_alone_is_found(
    queue: tuple[Any, str],
) -> None:
    sqs, url = queue
    await asyncio.to_thread(sqs.send_message, QueueUrl=url, MessageBody="late", DelaySeconds=1)

    assert await receive(sqs, url, 5) == ["late"]


async def test_a_long_poll_waits_no_longer_than_asked(queue: tuple[Any, str]) -> None:
    sqs, url = queue

    started = asyncio.get_running_loop().time()
    assert await receive(sqs, url, 1) == []

    assert 1 <= asyncio.get_running_loop().time() - started < 2


async def test_stopping_ends_long_polls() -> None:
    aws = Aws()
    sqs = boto3.client("sqs", endpoint_url=await aws.start())
    url = (await asyncio.to_thread(sqs.create_queue, QueueName="stopped"))["QueueUrl"]
    polling = asyncio.create_task(receive(sqs, url, 20))
    assert await receive(sqs, url, 0) == []

    async with asyncio.timeout(5):
        await aws.stop()
        assert await polling == []


@pytest.mark.parametrize(
    ("asked", "wait", "passed_on"),
    [
        (b'{"WaitTimeSeconds": 20}', 20, b'{"WaitTimeSeconds": 0}'),
        (b"{}", 0, b'{"WaitTimeSeconds": 0}'),
        (b'{"WaitTimeSeconds": 21}', 0, b'{"WaitTimeSeconds": 21}'),
        (b'{"WaitTimeSeconds": -1}', 0, b'{"WaitTimeSeconds": -1}'),
        (b'{"WaitTimeSeconds": "x"}', 0, b'{"WaitTimeSeconds": "x"}'),
    ],
)
def test_moto_never_waits_itself(asked: bytes, wait: int, passed_on: bytes) -> None:
    assert without_wait(asked) == (wait, passed_on)


async def test_a_condition_holds_under_threads(client: Client) -> None:
    dynamodb = client("dynamodb")
    await asyncio.to_thread(dynamodb.create_table, **create_table_request(ROOMS, ""))
    key = {"pk": {"S": "room#1"}, "sk": {"S": "meta"}}
    await asyncio.to_thread(dynamodb.put_item, TableName="rooms", Item=key | {"left": {"N": "20"}})

    def sell(_: int) -> bool:
        try:
            dynamodb.update_item(
                TableName="rooms",
                Key=key,
                UpdateExpression="ADD #left :less",
                ConditionExpression="#left > :none",
                ExpressionAttributeNames={"#left": "left"},
                ExpressionAttributeValues={":less": {"N": "-1"}, ":none": {"N": "0"}},
            )
        except ClientError:
            return False
        return True

    def sell_all() -> int:
        with ThreadPoolExecutor(16) as threads:
            return sum(threads.map(sell, range(60)))

    assert await asyncio.to_thread(sell_all) == 20


def test_the_environment_of_the_stack_names_no_other_account() -> None:
    mine = {
        "PATH": "/bin",
        "AWS_PROFILE": "work",
        "AWS_SESSION_TOKEN": "t",
        "AWS_ENDPOINT_URL_SQS": "https://elsewhere.test",
        "NO_PROXY": "intranet.test",
    }

    env = aws_environment(mine, "http://127.0.0.1:1")

    assert env["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert env["PATH"] == "/bin"
    assert env["NO_PROXY"] == "intranet.test,127.0.0.1"
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_SQS"}.isdisjoint(env)
    assert env["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
