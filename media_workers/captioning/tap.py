"""What a room's captions get to hear: the speech of everyone audible, on the room's media clock.

The mixer's side of it only puts references into a queue; all else is done when it is taken out.
"""

from collections import Counter, deque
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from media_workers.audio.opus import Pcm

FRAME_MS = 20
MAX_WAITING = 500
"""Frames that nobody has taken yet: ten seconds of one voice. Then the oldest is dropped."""

PRE_ROLL_MS = 200
"""A voice is audible a little after it began: the soft start of its first word comes along."""


@dataclass(frozen=True, slots=True)
class Speech:
    """20 ms of one speaker at 48 kHz, from `at_ms` of the room's media clock on."""

    account_id: str
    at_ms: int
    pcm: "Pcm"


class Tap:
    """Closed, it keeps nothing. `counters` has what was `dropped`.

    `clock_ms`: the media clock, which goes on whether anybody listens or not.
    """

    def __init__(self, clock_ms: int) -> None:
        self.clock_ms = clock_ms
        self.open = False
        self.counters: Counter[str] = Counter()
        self._waiting: deque[Speech] = deque()
        self._before: dict[str, deque[Speech]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def close(self) -> None:
        """Forget what was heard, and hear no more."""
        self.open = False
        self._waiting.clear()
        self._before.clear()

    def hear(self, frames: "Mapping[str, Pcm]", audible: AbstractSet[str]) -> None:
        """One slot of 20 ms: what came of each voice, and who of them is audible."""
        at_ms, self.clock_ms = self.clock_ms, self.clock_ms + FRAME_MS
        if not self.open:
            return
        for gone in self._before.keys() - frames.keys():
            del self._before[gone]
        for account_id, pcm in frames.items():
            before = self._before.get(account_id)
            if before is None:
                before = self._before[account_id] = deque(maxlen=PRE_ROLL_MS // FRAME_MS)
            before.append(Speech(account_id, at_ms, pcm))
            if account_id in audible:
                self._waiting.extend(before)
                before.clear()
        while len(self._waiting) > MAX_WAITING:
            self._waiting.popleft()
            self.counters["dropped"] += 1

    def give_up(self, slots: int) -> None:
        """So many slots of 20 ms went by unused."""
        self.clock_ms += slots * FRAME_MS

    def take(self) -> list[Speech]:
        """All that waits, in its order."""
        taken = list(self._waiting)
        self._waiting.clear()
        return taken
