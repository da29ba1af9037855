"""Rooms that nobody runs: their worker died and nobody came back, or nobody ever came.

Some worker takes them over, so that an empty one comes to its end like any other. Nor does anybody
run a room that is this worker's, and of which the news was lost on its way here.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime

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
        if self._sessions.draining or self._sessions.full:
            return
        find, now = self._placement.rooms_to_run, self._utc()
        for lease in await self._cloud.call(find, self._worker_id, now, self._answers):
            self._sessions.take(lease)
