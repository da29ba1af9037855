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

from core.clock import utc_now
from core.tables import ROOMS, create_table_request
from local.aws import Aws, Call, refused
from local.deployment import aws_environment
from local.sqs.service import Sqs
from local.wsgi import Answer

pytestmark = pytest.mark.anyio
SOON = 5  # s, much less than a long poll may take
Client = Callable[[str], Any]


@pytest.fixture
async def endpoint() -> AsyncIterator[str]:
    aws = Aws(Sqs(utc_now))
    yield await aws.start()
    await aws.stop()
    forget("dynamodb")


def forget(service: str) -> None:
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


def under_way(aws: Aws) -> bool:
    """Whether a request is being answered."""
    server = aws._runner.server
    return server is not None and any(each._current_request for each in server.connections)


async def test_stopping_ends_long_polls() -> None:
    aws = Aws(Sqs(utc_now))
    sqs = boto3.client("sqs", endpoint_url=await aws.start())
    url = (await asyncio.to_thread(sqs.create_queue, QueueName="stopped"))["QueueUrl"]
    polling = asyncio.create_task(receive(sqs, url, 20))
    while not under_way(aws):
        assert await receive(sqs, url, 0) == []

    async with asyncio.timeout(5):
        await aws.stop()
        assert await polling == []


async def test_what_sqs_refuses_is_the_error_that_boto3_knows(queue: tuple[Any, str]) -> None:
    sqs, url = queue

    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        await asyncio.to_thread(sqs.get_queue_url, QueueName="nothing")
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        await asyncio.to_thread(sqs.delete_message, QueueUrl=url, ReceiptHandle="nothing")


class Doorkeeper:
    """Refuses what says `secret`, and remembers what went through."""

    def __init__(self) -> None:
        self.passed_through: list[tuple[str, str, str]] = []

    def refuse(self, call: Call) -> Answer | None:
        return refused(400, "ValidationException", "No.") if b"secret" in call.body else None

    def passed(self, call: Call, answer: Answer) -> None:
        self.passed_through.append((call.service, call.method, call.path))
        assert answer.status == 200


async def test_a_watcher_sees_what_passes_and_may_refuse_it() -> None:
    doorkeeper = Doorkeeper()
    aws = Aws(Sqs(utc_now), (doorkeeper,))
    boto: Any = boto3
    client = boto.client("scheduler", endpoint_url=await aws.start())

    await asyncio.to_thread(client.create_schedule_group, Name="open")
    tags = [{"Key": "a", "Value": "secret"}]
    with pytest.raises(client.exceptions.ValidationException, match="No"):
        await asyncio.to_thread(client.create_schedule_group, Name="closed", Tags=tags)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        await asyncio.to_thread(client.get_schedule_group, Name="closed")

    assert doorkeeper.passed_through == [("scheduler", "POST", "/schedule-groups/open")]
    await aws.stop()
    forget("scheduler")


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


async def test_who_is_killed_in_the_midst_of_asking_is_no_error(
    endpoint: str, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = endpoint.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST / HTTP/1.1\r\nHost: aws\r\nContent-Length: 9\r\n\r\nhalf")
    await asyncio.to_thread(client("sqs").list_queues)  # the half is being read

    writer.transport.abort()
    await asyncio.to_thread(client("sqs").list_queues)

    assert "Error handling request" not in caplog.text
