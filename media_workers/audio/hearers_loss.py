"""What loss an encoder is to expect that many hear: the median of what they report.

More correction is paid for by those who lose nothing, with sound; what it gains for those who lose
much is less than that (bench/loss.py), so it takes half of the hearers to raise it. And no few of
them, unlucky or untruthful, can make it worse for the rest. The least that is told is enough for
libopus to repeat all voice, so that a minority is not without.
"""

from collections.abc import Hashable
from statistics import median_high
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

MEMORY = 4
"""Reports of one hearer over which his loss is averaged: a browser's come every 5 s or so."""


class HearersLoss(Generic[Key]):
    """Of one group of hearers that share an encoder; shares of 0 to 1."""

    def __init__(self) -> None:
        self._losses: dict[Key, float] = {}

    def reported(self, hearer: Key, fraction: float) -> None:
        """What share of our packets a hearer has lost since his last report."""
        before = self._losses.get(hearer, fraction)
        self._losses[hearer] = before + (fraction - before) / MEMORY

    def forget(self, hearer: Key) -> None:
        """He hears no more. Repeatable."""
        self._losses.pop(hearer, None)

    @property
    def percent(self) -> int:
        """To be told to the encoder."""
        return round(100 * median_high(self._losses.values())) if self._losses else 0
