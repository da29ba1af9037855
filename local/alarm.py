"""Waiting that somebody can end, and for a time of a clock that may be moved."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime


class Alarm:
    """Ends the waits of everybody who waits for it."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """End all waits that are under way."""
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def wait(self, seconds: float | None = None) -> None:
        """Until it is rung, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()

    async def until(self, time: datetime, now: Callable[[], datetime]) -> None:
        """Until that clock shows this time: ring when it was moved."""
        while (left := (time - now()).total_seconds()) > 0:
            await self.wait(left)
