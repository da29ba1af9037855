"""Peers that are being sent away: told why, given a moment to hear it, then closed, a few a tick.

Closing a peer costs two datagrams and as much work as a join does: a thousand at once would be
heard in every other room.
"""

import asyncio
from collections import deque
from typing import Protocol

LINGER = 1.0
"""Seconds for the last message to arrive, with one retransmission if need be."""

TOLD_A_TICK = 50
CLOSED_A_TICK = 20


class Leaver(Protocol):
    """A peer, as far as its end is concerned."""

    def send_message(self, text: str) -> bool:
        """False if it could not be sent."""

    def tick(self, now: float) -> None:
        """Keep its own deadlines."""

    def close(self, reason: str) -> None:
        """The end."""


class Farewells:
    """Every peer of the process that is on its way out. `len` counts those not closed yet."""

    def __init__(self) -> None:
        self._over = asyncio.Event()
        self._untold: deque[tuple[Leaver, str, str]] = deque()
        self._told: deque[tuple[float, Leaver, str]] = deque()

    def __len__(self) -> int:
        return len(self._untold) + len(self._told)

    def dismiss(self, peer: Leaver, text: str, reason: str) -> None:
        """Tell the peer `text`, then close it for this reason."""
        self._untold.append((peer, text, reason))
        self._over.clear()

    async def over(self) -> None:
        """Wait until all are closed, which takes a few ticks."""
        if len(self):
            await self._over.wait()

    def tick(self, now: float) -> None:
        """Do what is due, at most so much of it."""
        for _ in range(min(TOLD_A_TICK, len(self._untold))):
            peer, text, reason = self._untold.popleft()
            peer.send_message(text)
            self._told.append((now + LINGER, peer, reason))
        for _, peer, _ in self._told:
            peer.tick(now)
        for _ in range(CLOSED_A_TICK):
            if not self._told or now < self._told[0][0]:
                break
            _, peer, reason = self._told.popleft()
            peer.close(reason)
        if not len(self):
            self._over.set()
