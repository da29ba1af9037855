"""How often callers may do what costs others something: all rates, and how they are reckoned.

A bucket is one number: the time at which it will be full again (GCRA, ITU-T I.371 annex A). An act
moves it on by one interval and is refused if that would put it more than a burst ahead of now.

A route names its rate, and its door asks (`buckets`). Each account has a bucket of its own; those
who come without one share their network's (`core.networks`), which is `guests` wide: a hall full of
people is one address. What is bounded elsewhere has no rate: raising bounds lowering, what one has
bounds what one can give back, and a page is a bounded read.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`burst` acts at once, and one more every `interval`; `guests` of one network as one."""

    name: str
    burst: int
    interval: timedelta
    guests: int = 0

    @property
    def window(self) -> timedelta:
        """In how much time an empty bucket fills."""
        return self.burst * self.interval

    def of_guests(self) -> "Rate":
        """What a network's guests share: so many, in the same window."""
        return replace(self, burst=self.guests, interval=self.window / self.guests)

    def latest(self, now: datetime) -> datetime:
        """The latest time of being full again at which one more act is allowed."""
        return now + self.window - self.interval

    def retry_after(self, full_at: datetime, now: datetime) -> int:
        """Whole seconds until one more act is allowed, at least 1."""
        wait = full_at - self.latest(now)
        return max(1, -(-wait // SECOND))


# Rooms
JOINS = Rate(name="joins", burst=30, interval=2 * SECOND, guests=200)
OPENINGS = Rate(name="openings", burst=30, interval=20 * SECOND)  # followers are told
CHANGES = Rate(name="changes", burst=30, interval=2 * SECOND)  # who waits for it is told
HANDS = Rate(name="hands", burst=20, interval=3 * SECOND)
ROLES = Rate(name="roles", burst=30, interval=2 * SECOND)  # who is invited up is told
REACTIONS = Rate(name="reactions", burst=10, interval=SECOND)
REPORTS = Rate(name="reports", burst=10, interval=30 * SECOND)
SETTLEMENTS = Rate(name="settlements", burst=60, interval=SECOND)

# Captions
CORRECTIONS = Rate(name="corrections", burst=30, interval=SECOND)
LINES = Rate(name="lines", burst=20, interval=SECOND / 2)
EXPORTS = Rate(name="exports", burst=10, interval=6 * SECOND, guests=100)  # read it all

# Tickets
HOLDS = Rate(name="holds", burst=20, interval=10 * SECOND)  # off sale; a promo code guessed; Stripe
PAYMENTS = Rate(name="payments", burst=60, interval=SECOND)  # Stripe is asked
ONBOARDINGS = Rate(name="onboardings", burst=5, interval=MINUTE)  # so it is here
TRANSFERS = Rate(name="transfers", burst=10, interval=MINUTE)  # the new holder is told

# Accounts
TIES = Rate(name="ties", burst=60, interval=2 * SECOND)  # counts of others change
DEVICES = Rate(name="devices", burst=10, interval=6 * SECOND)  # SNS makes an endpoint
FEEDS = Rate(name="feeds", burst=5, interval=MINUTE)
