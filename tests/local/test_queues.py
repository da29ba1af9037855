import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest

from core.queues import Queue
from local.lambdas import Function, Lambdas
from local.names import PREFIX, queue_arn
from local.queues import Feeder, failures
from local.sqs.service import Sqs

pytestmark = pytest.mark.anyio
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class WatchedSqs(Sqs):
    """Tells how many messages were deleted, so that a test need not look again and again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.deleted = 0
        self._more = asyncio.Event()

    async def call(self, operation: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = await super().call(operation, request)
        if operation == "DeleteMessageBatch":
            self.deleted += len(answer["Successful"])
            self._more.set()
        return answer

    async def until_deleted(self, count: int) -> None:
        async with asyncio.timeout(10):
            while self.deleted < count:
                await self._more.wait()
                self._more.clear()


class Line:
    """A queue with its dead letters, and a function that is fed from it."""

    def __init__(self) -> None:
        self.now = NOON
        self.sqs = WatchedSqs(lambda: self.now)
        self.lambdas = Lambdas()
        self.batches: asyncio.Queue[list[str]] = asyncio.Queue()
        self.records: list[dict[str, Any]] = []
        self._loop = asyncio.get_running_loop()
        self._answer: Callable[[list[dict[str, Any]]], Any] = lambda _records: None

    async def run(self, queue: Queue) -> None:
        dead = f"{PREFIX}{queue.dead_letters}"
        await self.sqs.call("CreateQueue", {"QueueName": dead})
        redrive = {"deadLetterTargetArn": queue_arn(dead), "maxReceiveCount": 2}
        attributes = {
            "RedrivePolicy": json.dumps(redrive),
            "VisibilityTimeout": str(queue.visibility_s),
        }
        name = PREFIX + queue.name
        await self.sqs.call("CreateQueue", {"QueueName": name, "Attributes": attributes})
        function = Function(name=queue.name, handler=self._handle, timeout_s=queue.timeout_s)
        await Feeder(queue, function, self.lambdas, self.sqs).run()

    def answers(self, answer: Callable[[list[dict[str, Any]]], Any]) -> None:
        self._answer = answer

    def _handle(self, event: dict[str, Any], _context: Any) -> Any:
        self.records += event["Records"]
        bodies = [record["body"] for record in event["Records"]]
        self._loop.call_soon_threadsafe(self.batches.put_nowait, bodies)
        return self._answer(event["Records"])

    async def send(self, *bodies: str) -> None:
        for body in bodies:
            await self.sqs.call("SendMessage", {"QueueUrl": f"/{PREFIX}work", "MessageBody": body})

    async def dead_letters(self) -> list[str]:
        """What comes to the dead letters next."""
        asked = {"QueueUrl": f"/{PREFIX}work-dead", "WaitTimeSeconds": 5}
        messages = (await self.sqs.call("ReceiveMessage", asked)).get("Messages", ())
        return [message["Body"] for message in messages]

    def move(self, by: timedelta) -> None:
        self.now += by
        self.sqs.clock_moved()


Start = Callable[[Queue], Any]
WORK = Queue(name="work", function="functions.x", visibility_s=30)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    yield line
    line.lambdas.stop()


@pytest.fixture
async def feed(line: Line) -> AsyncIterator[Start]:
    """`await feed(queue)`: from now on its function is fed."""
    async with asyncio.TaskGroup() as group:
        running: list[asyncio.Task[None]] = []

        async def start(queue: Queue) -> None:
            running.append(group.create_task(line.run(queue)))
            await asyncio.sleep(0)

        yield start
        for task in running:
            task.cancel()


async def next_batch(line: Line) -> list[str]:
    async with asyncio.timeout(5):
        return await line.batches.get()


async def test_a_function_gets_what_waits_and_the_queue_is_empty_then(
    line: Line, feed: Start
) -> None:
    await feed(WORK)

    await line.send("a")

    assert await next_batch(line) == ["a"]
    await line.sqs.until_deleted(1)


async def test_a_record_looks_as_lambda_makes_it(line: Line, feed: Start) -> None:
    await feed(WORK)
    attributes = {"Kind": {"DataType": "String", "StringValue": "x"}}
    message = {
        "QueueUrl": f"/{PREFIX}work",
        "MessageBody": "a",
        "MessageAttributes": attributes,
    }

    sent = await line.sqs.call("SendMessage", message)
    await next_batch(line)

    (record,) = line.records
    assert record["messageId"] == sent["MessageId"]
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == queue_arn(f"{PREFIX}work")
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"] == {"Kind": {"dataType": "String", "stringValue": "x"}}


async def test_a_function_that_raises_gets_all_of_it_again(line: Line, feed: Start) -> None:
    tries: list[int] = []

    def fail_once(records: list[dict[str, Any]]) -> None:
        tries.append(len(records))
        if len(tries) == 1:
            raise ConnectionError

    line.answers(fail_once)
    await feed(WORK)
    await line.send("a")
    assert await next_batch(line) == ["a"]

    line.move(timedelta(seconds=30))

    assert await next_batch(line) == ["a"]
    await line.sqs.until_deleted(1)
    assert line.sqs.deleted == 1


async def test_only_what_failed_comes_again_and_is_a_dead_letter_in_the_end(
    line: Line, feed: Start
) -> None:
    def refuse_poison(records: list[dict[str, Any]]) -> Any:
        bad = [it["messageId"] for it in records if it["body"] == "poison"]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in bad]}

    line.answers(refuse_poison)
    await feed(WORK)
    await line.send("good", "poison")
    heard = []
    while "poison" not in heard:
        heard += await next_batch(line)
    await line.sqs.until_deleted(1)

    line.move(timedelta(seconds=30))
    assert await next_batch(line) == ["poison"]
    line.move(timedelta(seconds=30))

    assert await line.dead_letters() == ["poison"]
    assert [it["body"] for it in line.records].count("good") == 1
    assert line.sqs.deleted == 1


async def test_a_batch_is_no_larger_than_it_may_be(line: Line, feed: Start) -> None:
    held = threading.Event()
    line.answers(lambda _records: held.wait(5))
    await feed(Queue(name="work", function="functions.x", batch_size=3))
    for number in range(20):
        await line.send(str(number))

    held.set()
    await line.sqs.until_deleted(20)

    assert max(len(line.batches.get_nowait()) for _ in range(7)) == 3


async def test_a_window_lets_a_batch_grow_beyond_ten(line: Line, feed: Start) -> None:
    queue = Queue(name="work", function="functions.x", batch_size=25, window_s=60)
    await feed(queue)

    for number in range(100):
        await line.send(str(number))

    sizes = [len(await next_batch(line)) for _ in range(4)]
    assert sizes == [25, 25, 25, 25]


async def test_a_fan_out_goes_fast_enough_for_one_machine(line: Line, feed: Start) -> None:
    await feed(WORK)
    total = 5_000
    url = f"/{PREFIX}work"
    for start in range(0, total, 10):
        entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)]
        await line.sqs.call("SendMessageBatch", {"QueueUrl": url, "Entries": entries})

    began = perf_counter()
    await line.sqs.until_deleted(total)

    assert sorted(int(it["body"]) for it in line.records) == list(range(total))
    assert total / (perf_counter() - began) > 500  # a second, on the slowest machine


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ("fine", set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, {"1"}),
        ({"batchItemFailures": [{"itemIdentifier": "3"}]}, {"1", "2"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"1", "2"}),
        ({"batchItemFailures": [{"wrong": "1"}]}, {"1", "2"}),
    ],
)
def test_an_answer_says_what_failed_and_one_that_is_wrong_that_all_did(
    answer: Any, failed: set[str]
) -> None:
    assert failures(answer, ["1", "2"]) == failed
