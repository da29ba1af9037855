import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.lambda_events import AT_ONCE, MAX_EVENTS, EventFunction, LambdaEvents
from local.lambdas import Function, Lambdas, Throttled
from local.sqs.service import Sqs

pytestmark = pytest.mark.anyio
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class Stand:
    """Lambda's queue, and what ran."""

    def __init__(self) -> None:
        self.now = NOON
        self.ran: asyncio.Queue[Any] = asyncio.Queue()
        self.lambdas = Lambdas()
        self.sqs = Sqs(lambda: self.now)
        self.events = LambdaEvents(self.lambdas, self.sqs, lambda: self.now)
        self._loop = asyncio.get_running_loop()

    def function(self, handler: Callable[[Any], Any] = bool, **more: Any) -> EventFunction:
        def tell(event: Any, _context: Any) -> None:
            self._loop.call_soon_threadsafe(self.ran.put_nowait, event)
            handler(event)

        function = Function(name="f", handler=tell, timeout_s=5)
        patience = {"retries": 0, "max_age": timedelta(minutes=1)}
        return EventFunction(function=function, **(patience | more))

    async def next_run(self) -> Any:
        async with asyncio.timeout(5):
            return await self.ran.get()

    async def buried(self) -> list[str]:
        asked = {"QueueUrl": "/dead", "WaitTimeSeconds": 5}
        messages = (await self.sqs.call("ReceiveMessage", asked)).get("Messages", ())
        return [message["Body"] for message in messages]


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    stand = Stand()
    await stand.sqs.call("CreateQueue", {"QueueName": "dead"})
    async with asyncio.TaskGroup() as group:
        running = group.create_task(stand.events.run())
        yield stand
        running.cancel()
    stand.lambdas.stop()


async def test_an_event_is_taken_at_once_and_run(stand: Stand) -> None:
    stand.events.put(stand.function(), {"n": 1})
    stand.events.put(stand.function(), {"n": 2})

    assert [await stand.next_run(), await stand.next_run()] == [{"n": 1}, {"n": 2}]


async def test_an_event_that_waited_too_long_is_not_run_but_buried(stand: Stand) -> None:
    stand.events.put(stand.function(dead_letters="dead"), {"n": 1})
    stand.now += timedelta(minutes=2)

    assert await stand.buried() == ['{"n": 1}']
    assert stand.ran.empty()


async def test_a_failed_event_without_dead_letters_holds_up_nobody(stand: Stand) -> None:
    stand.events.put(stand.function(lambda event: event["nothing"]), {})
    await stand.next_run()

    stand.events.put(stand.function(), {"n": 2})

    assert await stand.next_run() == {"n": 2}


async def test_dead_letters_without_a_queue_hold_up_nobody(stand: Stand) -> None:
    broken = stand.function(lambda event: event["nothing"], dead_letters="missing")
    stand.events.put(broken, {})
    await stand.next_run()

    stand.events.put(stand.function(), {"n": 2})

    assert await stand.next_run() == {"n": 2}


async def test_only_so_many_run_at_once(stand: Stand) -> None:
    go_on = threading.Semaphore(0)
    held = stand.function(lambda _event: go_on.acquire(timeout=5))
    for number in range(AT_ONCE + 1):
        stand.events.put(held, number)

    first = {await stand.next_run() for _ in range(AT_ONCE)}
    assert first == set(range(AT_ONCE))
    assert stand.ran.empty()
    go_on.release(AT_ONCE + 1)

    assert await stand.next_run() == AT_ONCE


async def test_more_than_the_bound_are_refused() -> None:
    stand = Stand()  # which does not run
    function = stand.function()
    for number in range(MAX_EVENTS):
        stand.events.put(function, number)

    with pytest.raises(Throttled):
        stand.events.put(function, "one more")
    stand.lambdas.stop()
