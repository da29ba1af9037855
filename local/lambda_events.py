"""Lambda's own queue: events that are taken at once and run as soon as there is room for them.

A function that raises is run again after one minute and once more after two, as far as it may be
(https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from local.alarm import Alarm
from local.lambdas import Function, Lambdas, Throttled
from local.sqs.service import Sqs
from local.sqs.wire import Refused

MAX_EVENTS = 10_000
AT_ONCE = 16  # of Lambda's threads: requests that somebody waits for need the others
PAUSES = (timedelta(minutes=1), timedelta(minutes=2))

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFunction:
    """A function that nobody waits for: how often it may be retried, and for how long.

    `dead_letters`: the ARN of the queue for events that could not be run.
    """

    function: Function
    retries: int
    max_age: timedelta
    dead_letters: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An event that Lambda has taken."""

    target: EventFunction
    payload: Any
    at: datetime


class LambdaEvents:
    """The events of all functions. `now` is the stack's clock; ring `alarm` when it was moved."""

    def __init__(self, lambdas: Lambdas, sqs: Sqs, now: Callable[[], datetime]) -> None:
        self._lambdas = lambdas
        self._sqs = sqs
        self._now = now
        self._taken: asyncio.Queue[Taken] = asyncio.Queue()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._open = 0
        self.alarm = Alarm()

    def put(self, target: EventFunction, payload: Any) -> None:
        """Take an event; Throttled."""
        if self._open >= MAX_EVENTS:
            raise Throttled
        self._open += 1
        self._taken.put_nowait(Taken(target=target, payload=payload, at=self._now()))

    async def run(self) -> None:
        """Run what was taken, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._see_to(await self._taken.get()))

    async def _see_to(self, taken: Taken) -> None:
        request_id = str(uuid4())
        try:
            if not await self._run_with_retries(taken, request_id):
                await self._bury(taken, request_id)
        finally:
            self._open -= 1

    async def _run_with_retries(self, taken: Taken, request_id: str) -> bool:
        """Whether it ran well once."""
        for pause in (timedelta(0), *PAUSES[: taken.target.retries]):
            await self.alarm.until(self._now() + pause, self._now)
            async with self._places:
                if self._now() - taken.at > taken.target.max_age:
                    return False
                if await self._run(taken, request_id):
                    return True
        return False

    async def _run(self, taken: Taken, request_id: str) -> bool:
        function = taken.target.function
        try:
            await self._lambdas.invoke(function, taken.payload, request_id)
        except Exception:  # a function's bug is not the queue's
            log.exception("function.failed function=%s request_id=%s", function.name, request_id)
            return False
        return True

    async def _bury(self, taken: Taken, request_id: str) -> None:
        """The event is lost, but for the function's dead letters."""
        name = taken.target.function.name
        log.error("event.dropped function=%s request_id=%s", name, request_id)
        if taken.target.dead_letters is None:
            return
        request = {
            "QueueUrl": taken.target.dead_letters,
            "MessageBody": json.dumps(taken.payload),
            "MessageAttributes": {"RequestID": {"DataType": "String", "StringValue": request_id}},
        }
        try:
            await self._sqs.call("SendMessage", request)
        except Refused as refusal:
            log.error("event.lost function=%s code=%s", name, refusal.code)  # noqa: TRY400
