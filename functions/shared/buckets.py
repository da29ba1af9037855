"""What is left of everybody's rates (see `rates`).

pk                                  sk               attributes
account#<id> | network#<address>    the rate's name  `full_at` (ms since 1970), `expires_at`

Nothing is read. An act out of a full bucket costs one write, out of one in use two; what is
refused, as in a flood, costs one. DynamoDB forgets buckets that have long been full.
"""

from datetime import UTC, datetime, timedelta

from core.clock import to_ms
from core.dynamo import Attr, ConditionBase, ConditionFailed, Database, Item, Update
from core.errors import TooMany
from core.tables import RATES
from functions.shared.rates import Rate

MILLISECOND = timedelta(milliseconds=1)


class Buckets:
    """The buckets of one deployment."""

    def __init__(self, database: Database) -> None:
        self._table = database.table(RATES)

    def spend(self, rate: Rate, whose: str, now: datetime) -> None:
        """One act more; TooMany `too_many` if that is too fast."""
        try:
            self._spend_full(rate, whose, now)
        except ConditionFailed as failed:
            if failed.found and failed.found["full_at"] > to_ms(rate.latest(now)):
                raise too_many(rate, now, failed.found) from failed
            self._spend_in_use(rate, whose, now)

    def _spend_full(self, rate: Rate, whose: str, now: datetime) -> None:
        full_at = to_ms(now + rate.interval)
        kept = {"full_at": full_at, "expires_at": expires_at(rate, now)}
        self._table.write(Update(pk=whose, sk=rate.name, set=kept, condition=self._is_full(now)))

    def _spend_in_use(self, rate: Rate, whose: str, now: datetime) -> None:
        spent = Update(
            pk=whose,
            sk=rate.name,
            set={"expires_at": expires_at(rate, now)},
            add={"full_at": rate.interval // MILLISECOND},
            condition=self._has_room(rate, now),
        )
        try:
            self._table.write(spent)
        except ConditionFailed as failed:
            raise too_many(rate, now, failed.found) from failed

    def _is_full(self, now: datetime) -> ConditionBase | None:
        """Of many acts at once, one finds the bucket full."""
        return Attr("full_at").not_exists() | Attr("full_at").lte(to_ms(now))

    def _has_room(self, rate: Rate, now: datetime) -> ConditionBase | None:
        """Of many acts at once, no more are done than there is room for."""
        return Attr("full_at").lte(to_ms(rate.latest(now)))


def too_many(rate: Rate, now: datetime, found: Item | None) -> TooMany:
    """The refusal, with when to come again."""
    full_at = datetime.fromtimestamp(found["full_at"] / 1000, UTC) if found else now
    wait = rate.retry_after(full_at, now)
    return TooMany("too_many", "Slow down a little.", retry_after=wait)


def expires_at(rate: Rate, now: datetime) -> int:
    """Seconds since 1970 at which the bucket is full whatever was spent by now."""
    return int((now + rate.window).timestamp()) + 1
