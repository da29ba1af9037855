"""A speaker's audio from the last final word on, to be sent, and sent again if a stream breaks."""

from collections import deque

from captions.voice import Frame
from core.captions import FRAME_MS

MAX_MS = 30_000


class Spool:
    """At most 30 s; then the oldest falls out. `lost` are the times of what was never sent."""

    def __init__(self, max_ms: int = MAX_MS) -> None:
        self._frames: deque[Frame] = deque()
        self._max = max_ms // FRAME_MS
        self._sent = 0
        self.lost: tuple[int, int] | None = None

    def add(self, frame: Frame) -> None:
        """The speaker's next 20 ms."""
        if len(self._frames) == self._max:
            oldest = self._frames.popleft()
            if self._sent:
                self._sent -= 1
            elif oldest.voiced:
                self._lose(oldest)
        self._frames.append(frame)

    @property
    def unsent(self) -> int:
        """Frames that the current stream has not been sent."""
        return len(self._frames) - self._sent

    @property
    def unheard_since_ms(self) -> int | None:
        """Since when there is audio that was lost or is still here; None without any."""
        if self.lost:
            return self.lost[0]
        return self._frames[0].at_ms if self._frames else None

    def take(self, most: int) -> list[Frame]:
        """The next frames to send, now taken as sent."""
        frames = [self._frames[self._sent + n] for n in range(min(most, self.unsent))]
        self._sent += len(frames)
        return frames

    def rewind(self) -> None:
        """Another stream begins: everything is unsent again."""
        self._sent = 0

    def forget(self, until_ms: int) -> None:
        """The words of what was sent up to this time are final."""
        while self._sent and self._frames[0].ends_ms <= until_ms:
            self._frames.popleft()
            self._sent -= 1

    def forget_sent(self) -> None:
        """Everything that was sent has been heard to the end."""
        for _ in range(self._sent):
            self._frames.popleft()
        self._sent = 0

    def give_up(self) -> None:
        """Nobody will hear what is left."""
        for frame in self._frames:
            if frame.voiced:
                self._lose(frame)
        self._frames.clear()
        self._sent = 0

    def found(self) -> tuple[int, int] | None:
        """What was lost since the last time this was asked."""
        lost, self.lost = self.lost, None
        return lost

    def _lose(self, frame: Frame) -> None:
        starts_ms = self.lost[0] if self.lost else frame.at_ms
        self.lost = starts_ms, frame.ends_ms
