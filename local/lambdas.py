"""Lambda's part: executes functions on a bounded number of threads, each for a limited time."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from local.names import function_arn

CONCURRENCY = 32
WAITING = 128


class Throttled(Exception):
    """More is under way than the account may run at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A handler of ours under its name in the account, and how long it may take."""

    name: str
    handler: Callable[[Any, Any], Any]
    timeout_s: float


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
        return function_arn(self.function_name)

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may still take."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def run(function: Function, event: Any, context: Context) -> Any:
    """The function's result, by a thread that is called after it as long as it runs."""
    thread = threading.current_thread()
    thread.name, before = function.name, thread.name
    try:
        return function.handler(event, context)
    finally:
        thread.name = before


class Lambdas:
    """Executes one event at a time on each of its threads."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="lambda")
        self._places = threading.BoundedSemaphore(CONCURRENCY + WAITING)

    async def invoke(self, function: Function, event: Any, request_id: str) -> Any:
        """The function's result, or what it raises; Throttled at once when full.

        TimeoutError when its time is over: it then keeps its thread until it returns.
        """
        if not self._places.acquire(blocking=False):
            raise Throttled
        context = Context(
            aws_request_id=request_id,
            function_name=function.name,
            deadline=time.monotonic() + function.timeout_s,
        )
        future = self._threads.submit(run, function, event, context)
        future.add_done_callback(lambda _: self._places.release())
        async with asyncio.timeout(function.timeout_s):
            return await asyncio.wrap_future(future)

    def stop(self) -> None:
        """Take no more; what is waiting is dropped, what runs is left to end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
