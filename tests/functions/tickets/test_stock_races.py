"""Tickets are sold by many at once, and sold on other terms meanwhile.

Each race has a twin whose guard is off, in which what must not happen does.
"""

from dataclasses import replace

import pytest

from core.dynamo import present
from functions.tickets.rules.stock import Counts
from functions.tickets.stores.offers import OfferStore
from tests.functions.tickets.races import (
    Interrupted,
    Rushed,
    placing,
)
from tests.functions.tickets.refusals import codes
from tests.racing import at_once

CROWD = 64


class Oversold(Rushed):
    def _enough(self, source, count):
        return present


class OldEditions(Interrupted):
    def _same_edition(self, edition):
        return present


class Touched(Interrupted):
    def untouched(self):
        return present


class OldOffers(OfferStore):
    def _as_read(self, offer):
        return present


def sell_down_to(shop, room_id, left):
    """So many are left, in all shards about the same."""
    while (more := shop.stock(room_id).left - left) > 0:
        placing(shop, f"early{more}", room_id, min(more, 10))()


def crowd_on(shop, tickets, stock):
    """So many buyers at once want one each of so many tickets."""
    room_id = shop.offer(tickets, amount=0).room_id
    shop.parts = replace(shop.parts, stock=stock(shop.database, CROWD))
    return room_id, at_once(*(placing(shop, f"b{number}", room_id) for number in range(CROWD)))


@pytest.mark.parametrize("tickets", [1, 2, 5, 10])
def test_of_64_at_once_as_many_get_tickets_as_there_are(shop, tickets):
    room_id, outcomes = crowd_on(shop, tickets, Rushed)

    assert codes(outcomes) == ["sold_out"] * (CROWD - tickets)
    assert shop.stock(room_id) == Counts(left=0, held=tickets, sold=0)


def test_without_the_guard_more_tickets_are_sold_than_there_are(shop):
    _, outcomes = crowd_on(shop, 3, Oversold)

    assert CROWD - len(codes(outcomes)) > 3


def test_tickets_taken_from_several_shards_at_once_are_all_sold_and_none_twice(shop):
    room_id = shop.offer(200, amount=0, per_account=10).room_id
    sell_down_to(shop, room_id, 30)

    outcomes = at_once(*(placing(shop, f"b{number}", room_id, 4) for number in range(16)))

    assert 16 - len(codes(outcomes)) == 7
    counts = shop.stock(room_id)
    assert (counts.left, counts.held) == (2, 198)


def price_rises_while_buying(shop, stock):
    """A buyer has read the offer, and the stock, when the host changes the price."""
    room_id = shop.offer(10, amount=1000).room_id
    shop.parts = replace(shop.parts, stock=stock(shop.database))
    shop.parts.stock.deed = lambda: shop.put_offer(room_id, 10, amount=2000)
    return placing(shop, "ada", room_id)()


def test_who_was_shown_an_old_price_buys_at_the_new_one(shop):
    assert price_rises_while_buying(shop, Interrupted).total.amount == 2000


def test_without_the_guard_the_old_price_is_paid(shop):
    assert price_rises_while_buying(shop, OldEditions).total.amount == 1000


def price_changed_while_sold(shop, stock):
    """The host has read that nothing is sold; before the price is another, something is."""
    room_id = shop.offer(10, amount=1000).room_id
    shop.parts = replace(shop.parts, stock=stock(shop.database))
    shop.parts.stock.deed = placing(shop, "ada", room_id)
    return at_once(lambda: shop.put_offer(room_id, 10, amount=2000))


def test_a_price_that_somebody_pays_stays(shop):
    assert codes(price_changed_while_sold(shop, Interrupted)) == ["already_sold"]


def test_without_the_guard_it_changes(shop):
    assert codes(price_changed_while_sold(shop, Touched)) == []


def changed_twice(shop, offers):
    """The host, in two tabs, offers 20 and 30 instead of 10; what is offered, and the stock."""
    room_id = shop.offer(10, amount=0).room_id
    shop.parts = replace(shop.parts, stock=Rushed(shop.database, 2), offers=offers(shop.database))
    at_once(
        *(
            lambda quantity=quantity: shop.put_offer(room_id, quantity, amount=0)
            for quantity in (20, 30)
        )
    )
    return shop.parts.offers.get(room_id).quantity, shop.stock(room_id).quantity


def test_the_stock_is_what_is_offered_however_often_that_changes_at_once(shop):
    offered, stock = changed_twice(shop, OfferStore)

    assert offered == stock


def test_without_the_guard_it_is_another(shop):
    offered, stock = changed_twice(shop, OldOffers)

    assert offered != stock
