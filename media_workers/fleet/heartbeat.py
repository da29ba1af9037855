"""Tells the fleet every second that this worker lives, and notices when it was not heard."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.placement import HEARTBEAT_EVERY, QUIET_AFTER, Fleet, Worker
from media_workers.process.cloud import CLOUD_ERRORS, Cloud
from media_workers.process.crew import Crew

IN_FLIGHT = 3
"""Beats under way at once: one that hangs must not keep the next from being heard in time."""

_log = logging.getLogger(__name__)


class Heartbeat:
    """Reports what `describe` says of the worker; `reported` hears when one that arrived began.

    After a gap in which others may have taken its rooms it reports first and then awaits
    `doubted`: what is still this worker's then remains so.
    """

    def __init__(
        self,
        fleet: Fleet,
        describe: Callable[[], Worker],
        *,
        reported: Callable[[float], None],
        doubted: Callable[[], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._fleet = fleet
        self._describe = describe
        self._reported = reported
        self._doubted = doubted
        self._clock = clock
        # Threads of its own: a beat never waits for other calls.
        self._cloud = Cloud(threads=IN_FLIGHT)
        self._crew = Crew()
        self._heard_at: float | None = None
        self._doubt_at: float | None = None
        self._in_flight = 0
        self.failures = self._cloud.failures
        self.gaps = 0

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            if self._in_flight < IN_FLIGHT:
                self._crew.spawn(self._beat_or_tell(), "heartbeat")
            await asyncio.sleep(HEARTBEAT_EVERY.total_seconds())

    def doubt(self) -> None:
        """The worker slept: report now, and after the first beat that begins now, `doubted`."""
        self._doubt_at = self._clock()
        self._crew.spawn(self._beat_or_tell(), "heartbeat")

    async def beat(self) -> None:
        """Report now; raises what the cloud raises."""
        worker, began = self._describe(), self._clock()
        self._in_flight += 1
        try:
            await self._cloud.call(self._fleet.report, worker)
        finally:
            self._in_flight -= 1
        self._reported(began)
        gap = 0.0 if self._heard_at is None else self._clock() - self._heard_at
        self._heard_at = max(began, self._heard_at or began)
        slept = self._doubt_at is not None and began >= self._doubt_at
        if slept or gap >= QUIET_AFTER.total_seconds():
            self._doubt_at = None if slept else self._doubt_at
            self.gaps += 1
            _log.warning("heartbeat.missed seconds=%.1f", gap)
            await self._doubted()

    async def stop(self, worker_id: str) -> None:
        """The worker is gone: no beat may be written after this."""
        await self._crew.dismiss()
        await self._cloud.call(self._fleet.withdraw, worker_id)
        self._cloud.close()

    async def _beat_or_tell(self) -> None:
        try:
            await self.beat()
        except CLOUD_ERRORS as error:
            _log.warning("heartbeat.failed error=%s", type(error).__name__)
