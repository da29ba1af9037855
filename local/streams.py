"""Lambda's event source mappings of DynamoDB Streams: consumers hear a table's changes in order.

moto keeps what its streams tell for ever. Here it is taken out as soon as it is read, and waits for
its consumer, which may be behind by as many changes as the wait holds; then moto's stream waits.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from moto.dynamodb.models import dynamodb_backends

from core.streams import STREAMS, Stream
from core.tables import TableSpec
from local.aws import Aws, Call
from local.handlers import load
from local.lambdas import Function, Lambdas
from local.names import ACCOUNT, PREFIX, REGION
from local.wsgi import Answer

MAX_BEHIND = 10_000
FIRST_PAUSE = 0.5  # s, before a batch comes again; doubled up to
LONGEST_PAUSE = 30.0

Record = dict[str, Any]
log = logging.getLogger(__name__)


class Streams:
    """Watches AWS: whatever is written may be news. `load`, then `run`."""

    def __init__(self, lambdas: Lambdas) -> None:
        self._lambdas = lambdas
        self._written = asyncio.Event()
        self._consumers: list[Consumer] = []

    def refuse(self, _call: Call) -> Answer | None:
        """Nothing."""
        return None

    def passed(self, call: Call, _answer: Answer) -> None:
        """A table may have changed."""
        if call.service == "dynamodb":
            self._written.set()

    def load(self, streams: Iterable[Stream] = STREAMS) -> None:
        """Import the consumers. They read os.environ as they load, so it must be complete."""
        for stream in streams:
            function = load(stream.function, stream.name, stream.timeout_s)
            self._consumers.append(Consumer(stream, function, self._lambdas))

    async def run(self, aws: Aws) -> None:
        """Tell the consumers what changes, until cancelled."""
        tables = {consumer.stream.table for consumer in self._consumers}
        async with asyncio.TaskGroup() as group:
            for consumer in self._consumers:
                group.create_task(consumer.run())
            while True:
                self._written.clear()
                heard = [await self._pass_on(aws, table) for table in tables]
                if not any(heard):
                    await self._written.wait()

    async def _pass_on(self, aws: Aws, table: TableSpec) -> bool:
        """Whether there was anything to tell."""
        records = await aws.beside_requests(lambda: take(PREFIX + table.name))
        for record in records:
            for consumer in self._consumers:
                if consumer.stream.table == table:
                    await consumer.tell(record)
        return bool(records)


class Consumer:
    """One function, and what it has yet to hear."""

    def __init__(
        self,
        stream: Stream,
        function: Function,
        lambdas: Lambdas,
        *,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self.stream = stream
        self._first_pause = first_pause
        self._function = function
        self._lambdas = lambdas
        self._waiting: asyncio.Queue[Record] = asyncio.Queue(MAX_BEHIND)

    async def tell(self, record: Record) -> None:
        """The change will be heard, if the function wants to hear of such items."""
        if record["dynamodb"]["Keys"].get("sk") == {"S": self.stream.sort_key}:
            await self._waiting.put(record)

    async def run(self) -> None:
        """Invoke the function with batch after batch, until cancelled."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < self.stream.batch_size and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._work_off(batch)

    async def _work_off(self, batch: list[Record]) -> None:
        """From the first that failed on, the batch comes again; at last that one is put aside."""
        tries = 0
        while batch:
            left = await self._invoke(batch)
            tries = tries + 1 if len(left) == len(batch) else 1
            if left and tries == self.stream.attempts:
                aside = left.pop(0)["dynamodb"]["SequenceNumber"]
                log.error("change.dropped function=%s sequence=%s", self._function.name, aside)
                tries = 0
            elif left:
                await asyncio.sleep(min(self._first_pause * 2 ** (tries - 1), LONGEST_PAUSE))
            batch = left

    async def _invoke(self, batch: list[Record]) -> list[Record]:
        """What the function could not take."""
        try:
            answer = await self._lambdas.invoke(self._function, {"Records": batch}, str(uuid4()))
        except Exception:  # a function's bug is not the stream's
            log.exception("function.failed function=%s", self._function.name)
            return batch
        return beyond_failure(batch, answer)


def take(table_name: str) -> list[Record]:
    """The changes of a table since the last time, as Lambda tells them. On moto's own thread."""
    shard = dynamodb_backends[ACCOUNT][REGION].get_table(table_name).stream_shard
    if shard is None or not shard.items:
        return []
    records = [read(record.to_json()) for record in shard.items]
    # Sequence numbers go on from what was taken.
    shard.starting_sequence_number += len(shard.items)
    shard.items = []
    return records


def read(record: Mapping[str, Any]) -> Record:
    """A record of moto's stream in JSON's own types."""
    told = record["dynamodb"]
    at = told["ApproximateCreationDateTime"].timestamp()
    return {**record, "dynamodb": {**told, "ApproximateCreationDateTime": at}}


def beyond_failure(batch: list[Record], answer: Any) -> list[Record]:
    """The records from the first that failed on; all, if one is named that was not in the batch."""
    failures = (answer or {}).get("batchItemFailures", [])
    if not failures:
        return []
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    failed = {failure["itemIdentifier"] for failure in failures}
    if not failed.issubset(numbers):
        return batch
    return batch[min(numbers.index(number) for number in failed) :]
