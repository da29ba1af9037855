"""Rooms that nobody runs: their worker died and nobody came back, or nobody ever came.

Some worker takes them over, so that an empty one comes to its end like any other.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime

from core.errors import NotFound, Unavailable
from core.placement import Answers, Placement
from media_workers.process.cloud import CLOUD_ERRORS, Cloud
from media_workers.rooms.sessions import Sessions

LOOK_EVERY = 30.0
"""Seconds, more or less: workers should not look all at once."""

_log = logging.getLogger(__name__)


class Adoption:
    """Looks for such rooms now and then."""

    def __init__(
        self,
        worker_id: str,
        placement: Placement,
        sessions: Sessions,
        *,
        answers: Answers,
        cloud: Cloud,
        utc: Callable[[], datetime],
    ) -> None:
        self._worker_id = worker_id
        self._placement = placement
        self._sessions = sessions
        self._answers = answers
        self._cloud = cloud
        self._utc = utc

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(random.uniform(0.5, 1.5) * LOOK_EVERY)  # noqa: S311 - no secret
            try:
                await self.look()
            except CLOUD_ERRORS as error:
                _log.warning("adoption.failed error=%s", type(error).__name__)

    async def look(self) -> None:
        """Take over what nobody runs; raises what the cloud raises."""
        if self._sessions.draining:
            return
        adopt = self._placement.adopt_orphans
        for lease in await self._cloud.call(adopt, self._worker_id, self._utc(), self._answers):
            _log.info("room.adopted room_id=%s term=%d", lease.room_id, lease.term)
            try:
                await self._sessions.open(lease.room_id)
            except (NotFound, Unavailable) as refusal:
                _log.warning("adoption.failed room_id=%s code=%s", lease.room_id, refusal.code)
