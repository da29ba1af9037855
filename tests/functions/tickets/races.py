"""Races of buyers, hosts and those who wait: begun together, or one in the midst of another."""

from collections.abc import Callable
from threading import Barrier, local

from core.dynamo import present
from functions.shared.callers import Caller
from functions.tickets.actions import buying
from functions.tickets.requests import NewHold
from functions.tickets.stores.offers import OfferStore
from functions.tickets.stores.purchases import Key
from functions.tickets.stores.stock import StockStore

ANYHOW = present | ~present
"""A condition that always holds."""


class Rushed(StockStore):
    """All buyers have read the stock before the first of them takes of it."""

    def __init__(self, database, crowd):
        super().__init__(database)
        self._all_here = Barrier(crowd)
        self._own = local()

    def shards(self, offer):
        shards = super().shards(offer)
        if not hasattr(self._own, "late"):
            self._own.late = True
            self._all_here.wait(timeout=60)
        return shards


class Interrupted(StockStore):
    """Just after the stock was read something else happens, once."""

    deed: Callable[[], object] | None = None

    def shards(self, offer):
        shards = super().shards(offer)
        if deed := self.deed:
            self.deed = None
            deed()
        return shards


class InterruptedOffers(OfferStore):
    """Just after the offer was read something else happens, once."""

    deed: Callable[[], object] | None = None

    def get(self, room_id):
        offer = super().get(room_id)
        if deed := self.deed:
            self.deed = None
            deed()
        return offer


def placing(shop, name, room_id, quantity=1, *, key=None, **wanted):
    """A deed: this buyer places a hold."""
    caller, body = Caller(account_id=name), NewHold(quantity=quantity, **wanted)
    name = key and Key.of(name, room_id, key, body.model_dump_json())
    return lambda: buying.place(shop.parts, caller, room_id, body, shop.now, key=name)
