"""Sending people on to the worker that runs their room next, while they still hear it here.

Nobody goes before there is somewhere to go, and nobody is cut off before he has gone. The stage is
told first: who comes after finds somebody to hear. A few are told in each tick, as many as another
worker can take in, in the time.
"""

import asyncio
from collections import deque
from typing import Protocol

TOLD_A_TICK = 4
"""200 a second; a join costs a worker some 2.3 ms."""

GRACE = 5.0
"""Seconds for the last of them to go."""


class Traveller(Protocol):
    """A peer, as far as its departure is concerned."""

    closed_reason: str | None

    def send_message(self, text: str) -> bool:
        """False if it could not be sent."""


class Handover:
    """Those who are to go, and those who were told and are still here."""

    def __init__(self) -> None:
        self._over = asyncio.Event()
        self._untold: deque[tuple[Traveller, str]] = deque()
        self._told: list[Traveller] = []
        self._until = 0.0

    def send_on(self, peer: Traveller, text: str) -> None:
        """Tell the peer `text` when its turn comes; it leaves by itself."""
        self._untold.append((peer, text))
        self._over.clear()

    async def over(self) -> None:
        """Wait until all have gone, or the last one has had some time."""
        if self._untold or self._told:
            await self._over.wait()

    def tick(self, now: float) -> None:
        """Tell those whose turn it is."""
        for _ in range(min(TOLD_A_TICK, len(self._untold))):
            peer, text = self._untold.popleft()
            peer.send_message(text)
            self._told.append(peer)
            self._until = now + GRACE
        self._told = [peer for peer in self._told if peer.closed_reason is None]
        if not self._untold and (not self._told or now >= self._until):
            self._over.set()
