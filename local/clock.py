"""A clock that can be moved ahead, the same for every process of the stack.

Product code reads the time by `core.clock.utc_now` and nothing else, and most modules take hold of
that function as they are imported. So whoever begins a process of the stack (`local.__main__`,
`local.leash`) lets it `follow` the clock first, and imports what it runs afterwards: the order is
the whole trick, and production code knows nothing of it.

How far the clock is ahead stands in a file of 8 bytes, named by STOA_LOCAL_CLOCK, which every
process maps: what one writes, the others read at once.

What is not Stoa's own stays real: the expiry of sign-in tokens, moto, and a media worker's
monotonic time. Heartbeats carry `utc_now`, so after a move workers look dead until their next one.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from mmap import mmap
from pathlib import Path
from typing import Self

import core.clock

CLOCK = "STOA_LOCAL_CLOCK"
SIZE = 8

Tell = Callable[[], None]


class Clock:
    """UTC, and as much more as somebody added."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._ahead_us = memoryview(mmap(file.fileno(), SIZE)).cast("q")
        self._tell: list[Tell] = []

    @classmethod
    def create(cls, path: Path) -> Self:
        """A clock that shows the real time, for other processes to follow by this path."""
        path.write_bytes(bytes(SIZE))
        return cls(path)

    def utc_now(self) -> datetime:
        """Now, as the stack has it."""
        return datetime.now(UTC) + timedelta(microseconds=self._ahead_us[0])

    def tell_moves_to(self, tell: Tell) -> None:
        """Call this, too, whenever this process has moved the clock."""
        self._tell.append(tell)

    def advance(self, by: timedelta) -> None:
        """Move it ahead."""
        self._ahead_us[0] += by // timedelta(microseconds=1)
        for tell in self._tell:
            tell()


def follow(clock: Clock) -> None:
    """From now on `core.clock.utc_now` is this clock, for modules that are yet to be imported."""
    core.clock.utc_now = clock.utc_now
