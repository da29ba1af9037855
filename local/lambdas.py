"""Lambda's part: executes functions on a bounded number of threads, each for a limited time."""

import asyncio
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from functions.shared.door import Door

CONCURRENCY = 32
WAITING = 128
LIMIT = 29.0  # s; the longest that an HTTP API waits for an integration is 30


class Throttled(Exception):
    """More is under way than the account may run at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a function is handed beside its event."""

    aws_request_id: str
    function_name: str
    deadline: float
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 512

    @property
    def invoked_function_arn(self) -> str:
        """The function's name in full."""
        return f"arn:aws:lambda:us-east-1:123456789012:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may still take."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class Lambdas:
    """Executes one event at a time on each of its threads."""

    def __init__(self, *, limit: float = LIMIT) -> None:
        self._limit = limit
        self._threads = ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="lambda")
        self._places = threading.BoundedSemaphore(CONCURRENCY + WAITING)

    async def invoke(self, door: Door, event: Mapping[str, Any]) -> Any:
        """The function's result; TimeoutError after the limit, Throttled at once when full.

        A function that overruns its limit keeps its thread until it returns.
        """
        if not self._places.acquire(blocking=False):
            raise Throttled
        context = Context(
            aws_request_id=event["requestContext"]["requestId"],
            function_name=door.app_name,
            deadline=time.monotonic() + self._limit,
        )
        future = self._threads.submit(door, event, context)
        future.add_done_callback(lambda _: self._places.release())
        async with asyncio.timeout(self._limit):
            return await asyncio.wrap_future(future)

    def stop(self) -> None:
        """Take no more; what is waiting is dropped, what runs is left to end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
