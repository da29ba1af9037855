"""How often a member may do what everybody sees: token buckets as one number each.

The number is the time at which the bucket will be full again (GCRA, ITU-T I.371 A). An act moves
it on by one interval and is refused if that would put it more than a burst ahead of now. Whether
it may be moved is a condition on that number alone, so an act costs one write and no read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`burst` acts at once, and one more every `interval`."""

    name: str
    burst: int
    interval: timedelta

    @property
    def window(self) -> timedelta:
        """In how much time an empty bucket fills."""
        return self.burst * self.interval

    def latest(self, now: datetime) -> datetime:
        """The latest time of being full again at which one more act is allowed."""
        return now + self.window - self.interval

    def retry_after(self, full_at: datetime, now: datetime) -> int:
        """Whole seconds until one more act is allowed, at least 1."""
        wait = full_at - self.latest(now)
        return max(1, -(-wait // timedelta(seconds=1)))


REACTIONS = Rate(name="reactions", burst=10, interval=timedelta(seconds=1))
REPORTS = Rate(name="reports", burst=5, interval=timedelta(minutes=1))
