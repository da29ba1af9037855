"""For how long a room was listened to, by all of its listeners together. Time is handed in.

It says how long people stay, by which rooms are ranked: a crash of the process loses a minute.
"""

import math

WRITE_EVERY = 60.0
"""Seconds after which it is written down though nobody comes or goes."""


class Listening:
    """Seconds of listening, counted on from what is written."""

    def __init__(self, written: int, now: float) -> None:
        self._seconds = float(written)
        self._listeners = 0
        self._since = now
        self._due_at = now + WRITE_EVERY

    @property
    def seconds(self) -> int:
        """So many, up to the last look."""
        return int(self._seconds)

    @property
    def next_due(self) -> float:
        """When there is something to write, if nobody comes or goes until then."""
        return self._due_at if self._listeners else math.inf

    def look(self, listeners: int, now: float) -> None:
        """So many listen now; until now it were as many as at the last look."""
        self._seconds += self._listeners * (now - self._since)
        self._listeners, self._since = listeners, now

    def is_due(self, now: float) -> bool:
        """Whether it is time to write it down; a room that nobody hears has nothing to write."""
        if now < self._due_at:
            return False
        self._due_at = now + WRITE_EVERY
        return self._listeners > 0
