"""Changes reach their consumer in order, and come again from where it failed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from core.clock import utc_now
from core.streams import Stream, read_change
from core.tables import ROOMS, create_table_request
from local.aws import Aws
from local.lambdas import Function, Lambdas
from local.names import PREFIX
from local.sqs.service import Sqs
from local.streams import Consumer, Streams, beyond_failure

pytestmark = pytest.mark.anyio
SOON = 5  # s
STREAM = Stream(name="ear", function="", table=ROOMS, sort_key="meta", attempts=3)


class Ear:
    """A consumer that remembers what it heard, and what it answers next."""

    def __init__(self, *answers: Any) -> None:
        self.heard: list[list[str]] = []
        self.titles: list[str | None] = []
        self._answers = list(answers)
        self._more = asyncio.Condition()
        self._loop = asyncio.get_running_loop()

    def handler(self, event: Any, _context: Any) -> Any:
        records = event["Records"]
        self.heard.append([record["dynamodb"]["SequenceNumber"] for record in records])
        changes = map(read_change, records)
        self.titles += [change.new["title"] if change.new else None for change in changes]
        asyncio.run_coroutine_threadsafe(self._tell(), self._loop)
        answer = self._answers.pop(0) if self._answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer(records) if answer else {"batchItemFailures": []}

    async def _tell(self) -> None:
        async with self._more:
            self._more.notify_all()

    async def until(self, ready: Callable[[], bool]) -> None:
        async with asyncio.timeout(SOON), self._more:
            await self._more.wait_for(ready)


def failing_at(index: int) -> Callable[[Any], Any]:
    """An answer that fails at the change of this place in the batch."""

    def answer(records: Any) -> Any:
        number = records[index]["dynamodb"]["SequenceNumber"]
        return {"batchItemFailures": [{"itemIdentifier": number}]}

    return answer


@asynccontextmanager
async def listening(ear: Ear) -> AsyncIterator[Any]:
    """moto with the rooms' table, whose changes the ear hears; gives the table's client."""
    lambdas = Lambdas()
    streams = Streams(lambdas)
    function = Function(name="ear", handler=ear.handler, timeout_s=SOON)
    streams._consumers.append(Consumer(STREAM, function, lambdas, first_pause=0))
    aws = Aws(Sqs(utc_now), (streams,))
    dynamodb: Any = boto3.client("dynamodb", endpoint_url=await aws.start())
    await asyncio.to_thread(dynamodb.create_table, **create_table_request(ROOMS, PREFIX))
    running = asyncio.create_task(streams.run(aws))
    yield dynamodb
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await aws.stop()
    lambdas.stop()
    get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].reset()


def item(title: str, sk: str = "meta") -> dict[str, Any]:
    return {"pk": {"S": "room#1"}, "sk": {"S": sk}, "title": {"S": title}}


async def put(dynamodb: Any, title: str, sk: str = "meta") -> None:
    await asyncio.to_thread(dynamodb.put_item, TableName=PREFIX + ROOMS.name, Item=item(title, sk))


async def test_changes_are_heard_in_order_with_the_item_as_it_was_and_as_it_is() -> None:
    ear = Ear()

    async with listening(ear) as dynamodb:
        await put(dynamodb, "one")
        await ear.until(lambda: ear.titles == ["one"])
        await put(dynamodb, "two")
        await put(dynamodb, "three")

        await ear.until(lambda: ear.titles == ["one", "two", "three"])

    numbers = [number for batch in ear.heard for number in batch]
    assert numbers == sorted(set(numbers), key=int)


async def test_other_items_are_not_heard_of() -> None:
    ear = Ear()

    async with listening(ear) as dynamodb:
        await put(dynamodb, "a member", sk="member#1")
        await put(dynamodb, "one")

        await ear.until(lambda: bool(ear.titles))

    assert ear.titles == ["one"]


async def test_of_a_transaction_that_failed_nothing_is_heard() -> None:
    ear = Ear()

    async with listening(ear) as dynamodb:
        table = PREFIX + ROOMS.name
        writes = [
            {"Put": {"TableName": table, "Item": item("never")}},
            {
                "ConditionCheck": {
                    "TableName": table,
                    "Key": {"pk": {"S": "room#2"}, "sk": {"S": "meta"}},
                    "ConditionExpression": "attribute_exists(pk)",
                }
            },
        ]
        with pytest.raises(ClientError):
            await asyncio.to_thread(dynamodb.transact_write_items, TransactItems=writes)
        await put(dynamodb, "one")

        await ear.until(lambda: bool(ear.titles))

    assert ear.titles == ["one"]


async def test_a_function_that_fails_hears_it_again() -> None:
    ear = Ear(ValueError("a bug"), failing_at(0))

    async with listening(ear) as dynamodb:
        await put(dynamodb, "one")

        await ear.until(lambda: len(ear.titles) == 3)

    assert ear.titles == ["one"] * 3


async def test_what_never_can_be_taken_is_put_aside_and_the_next_is_heard() -> None:
    ear = Ear(*[ValueError("a bug")] * STREAM.attempts)

    async with listening(ear) as dynamodb:
        await put(dynamodb, "poison")
        await ear.until(lambda: len(ear.titles) == STREAM.attempts)
        await put(dynamodb, "one")

        await ear.until(lambda: "one" in ear.titles)

    assert ear.titles == ["poison"] * STREAM.attempts + ["one"]


@pytest.mark.parametrize(
    ("failed", "left"),
    [([], []), (["b"], ["b", "c"]), (["c", "a"], ["a", "b", "c"]), (["x"], ["a", "b", "c"])],
)
async def test_a_batch_goes_on_from_the_first_that_failed(
    failed: list[str], left: list[str]
) -> None:
    batch = [{"dynamodb": {"SequenceNumber": number}} for number in "abc"]
    answer = {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}

    numbers = [each["dynamodb"]["SequenceNumber"] for each in beyond_failure(batch, answer)]

    assert numbers == left
