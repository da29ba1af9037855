"""Promo codes of a room, and how many tickets each is good for still. Layout: see `records`.

A code that was used stays when its host takes it back, as `withdrawn`: holds that lapse later give
their part of it back to where it came from.
"""

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
from core.tables import TICKETS
from functions.tickets.rules.model import MAX_PROMO_CODES, PromoCode
from functions.tickets.stores.records import promo_from_item, promo_item, promo_key


class PromoStore:
    """Rooms' promo codes."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def find(self, room_id: str, code: str) -> PromoCode | None:
        """The code, withdrawn or not."""
        item = self.table.get(room_key(room_id), promo_key(code))
        return promo_from_item(item) if item else None

    def all(self, room_id: str) -> list[PromoCode]:
        """All of a room's codes, by name."""
        page = self.table.query(room_key(room_id), begins=promo_key(""), limit=MAX_PROMO_CODES + 1)
        return [promo_from_item(item) for item in page.items]

    def add(self, room_id: str, promo: PromoCode) -> bool:
        """The new code is there; False if another of its name came first."""
        return self._done(Put(item=promo_item(room_id, promo), condition=absent))

    def change(self, room_id: str, promo: PromoCode, changed: PromoCode) -> bool:
        """The code is as changed, with as many used as before; False if it was read too early."""
        item = promo_item(room_id, changed)
        names = ("percent", "amount", "limit", "withdrawn")
        update = Update(
            pk=item["pk"],
            sk=item["sk"],
            set={name: item[name] for name in names if name in item},
            add={"left": changed.limit - promo.limit},
            remove=[name for name in names if name not in item],
            condition=self._as_read(promo) & Attr("left").gte(promo.limit - changed.limit),
        )
        return self._done(update)

    def remove(self, room_id: str, promo: PromoCode) -> bool:
        """The unused code is gone; False if it is in use."""
        pk, sk = room_key(room_id), promo_key(promo.code)
        return self._done(Delete(pk=pk, sk=sk, condition=self._unused()))

    def taking(self, room_id: str, promo: PromoCode, count: int) -> Update:
        """The code is good for so many less, if it still takes off what it did when read."""
        return Update(
            pk=room_key(room_id),
            sk=promo_key(promo.code),
            add={"left": -count},
            condition=self._as_read(promo) & self._enough(count),
        )

    def giving_back(self, room_id: str, code: str, count: int) -> Update:
        """The code is good for so many more again."""
        return Update(
            pk=room_key(room_id), sk=promo_key(code), add={"left": count}, condition=present
        )

    def _done(self, write: Put | Update | Delete) -> bool:
        try:
            self.table.write(write)
        except ConditionFailed:
            return False
        return True

    def _unused(self) -> ConditionBase:
        """What was bought with it can be given back to it."""
        return Attr("left").eq(Attr("limit"))

    def _enough(self, count: int) -> ConditionBase:
        return Attr("left").gte(count)

    def _as_read(self, promo: PromoCode) -> ConditionBase:
        same = Attr("limit").eq(promo.limit) & Attr("withdrawn").eq(promo.withdrawn)
        for name, value in (("percent", promo.percent), ("amount", promo.amount)):
            same &= Attr(name).not_exists() if value is None else Attr(name).eq(value)
        return same
