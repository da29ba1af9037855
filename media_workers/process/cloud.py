"""From asyncio to boto3: calls run on few threads, and are repeated until the cloud answers."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from core.errors import Unavailable

CLOUD_ERRORS = (BotoCoreError, ClientError, Unavailable)
"""What a failing cloud raises; anything else that a call raises is its answer."""

THREADS = 8
LONGEST_WAIT = 5.0

_log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class Cloud:
    """Calls to AWS, at most `threads` at once. `failures` counts them by the error's name."""

    def __init__(self, *, threads: int = THREADS, longest_wait: float = LONGEST_WAIT) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="cloud")
        # Waiting here and not in the executor's queue: a task that is cancelled leaves no call.
        self._free = asyncio.Semaphore(threads)
        self._wait = wait_random_exponential(multiplier=0.1, max=longest_wait)
        self.failures: Counter[str] = Counter()

    async def call(self, deed: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One try; raises what the deed raises."""
        async with self._free:
            try:
                return await asyncio.get_running_loop().run_in_executor(
                    self._executor, lambda: deed(*args, **kwargs)
                )
            except CLOUD_ERRORS as error:
                self.failures[type(error).__name__] += 1
                raise

    async def persist(self, deed: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As many tries as it takes: raises only answers, never a failure of the cloud."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(CLOUD_ERRORS),
            wait=self._wait,
            before_sleep=_told,
        )
        return await retrying(self.call, deed, *args, **kwargs)

    def close(self) -> None:
        """No more calls; those under way end on their own time-outs."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _told(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    _log.warning("cloud.failed error=%s attempt=%d", type(error).__name__, state.attempt_number)
