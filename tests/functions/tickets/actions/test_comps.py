"""Tickets that a host gives away."""

import pytest

from functions.accounts import actions as accounts
from functions.tickets.actions import comps, waiting
from functions.tickets.requests import NewComp
from functions.tickets.rules.stock import Counts
from tests.functions.tickets.refusals import code_of


@pytest.fixture
def room_id(shop):
    """A room with ten tickets at 10.00 dollars, of which an account may have one."""
    for name in ("ada", "bea"):
        shop.account(name)
    return shop.offer(10, per_account=1).room_id


def give(shop, room_id, handle, quantity=1, *, host="hana"):
    wanted = NewComp(handle=handle, quantity=quantity)
    return comps.give(shop.parts, shop.account(host), room_id, wanted, shop.now)


def test_tickets_are_given_out_of_the_stock_whatever_the_limit_for_buyers(shop, room_id):
    tickets = give(shop, room_id, "ada", 3)

    assert {(ticket.holder_id, ticket.price.amount) for ticket in tickets} == {("ada", 0)}
    assert shop.stock(room_id) == Counts(left=7, held=0, sold=3)
    entry = shop.parts.rooms.admissions.find(room_id, "ada")
    assert entry.tickets == {ticket.ticket_id for ticket in tickets}


def test_nobody_is_given_more_than_anybody_may_have(shop, room_id):
    give(shop, room_id, "ada", 8)

    assert code_of(give, shop, room_id, "ada", 3) == "limit_reached"


def test_no_more_are_given_than_are_left(shop, room_id):
    give(shop, room_id, "ada", 8)

    assert code_of(give, shop, room_id, "bea", 3) == "sold_out"


def test_who_waits_comes_first(shop):
    room_id = shop.offer(1).room_id
    shop.buy("zoe", room_id)
    shop.account("bea")
    waiting.join(shop.parts, shop.account("ada"), room_id, shop.now)

    assert code_of(give, shop, room_id, "bea") == "sold_out"


def test_only_the_host_gives_and_not_to_themselves(shop, room_id):
    assert code_of(give, shop, room_id, "ada", host="bea") == "host_only"
    assert code_of(give, shop, room_id, "hana") == "own_room"


def test_nothing_is_given_to_nobody_or_to_who_has_blocked_the_host(shop, room_id):
    ada = accounts.ensure(shop.parts.rooms.accounts, shop.account("ada"), shop.now)
    accounts.block(shop.parts.rooms.accounts, ada, "hana", shop.now)

    for handle in ("ada", "nobody"):
        assert code_of(give, shop, room_id, handle) == "account_not_found"
