"""Where a recogniser stream's time lies on the room's media clock, silence having been left out."""

from bisect import bisect_left, bisect_right

MAX_SPANS = 1_000
"""Pauses a timeline remembers: hours of talk; times before the oldest are extrapolated."""


class Timeline:
    """The spans of audio that were sent into one stream. All times in milliseconds."""

    def __init__(self) -> None:
        self._stream: list[int] = []
        self._media: list[int] = []
        self.length = 0

    def add(self, media_ms: int, duration_ms: int) -> None:
        """The next `duration_ms` of the stream were heard at `media_ms` of the room."""
        if not self._stream or self._media[-1] + self.length - self._stream[-1] != media_ms:
            self._stream.append(self.length)
            self._media.append(media_ms)
            if len(self._stream) > MAX_SPANS:
                del self._stream[0], self._media[0]
        self.length += duration_ms

    def media_start(self, stream_ms: int) -> int:
        """The room's time of something that begins there: at a seam, behind it."""
        return self._at(stream_ms, bisect_right(self._stream, stream_ms))

    def media_end(self, stream_ms: int) -> int:
        """The room's time of something that ends there: at a seam, before it."""
        return self._at(stream_ms, bisect_left(self._stream, stream_ms))

    def _at(self, stream_ms: int, after: int) -> int:
        if not self._stream:
            raise ValueError("nothing was sent into this stream")
        span = max(0, after - 1)
        return max(0, self._media[span] + stream_ms - self._stream[span])
