"""Purchases: found, placed, and moved on through their lives. Layout: see `records`.

Writes are handed out, not executed: an action puts those of several stores into one transaction.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Self

from core.admission import room_key
from core.dynamo import MAX_PAGE, Attr, ConditionBase, Database, Item, Put, Update, Write, absent
from core.errors import Invalid, NotFound
from core.tables import TICKETS
from functions.tickets.rules.life import Event, after
from functions.tickets.rules.model import Purchase
from functions.tickets.stores.records import (
    KEY,
    PURCHASE,
    hold_key,
    purchase_from_item,
    purchase_item,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A buyer's Idempotency-Key for one room, and what they wanted with it."""

    name: str
    wanted: str

    @classmethod
    def of(cls, buyer_id: str, room_id: str, idempotency_key: str, wanted: str) -> Self:
        """The same for the same request, and nobody else's."""
        digest = sha256(f"{buyer_id} {room_id} {idempotency_key}".encode()).hexdigest()
        return cls(name=f"key#{digest}", wanted=wanted)


class PurchaseStore:
    """The purchases, and how many tickets each account holds or has of a room."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def find(self, hold_id: str) -> Purchase | None:
        """The purchase as it is written now."""
        item = self.table.get(hold_key(hold_id), PURCHASE)
        return purchase_from_item(item) if item else None

    def get(self, hold_id: str) -> Purchase:
        """The purchase as it is written now; NotFound `hold_not_found`."""
        if purchase := self.find(hold_id):
            return purchase
        raise hold_not_found()

    def made_by(self, key: Key) -> Purchase | None:
        """The purchase that this key made, if any; Invalid `idempotency_key_reused`."""
        item = self.table.get(key.name, KEY)
        if item is None:
            return None
        if item["wanted"] != key.wanted:
            detail = "This key was used with another body."
            raise Invalid("idempotency_key_reused", detail)
        return self.get(item["hold_id"])

    def remembering(self, key: Key, hold_id: str) -> Put:
        """This is the hold that the key makes, and no other."""
        item = {"pk": key.name, "sk": KEY, "hold_id": hold_id, "wanted": key.wanted}
        return Put(item=item, condition=self._new_key())

    def placing(self, purchase: Purchase) -> Put:
        """A new purchase."""
        return Put(item=purchase_item(purchase), condition=absent)

    def moving(
        self, purchase: Purchase, event: Event | None = None, **changes: Any
    ) -> tuple[Purchase, Write]:
        """The purchase after the event and the changes, and the write that makes it so.

        Only from what was read: of two who move it on at once, the second finds it changed.
        Conflict `wrong_state`.
        """
        state = after(purchase.state, event) if event else purchase.state
        moved = replace(purchase, state=state, revision=purchase.revision + 1, **changes)
        return moved, Put(item=purchase_item(moved), condition=self._unchanged(purchase))

    def counting(self, purchase: Purchase, limit: int) -> Update:
        """The buyer holds so many more; only within the limit for one account."""
        return Update(
            pk=room_key(purchase.room_id),
            sk=buyer_key(purchase.buyer_id),
            add={"count": purchase.quantity, "holds": {purchase.hold_id}},
            condition=self._within(limit - purchase.quantity),
        )

    def uncounting(self, purchase: Purchase, by: int, *, over: bool) -> Update:
        """The buyer holds so many less; `over`: and nothing of this purchase any more."""
        taken = {"holds": {purchase.hold_id}} if over else {}
        return Update(
            pk=room_key(purchase.room_id),
            sk=buyer_key(purchase.buyer_id),
            add={"count": -by},
            take=taken,
        )

    def counted(self, room_id: str, account_id: str) -> tuple[int, set[str]]:
        """How many tickets the account holds or has of the room, by which purchases."""
        item = self.table.get(room_key(room_id), buyer_key(account_id)) or {}
        return item.get("count", 0), set(item.get("holds", ()))

    def of_room(self, room_id: str, after: str, limit: int = MAX_PAGE) -> list[Purchase]:
        """A room's next purchases after this one, the earliest first; they may lag by a moment."""
        return [purchase_from_item(item) for item in self._next_of(room_id, after, limit)]

    def ids_of_room(self, room_id: str, after: str, limit: int = MAX_PAGE) -> list[str]:
        """The ids of those, of which any may be unreadable."""
        return [item["by_room_sk"] for item in self._next_of(room_id, after, limit)]

    def _next_of(self, room_id: str, after: str, limit: int) -> list[Item]:
        # No id goes on with "!", and all that follow are greater.
        rest = (f"{after}!", "~")
        return self.table.query(room_id, index="by_room", between=rest, limit=limit).items

    def _unchanged(self, purchase: Purchase) -> ConditionBase:
        return Attr("revision").eq(purchase.revision)

    def _within(self, most: int) -> ConditionBase:
        return Attr("count").not_exists() | Attr("count").lte(most)

    def _new_key(self) -> ConditionBase:
        return absent


def buyer_key(account_id: str) -> str:
    """The sort key of how many tickets an account holds or has."""
    return f"buyer#{account_id}"


def hold_not_found() -> NotFound:
    """No such hold, or not the caller's."""
    return NotFound("hold_not_found", "There is no such hold.")
