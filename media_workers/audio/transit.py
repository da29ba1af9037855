"""How unevenly packets arrive, and so how long the jitter buffer should wait.

A packet's transit is its time of arrival less its RTP timestamp, both in samples: a constant (the
clocks' offset and the network's base delay) plus jitter. The least transit of the last seconds is
what jitter is measured from; it follows a drifting clock by itself.
"""

from collections import deque

from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE

MEMORY = 256  # packets
MEMORY_SECONDS = 4.0
"""So that 5 s after a time of jitter the delay is short again."""

MEMORY_OF_FEW = 10.0
"""Seconds that a packet is remembered while there is little else to go by."""

REVIEW_EVERY = 16  # packets
QUANTILE = 0.98
FIRST_SPREAD = FRAME_SIZE  # assumed until there is something to go by
ENOUGH = 25  # packets


class Transit:
    """`base`: the least transit lately; `spread`: how far above it nearly all packets stay."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, float]] = deque(maxlen=MEMORY)
        self._until_review = 0
        self.base = 0.0
        self.spread = 0.0

    @property
    def known(self) -> bool:
        """Whether there is a base at all."""
        return bool(self._recent)

    def add(self, timestamp: int, now: float) -> None:
        """Takes note of an arrival. `timestamp` is unwrapped, in samples; `now` in seconds."""
        transit = now * SAMPLE_RATE - timestamp
        if not self._recent or transit < self.base:
            self.base = transit
        self._recent.append((now, transit))
        self._until_review -= 1
        if self._until_review <= 0 or transit > self.base + self.spread + FRAME_SIZE:
            self._review(now)

    def of(self, timestamp: int, now: float) -> float:
        """How much later than the fastest this packet would be, arriving now (samples)."""
        return now * SAMPLE_RATE - timestamp - self.base

    def forget(self) -> None:
        """Starts over: the sender's clock or the path is another one."""
        self._recent.clear()
        self._until_review = 0
        self.base = self.spread = 0.0

    @property
    def _memory(self) -> float:
        return MEMORY_SECONDS if len(self._recent) > ENOUGH else MEMORY_OF_FEW

    def _review(self, now: float) -> None:
        self._until_review = REVIEW_EVERY
        while self._recent[0][0] < now - self._memory:
            self._recent.popleft()
        transits = sorted(transit for _, transit in self._recent)
        self.base = transits[0]
        self.spread = transits[int(len(transits) * QUANTILE)] - self.base
        if len(transits) < ENOUGH:
            self.spread = max(self.spread, FIRST_SPREAD)
