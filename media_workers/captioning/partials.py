"""Caption lines that may still change: of each the newest, and not more than a room can read."""

from core.captions import CaptionLine
from media_workers.transport.rate import Allowance

RATE = 10.0
"""Lines a second, in a room."""

MAX_WAITING = 64


class Partials:
    """Lines by id. A line that is final by now must be `drop`ped, or it would come back."""

    def __init__(self, now: float) -> None:
        self._allowance = Allowance(rate=RATE, burst=2, now=now)
        self._waiting: dict[str, CaptionLine] = {}

    def put(self, line: CaptionLine) -> None:
        """The line is now like this; it keeps the place of its older state."""
        if line.line_id not in self._waiting and len(self._waiting) >= MAX_WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[line.line_id] = line

    def drop(self, line_id: str) -> None:
        """It need not be told any more."""
        self._waiting.pop(line_id, None)

    def take(self, now: float) -> CaptionLine | None:
        """The line that has waited longest, if one may be told now."""
        if not self._waiting or not self._allowance.take(now):
            return None
        return self._waiting.pop(next(iter(self._waiting)))
