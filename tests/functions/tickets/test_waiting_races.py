"""Some wait while others buy and give up.

Each race has a twin whose guard is off, in which what must not happen does.
"""

from dataclasses import replace

from core.dynamo import present
from functions.tickets.actions import settling, waiting
from functions.tickets.rules.model import MAX_WAITING
from functions.tickets.steps import turns
from functions.tickets.stores.stock import StockStore
from functions.tickets.stores.waiting import WaitingStore
from tests.functions.tickets.races import (
    ANYHOW,
    Interrupted,
    InterruptedOffers,
    Rushed,
    placing,
)
from tests.functions.tickets.refusals import codes
from tests.racing import at_once


class OldEditions(Interrupted):
    def _same_edition(self, edition):
        return present


class NotSoldOut(Interrupted):
    def sold_out(self):
        return present


class Repetitive(WaitingStore):
    def _still_waits(self):
        return ANYHOW


class EndlessList(InterruptedOffers):
    def _room_on_list(self, offer):
        return present


class TwoPlaces(WaitingStore):
    def _used_up(self, spot):
        return ANYHOW


def joining(shop, name, room_id):
    """A deed: this account joins the waiting list."""
    return lambda: waiting.join(shop.parts, shop.account(name), room_id, shop.now)


def overtaking(shop, stock):
    """Ada has read that nobody waits; then Bea does, and then a ticket comes back."""
    room_id = shop.offer(1, amount=0).room_id
    last = placing(shop, "zoe", room_id)()

    def bea_waits_and_zoe_gives_up():
        joining(shop, "bea", room_id)()
        settling.release(shop.parts, last, shop.now)

    offers = InterruptedOffers(shop.database)
    offers.deed = bea_waits_and_zoe_gives_up
    shop.parts = replace(shop.parts, stock=stock(shop.database), offers=offers)
    return at_once(placing(shop, "ada", room_id))


def test_nobody_overtakes_who_waits(shop):
    assert codes(overtaking(shop, StockStore)) == ["sold_out"]


def test_without_the_guard_somebody_does(shop):
    assert codes(overtaking(shop, OldEditions)) == []


def waiting_for_nothing(shop, stock):
    """Bea has read that nothing is left; before she waits, a ticket comes back."""
    room_id = shop.offer(1, amount=0).room_id
    last = placing(shop, "zoe", room_id)()
    shop.parts = replace(shop.parts, stock=stock(shop.database))
    shop.parts.stock.deed = lambda: settling.release(shop.parts, last, shop.now)
    bea = shop.account("bea")
    return at_once(lambda: waiting.join(shop.parts, bea, room_id, shop.now))


def test_nobody_waits_while_a_ticket_is_left(shop):
    assert codes(waiting_for_nothing(shop, Interrupted)) == ["not_sold_out"]


def test_without_the_guard_somebody_does_wait(shop):
    assert codes(waiting_for_nothing(shop, NotSoldOut)) == []


def called_up_at_once(shop, waiting_list):
    """Four tickets have come back for four who wait, and four call up at once."""
    room_id = shop.offer(4, amount=0).room_id
    gone = placing(shop, "zoe", room_id, 4)()
    names = ("ada", "bea", "cleo", "dora")
    for name in names:
        waiting.join(shop.parts, shop.account(name), room_id, shop.now)
    settling.release(shop.parts, gone, shop.now)
    shop.parts = replace(
        shop.parts, stock=Rushed(shop.database, 4), waiting=waiting_list(shop.database)
    )
    at_once(*[lambda: turns.call_up(shop.parts, room_id, shop.now)] * 4)
    return [shop.parts.purchases.counted(room_id, name)[0] for name in names]


def test_each_who_waits_is_called_up_once(shop):
    assert called_up_at_once(shop, WaitingStore) == [1, 1, 1, 1]


def test_without_the_guard_one_is_called_up_twice(shop):
    assert max(called_up_at_once(shop, Repetitive)) > 1


def for_the_last_place(shop, offers):
    """There is one place left on the list when two join at once; how many wait then."""
    room_id = shop.offer(1, amount=0).room_id
    placing(shop, "zoe", room_id)()
    joining(shop, "ada", room_id)()
    shop.set_waiting(room_id, MAX_WAITING - 1)
    shop.parts = replace(shop.parts, offers=offers(shop.database))
    shop.parts.offers.deed = joining(shop, "bea", room_id)
    at_once(joining(shop, "cleo", room_id))
    return shop.parts.offers.get(room_id).waiting


def test_the_list_is_no_longer_than_it_may_be(shop):
    assert for_the_last_place(shop, InterruptedOffers) == MAX_WAITING


def test_without_the_guard_it_is(shop):
    assert for_the_last_place(shop, EndlessList) > MAX_WAITING


def in_two_tabs(shop, waiting_list):
    """Ada joins twice at once, behind Bea; how many wait then."""
    room_id = shop.offer(1, amount=0).room_id
    placing(shop, "zoe", room_id)()
    joining(shop, "bea", room_id)()
    shop.parts = replace(
        shop.parts, stock=Interrupted(shop.database), waiting=waiting_list(shop.database)
    )
    shop.parts.stock.deed = joining(shop, "ada", room_id)
    joining(shop, "ada", room_id)()
    return shop.parts.offers.get(room_id).waiting


def test_who_joins_twice_at_once_has_one_place(shop):
    assert in_two_tabs(shop, WaitingStore) == 2


def test_without_the_guard_they_have_two(shop):
    assert in_two_tabs(shop, TwoPlaces) == 3
