"""How long ticket holders were connected, on its way to the tickets table.

What waits is added up: when the cloud was away for long, each member is written once for all of it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from core.admission import Admissions
from core.ids import new_id
from media_workers.process.cloud import Cloud
from media_workers.process.crew import Crew

MAX_WAITING = 50_000
"""Members of all rooms; of one more nothing is kept."""

WRITERS = 4
"""Half of the cloud's threads: the rosters need some, too."""


class AttendanceBook:
    """Seconds by room and account, written by few tasks, as often as it takes.

    `dropped` counts the seconds that were not kept.
    """

    def __init__(
        self,
        admissions: Admissions,
        *,
        cloud: Cloud,
        crew: Crew,
        utc: Callable[[], datetime],
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self.dropped = 0
        self._max = max_waiting
        self._admissions = admissions
        self._cloud = cloud
        self._crew = crew
        self._utc = utc
        self._waiting: dict[tuple[str, str], int] = {}
        self._writers = 0
        self._written = asyncio.Event()
        self._written.set()

    def add(self, room_id: str, account_id: str, seconds: int) -> None:
        """The member was connected for so much longer."""
        key = (room_id, account_id)
        if not seconds:
            return
        if key not in self._waiting and len(self._waiting) >= self._max:
            self.dropped += seconds
            return
        self._waiting[key] = self._waiting.get(key, 0) + seconds
        self._written.clear()
        if self._writers < WRITERS:
            self._writers += 1
            self._crew.spawn(self._write(), "write attendance")

    async def written(self) -> None:
        """Wait until nothing waits."""
        await self._written.wait()

    async def _write(self) -> None:
        try:
            while self._waiting:
                room_id, account_id = key = next(iter(self._waiting))
                seconds = self._waiting.pop(key)
                write_id = new_id("attendance", self._utc())
                await self._cloud.persist(
                    self._admissions.attended, room_id, account_id, seconds, write_id
                )
        finally:
            self._writers -= 1
            if not self._writers:
                self._written.set()
