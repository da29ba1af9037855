"""The beat of the audio plane: a slot every 20 ms on a monotonic clock, and none is skipped."""

TICK = 0.020
CATCH_UP = 10
"""Slots that are made up for: a pause beyond 200 ms becomes a gap, not a burst of sound."""


class Ticker:
    """Says when the next slot is due.

    `late` counts slots that began when the next was due already; `given_up` those that a long
    pause of the whole process swallowed.
    """

    def __init__(self) -> None:
        self.late = 0
        self.given_up = 0
        self._due = 0.0

    def start(self, now: float) -> None:
        """The first slot begins 20 ms from now."""
        self._due = now + TICK

    def wait(self, now: float) -> float:
        """Seconds until the next slot; 0 if it is due."""
        return max(0.0, self._due - now)

    def advance(self, now: float) -> int:
        """Begin the slot that is due; how many before it are given up, 0 but after a long pause."""
        behind = int((now - self._due) / TICK)
        given_up = max(0, behind - CATCH_UP)
        self.given_up += given_up
        self.late += behind > 0
        self._due += (given_up + 1) * TICK
        return given_up
