"""Keeps a worker that slept silent until it knows which rooms are still its own.

A room is taken from a worker whose heartbeat is overdue and that has not answered for a second
(`core/placement.py`, `core/health.py`). One that runs answers, whatever its cloud does; so only who
did not run for a while, stopped or starved, has to doubt its leases, and before its next packet.
"""

import time

ASLEEP = 0.5
"""Seconds without a tick: half of the time that others wait for an answer."""

OVERDUE = 1.0
"""Seconds since the last heartbeat: others take 1.5, and clocks differ."""


class Fence:
    """`closed`: not a word. `sleeps` counts how often the worker came to doubt its leases.

    Time is of a clock that goes on while the machine is suspended.
    """

    def __init__(self, now: float, *, asleep: float = ASLEEP) -> None:
        self._asleep = asleep
        self.closed = False
        self.sleeps = 0
        self._awake_at = self._reported_at = now

    def reported(self, at: float) -> None:
        """A heartbeat that began then has arrived."""
        self._reported_at = max(self._reported_at, at)

    def woke(self, now: float) -> bool:
        """To be asked in every tick before anything is sent: whether there is new doubt."""
        slept = now - self._awake_at
        self._awake_at = now
        if slept < self._asleep or now - self._reported_at < OVERDUE:
            return False
        self.closed = True
        self.sleeps += 1
        return True

    def open(self, sleeps: int) -> None:
        """The doubt of that sleep is settled; a later one is not."""
        self.closed = self.closed and sleeps != self.sleeps


def boot_clock() -> float:
    """Seconds, also of those in which the machine was suspended, where the system counts them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
