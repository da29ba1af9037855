"""Offers: found, changed, counted on, closed. Layout: see `records`.

Writes are handed out, not executed: an action puts them into one transaction with the stock's.
"""

from collections.abc import Iterable
from datetime import datetime

from core.admission import room_key
from core.dynamo import (
    Attr,
    ConditionBase,
    ConditionFailed,
    Database,
    Delete,
    Put,
    Update,
    absent,
    present,
)
from core.errors import NotFound
from core.tables import TICKETS
from functions.tickets.rules.model import MAX_WAITING, Offer
from functions.tickets.stores.records import OFFER, due_index, offer_from_item, offer_item

TERMS = (
    "price",
    "quantity",
    "per_account",
    "sales_end_at",
    "refund_rule",
    "shards",
    "edition",
)

still_open: ConditionBase = Attr("closed").eq(False)


class OfferStore:
    """The offers of rooms, one each."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def find(self, room_id: str) -> Offer | None:
        """The room's offer as it is written now."""
        item = self.table.get(room_key(room_id), OFFER)
        return offer_from_item(item) if item else None

    def find_many(self, room_ids: Iterable[str]) -> dict[str, Offer]:
        """The offers of those of the rooms that have one, by room."""
        items = self.table.get_many((room_key(room_id), OFFER) for room_id in room_ids)
        return {item["room_id"]: offer_from_item(item) for item in items}

    def get(self, room_id: str) -> Offer:
        """The room's offer as it is written now; NotFound `offer_not_found`."""
        if offer := self.find(room_id):
            return offer
        raise offer_not_found()

    def opening(self, offer: Offer) -> Put:
        """A new offer."""
        return Put(item=offer_item(offer), condition=absent)

    def changing(self, offer: Offer, changed: Offer) -> Update:
        """Other terms, if nobody has changed them meanwhile."""
        item = offer_item(changed)
        return Update(
            pk=room_key(offer.room_id),
            sk=OFFER,
            set={name: item[name] for name in TERMS if name in item},
            remove=[name for name in TERMS if name not in item],
            condition=self._as_read(offer),
        )

    def removing(self, offer: Offer) -> Delete:
        """No offer any more, if nobody has changed it meanwhile; nor anybody waiting."""
        condition = self._as_read(offer) & Attr("waiting").eq(0)
        return Delete(pk=room_key(offer.room_id), sk=OFFER, condition=condition)

    def queueing(self, offer: Offer, edition: str) -> Update:
        """One more waits, the first of them in another edition, which all buyers have to read."""
        return Update(
            pk=room_key(offer.room_id),
            sk=OFFER,
            set={"edition": edition},
            add={"waiting": 1},
            condition=self._as_read(offer) & self._room_on_list(offer),
        )

    def unqueueing(self, room_id: str) -> Update:
        """One less waits."""
        return Update(pk=room_key(room_id), sk=OFFER, add={"waiting": -1}, condition=present)

    def look_again(self, room_id: str, at: datetime) -> None:
        """The offer, unless closed, is to be looked at again then."""
        due = due_index(at, room_id)
        self._while_open(Update(pk=room_key(room_id), sk=OFFER, set=due, condition=still_open))

    def carrying(self, offer: Offer) -> Update:
        """The next of the series has been thought of: once."""
        return Update(
            pk=room_key(offer.room_id),
            sk=OFFER,
            set={"carried": True},
            condition=self._not_carried(),
        )

    def close(self, room_id: str) -> None:
        """Nothing is left to do for the room."""
        closed = Update(
            pk=room_key(room_id),
            sk=OFFER,
            set={"closed": True},
            remove=["due_at", "by_due_pk", "by_due_sk"],
            condition=still_open,
        )
        self._while_open(closed)

    def _while_open(self, update: Update) -> None:
        try:
            self.table.write(update)
        except ConditionFailed:
            return

    def _not_carried(self) -> ConditionBase:
        """What its host takes back of the next room is not sold a second time."""
        return Attr("carried").eq(False)

    def _as_read(self, offer: Offer) -> ConditionBase:
        return Attr("edition").eq(offer.edition)

    def _room_on_list(self, offer: Offer) -> ConditionBase:
        """Who joined others does not find themselves alone, nor the list longer than it may be."""
        waiting = Attr("waiting")
        return waiting.between(1, MAX_WAITING - 1) if offer.waiting else waiting.eq(0)


def offer_not_found() -> NotFound:
    """Nothing is sold for this room."""
    return NotFound("offer_not_found", "There are no tickets for this room.")
