"""Tells the fleet every second that this worker lives, and notices when it was thought dead."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from core.placement import HEARTBEAT_EVERY, Fleet, Worker
from media_workers.cloud import CLOUD_ERRORS, Cloud
from media_workers.crew import Crew

IN_FLIGHT = 3
"""Beats under way at once: one that hangs must not keep the next from being heard in time."""

_log = logging.getLogger(__name__)


class Heartbeat:
    """Reports what `describe` says of the worker.

    After a gap in which others may have taken its rooms it reports first and then awaits
    `doubted`: what is still this worker's then remains so.
    """

    def __init__(
        self,
        fleet: Fleet,
        describe: Callable[[], Worker],
        *,
        doubted: Callable[[], Awaitable[None]],
        utc: Callable[[], datetime],
    ) -> None:
        self._fleet = fleet
        self._describe = describe
        self._doubted = doubted
        self._utc = utc
        # Threads of its own: a beat never waits for other calls.
        self._cloud = Cloud(threads=IN_FLIGHT)
        self._crew = Crew()
        self._lasts_until: datetime | None = None
        self._in_flight = 0
        self.failures = self._cloud.failures
        self.gaps = 0

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            if self._in_flight < IN_FLIGHT:
                self._crew.spawn(self._beat_or_tell(), "heartbeat")
            await asyncio.sleep(HEARTBEAT_EVERY.total_seconds())

    async def beat(self) -> None:
        """Report now; raises what the cloud raises."""
        worker = self._describe()
        self._in_flight += 1
        try:
            await self._cloud.call(self._fleet.report, worker)
        finally:
            self._in_flight -= 1
        before = self._lasts_until
        self._lasts_until = max(before, worker.until) if before else worker.until
        if before is not None and before <= self._utc():
            self.gaps += 1
            _log.warning("heartbeat.missed lasted_until=%s", before.isoformat())
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
