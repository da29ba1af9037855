"""The waiting list of a room that is sold out, in order. Layout: see `records`.

Writes are handed out, not executed: the offer counts the list in the same transaction.
"""

from dataclasses import dataclass

from core.admission import room_key
from core.dynamo import Attr, ConditionBase, Database, Delete, Put, Write, absent, present
from core.tables import TICKETS
from functions.tickets.rules.model import MAX_WAITING, Waiting
from functions.tickets.stores.records import place_key, waiting_from_item, waiting_item, waiting_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where an account is on a list: at a place, or past it, with tickets held for it."""

    place_id: str | None
    hold_id: str | None


class WaitingStore:
    """Rooms' waiting lists."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def find(self, room_id: str, account_id: str) -> Spot | None:
        """Where the account is on the room's list."""
        item = self.table.get(room_key(room_id), waiting_key(account_id))
        return Spot(place_id=item.get("place_id"), hold_id=item.get("hold_id")) if item else None

    def first(self, room_id: str) -> Waiting | None:
        """Whose turn it is."""
        items = self.table.query(room_key(room_id), begins=place_key(""), limit=1).items
        return waiting_from_item(items[0]) if items else None

    def get(self, room_id: str, place_id: str) -> Waiting | None:
        """Who has this place."""
        item = self.table.get(room_key(room_id), place_key(place_id))
        return waiting_from_item(item) if item else None

    def number(self, room_id: str, place_id: str) -> int:
        """Which place in the order of the list this is, from 1."""
        until = (place_key(""), place_key(place_id))
        return len(self.table.query(room_key(room_id), between=until, limit=MAX_WAITING).items)

    def joining(self, room_id: str, waiting: Waiting, spot: Spot | None) -> list[Write]:
        """A new place at the end, for an account whose last one, if any, is used up."""
        item = {
            "pk": room_key(room_id),
            "sk": waiting_key(waiting.account_id),
            "place_id": waiting.place_id,
        }
        return [
            Put(item=waiting_item(room_id, waiting)),
            Put(item=item, condition=self._used_up(spot)),
        ]

    def leaving(self, room_id: str, waiting: Waiting) -> list[Write]:
        """The place is given up."""
        pk = room_key(room_id)
        return [
            Delete(pk=pk, sk=place_key(waiting.place_id), condition=self._still_waits()),
            Delete(pk=pk, sk=waiting_key(waiting.account_id)),
        ]

    def calling(self, room_id: str, waiting: Waiting, hold_id: str) -> list[Write]:
        """The place has become a hold: once."""
        pk = room_key(room_id)
        item = {"pk": pk, "sk": waiting_key(waiting.account_id), "hold_id": hold_id}
        return [
            Delete(pk=pk, sk=place_key(waiting.place_id), condition=self._still_waits()),
            Put(item=item),
        ]

    def clear(self, room_id: str) -> None:
        """Nobody waits any more, and nobody's address is kept for it."""
        pk = room_key(room_id)
        for begins in (place_key(""), waiting_key("")):
            while items := self.table.query(pk, begins=begins).items:
                for item in items:
                    self.table.write(Delete(pk=pk, sk=item["sk"]))

    def _used_up(self, spot: Spot | None) -> ConditionBase:
        """Of two who join for one account, the second finds it on the list."""
        return Attr("hold_id").eq(spot.hold_id) if spot and spot.hold_id else absent

    def _still_waits(self) -> ConditionBase:
        return present
