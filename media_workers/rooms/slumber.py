"""When a room without anybody is asleep: nothing is done in it until something is due.

A worker may hold a thousand such rooms. Awake, each costs 2.7 us in each slot of 20 ms.
"""

import math

AWAKE = -math.inf

DROWSY = 5.0
"""Seconds that a room stays awake after anything happened in it: whatever that led to is done."""


class Slumber:
    """Sleep until a time, or until somebody comes. Time is handed in.

    `until`: to be ticked from then on; a plain field, for a thousand rooms are asked in each slot.
    """

    def __init__(self, now: float) -> None:
        self.until = AWAKE
        self._awake_until = now + DROWSY

    @property
    def asleep(self) -> bool:
        """Whether the room was not ticked since some time."""
        return self.until != AWAKE

    def stir(self, now: float) -> None:
        """Something happens: awake for a while."""
        self.until = AWAKE
        self._awake_until = now + DROWSY

    def begin(self, now: float, *, until: float) -> None:
        """Nobody is here and nothing is due before `until`: sleep, unless just stirred."""
        if now >= self._awake_until:
            self.until = until

    def cut_short(self) -> None:
        """Something has changed: to be ticked in the next slot."""
        if self.asleep:
            self.until = 0.0
