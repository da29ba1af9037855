import asyncio
from typing import Any

import boto3
import pytest

from core.messages import RoomEnded, write_command
from media_workers.fleet.commands import CommandQueue, Listener

pytestmark = pytest.mark.anyio


class Prompt(CommandQueue):
    """moto's long poll sleeps with its lock held."""

    def receive(self, wait_seconds: Any = 0) -> Any:
        return super().receive(0)


@pytest.fixture
def queue(aws: Any) -> Any:
    queue = Prompt("stoa-test-worker-w1")
    queue.create()
    return queue


def send(queue: Any, *texts: Any) -> None:
    sqs = boto3.client("sqs")
    for text in texts:
        sqs.send_message(QueueUrl=queue.url, MessageBody=text)


def left(queue: Any) -> Any:
    attributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = boto3.client("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=attributes)
    return sum(map(int, answer["Attributes"].values()))


async def listen(queue: Any, apply: Any, until: Any) -> Any:
    listener = Listener(queue, apply)
    listener.start()
    async with asyncio.timeout(5):
        while not until(listener):  # noqa: ASYNC110 - it happens in a thread
            await asyncio.sleep(0.005)
    listener.stop()
    await asyncio.to_thread(listener._thread.join)
    return listener


async def test_commands_are_applied_in_the_order_of_sending_and_then_deleted(queue: Any) -> None:
    heard = []
    send(queue, *(write_command(RoomEnded(room_id=f"r{number}")) for number in range(12)))

    await listen(
        queue,
        lambda command, sent_at: heard.append((command.room_id, sent_at)),
        lambda _: len(heard) == 12 and left(queue) == 0,
    )

    assert [room_id for room_id, _ in heard] == [f"r{number}" for number in range(12)]
    assert all(sent_at.tzinfo for _, sent_at in heard)


async def test_a_message_that_makes_no_sense_is_counted_and_does_not_come_again(queue: Any) -> None:
    send(queue, "hello", '{"type":"unknown"}')

    listener = await listen(queue, lambda *_: None, lambda _: left(queue) == 0)

    assert listener.counters["malformed"] == 2


async def test_a_command_that_breaks_does_not_stop_the_next(queue: Any, caplog: Any) -> None:
    heard = []

    def apply(command: Any, sent_at: Any) -> None:
        heard.append(command.room_id)
        if command.room_id == "r1":
            raise LookupError

    send(queue, *(write_command(RoomEnded(room_id=name)) for name in ("r1", "r2")))

    listener = await listen(queue, apply, lambda _: left(queue) == 0)

    assert set(heard) == {"r1", "r2"}
    assert listener.counters["broken"] == 1
    assert "command.failed" in caplog.text


async def test_what_comes_after_the_end_is_not_applied(queue: Any) -> None:
    heard = []
    listener = Listener(queue, lambda command, _: heard.append(command))
    listener.start()
    listener.stop()
    await asyncio.to_thread(listener._thread.join)

    send(queue, write_command(RoomEnded(room_id="r1")))

    assert heard == []
    assert left(queue) == 1
