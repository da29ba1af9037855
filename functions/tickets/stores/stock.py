"""The stock of an offer: counters spread over shards. Layout: see `records`.

In every shard left + held + sold is its part of what is offered. Tickets move between the three in
the transaction that moves their purchase on, so none is ever lost or sold twice.

Every shard carries the offer's edition: who has read other terms, or did not see that somebody
waits, finds another one and reads again. So buyers need not touch the offer's own item, which they
all share.
"""

from collections.abc import Iterable, Mapping

from core.dynamo import Attr, ConditionBase, Database, Delete, Put, Update, Write, absent, present
from core.tables import TICKETS
from functions.tickets.rules.model import Offer, Shard
from functions.tickets.stores.records import STOCK, shard_from_item, shard_item, stock_key

CLOSED = "closed"
"""The edition of a stock that nobody buys of any more: no offer has it."""


class StockStore:
    """Shards of stock."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def shards(self, offer: Offer) -> list[Shard]:
        """All of an offer's stock as it is now."""
        keys = [(stock_key(offer.room_id, number), STOCK) for number in range(offer.shards)]
        return [shard_from_item(item) for item in self.table.get_many(keys)]

    def laying_in(self, offer: Offer, shards: Iterable[Shard]) -> list[Put]:
        """New shards."""
        return [
            Put(item=shard_item(offer.room_id, shard, offer.edition), condition=absent)
            for shard in shards
        ]

    def taking(self, offer: Offer, taken: Mapping[int, int]) -> list[Update]:
        """So many of each shard are held, by an offer that still is as it was read."""
        return self._moving(offer.room_id, taken, "left", "held", self._same_edition(offer.edition))

    def moving(
        self, room_id: str, taken: Mapping[int, int], source: str, target: str
    ) -> list[Update]:
        """So many of each shard move from one counter to another: `left`, `held`, `sold`.

        None of a stock that is closed is sold.
        """
        may = self._open() if target == "sold" else None
        return self._moving(room_id, taken, source, target, may)

    def closing(self, offer: Offer) -> list[Update]:
        """Nothing of it can be held or sold any more; what is can still come back."""
        return [
            Update(
                pk=stock_key(offer.room_id, number),
                sk=STOCK,
                set={"closed": True, "edition": CLOSED},
                condition=present,
            )
            for number in range(offer.shards)
        ]

    def renewing(
        self, offer: Offer, edition: str, condition: ConditionBase | None = None
    ) -> list[Update]:
        """Every shard carries this edition, if the condition holds for each."""
        return [
            self._renewing(offer.room_id, number, edition, condition)
            for number in range(offer.shards)
        ]

    def resizing(self, offer: Offer, changed: Offer, changes: Mapping[int, int]) -> list[Write]:
        """Every shard carries the new edition, and has so many more or less left than before.

        If the price changes, only while none of them has sold or holds any.
        """
        condition = self.untouched() if changed.price != offer.price else None
        writes: list[Write] = []
        for number in range(offer.shards):
            change = changes.get(number, 0)
            enough = self._enough("left", -change) if change < 0 else None
            writes.append(
                self._renewing(
                    offer.room_id, number, changed.edition, both(condition, enough), change
                )
            )
        new = [
            Shard(number=number, left=changes[number], held=0, sold=0)
            for number in range(offer.shards, changed.shards)
        ]
        return [*writes, *self.laying_in(changed, new)]

    def removing(self, offer: Offer) -> list[Delete]:
        """All of it, if nothing is sold or held."""
        return [
            Delete(pk=stock_key(offer.room_id, number), sk=STOCK, condition=self.untouched())
            for number in range(offer.shards)
        ]

    def untouched(self) -> ConditionBase:
        """Of a shard: nobody has bought of it, or is about to."""
        return Attr("held").eq(0) & Attr("sold").eq(0)

    def sold_out(self) -> ConditionBase:
        """Of a shard: there is nothing left of it."""
        return Attr("left").eq(0)

    def _moving(
        self,
        room_id: str,
        taken: Mapping[int, int],
        source: str,
        target: str,
        condition: ConditionBase | None,
    ) -> list[Update]:
        return [
            Update(
                pk=stock_key(room_id, number),
                sk=STOCK,
                add={source: -count, target: count},
                condition=both(self._enough(source, count), condition),
            )
            for number, count in sorted(taken.items())
            if count
        ]

    def _renewing(
        self,
        room_id: str,
        number: int,
        edition: str,
        condition: ConditionBase | None,
        change: int = 0,
    ) -> Update:
        return Update(
            pk=stock_key(room_id, number),
            sk=STOCK,
            set={"edition": edition},
            add={"left": change} if change else {},
            condition=condition,
        )

    def _enough(self, source: str, count: int) -> ConditionBase:
        return Attr(source).gte(count)

    def _open(self) -> ConditionBase:
        """Of a payment and the end of its room at once, the second finds the first."""
        return Attr("closed").not_exists()

    def _same_edition(self, edition: str) -> ConditionBase:
        return Attr("edition").eq(edition)


def both(one: ConditionBase | None, other: ConditionBase | None) -> ConditionBase | None:
    """Both conditions, as far as there are two."""
    return one & other if one and other else one or other
