"""A room's speech on its way to a caption worker, kept until its words are final.

Should the caption worker die, another hears all that is still here, and no word is lost.
"""

from collections import Counter, deque
from dataclasses import dataclass

MAX_FRAMES = 1_000
"""20 s of one voice, 640 kB a room."""


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of one speaker (s16le, 16 kHz, mono) from `at_ms` of the media clock on."""

    account_id: str
    at_ms: int
    pcm: bytes


class Backlog:
    """Frames in their order. Full, the oldest goes; was it never sent, it is `missing` by account.

    `missing` has the time of each account's first such frame; whoever tells it takes it out.
    `counters` has what was `dropped` unsent.
    """

    def __init__(self, max_frames: int = MAX_FRAMES) -> None:
        self.missing: dict[str, int] = {}
        self.counters: Counter[str] = Counter()
        self._max = max_frames
        self._sent: deque[Frame] = deque()
        self._unsent: deque[Frame] = deque()

    @property
    def unsent(self) -> int:
        """Frames that the caption worker of now has not been sent."""
        return len(self._unsent)

    def add(self, frame: Frame) -> None:
        """The next 20 ms of somebody."""
        self._unsent.append(frame)
        if len(self._sent) + len(self._unsent) <= self._max:
            return
        if self._sent:
            self._sent.popleft()
            return
        oldest = self._unsent.popleft()
        self.missing.setdefault(oldest.account_id, oldest.at_ms)
        self.counters["dropped"] += 1

    def take(self) -> Frame | None:
        """The next frame to send, now taken as sent."""
        if not self._unsent:
            return None
        frame = self._unsent.popleft()
        self._sent.append(frame)
        return frame

    def confirm(self, account_id: str, until_ms: int) -> None:
        """The words that this account said up to that time are final."""
        self._sent = deque(
            frame
            for frame in self._sent
            if frame.account_id != account_id or frame.at_ms >= until_ms
        )

    def rewind(self) -> None:
        """Nobody will make words of what was sent: it is unsent again."""
        self._unsent = self._sent + self._unsent
        self._sent = deque()

    def forget_sent(self) -> None:
        """What was sent has been heard to the end."""
        self._sent.clear()

    def forget(self) -> None:
        """Begin anew, with nothing."""
        self._sent.clear()
        self._unsent.clear()
        self.missing.clear()
