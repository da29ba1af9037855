"""Tickets in their holders' hands."""

from datetime import timedelta

import pytest

from core.clock import to_rfc3339
from functions.accounts import actions as accounts
from functions.rooms import actions as rooms
from functions.rooms import actions_audience as audience
from functions.rooms.requests import ChangedRoom
from functions.tickets.actions import tickets
from functions.tickets.rules.life import State, TicketState
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.market import HOST
from tests.functions.tickets.refusals import code_of
from tests.functions.tickets.sales_under_test import bought


@pytest.fixture
def room_id(trade):
    return trade.open_a_room(5, per_account=10)


def give_back(trade, name, ticket_id):
    caller = trade.shop.account(name)
    return tickets.give_back_one(trade.parts, caller, ticket_id, trade.now)


def give_to(trade, name, ticket_id, other):
    caller = trade.shop.account(name)
    return tickets.give_to(trade.parts, caller, ticket_id, other, trade.now)


def test_prices_and_fees_of_a_purchase_are_split_to_the_cent(trade):
    room_id = trade.open_a_room(5, amount=999, per_account=10)

    bought(trade, "ada", room_id, 3)

    issued = trade.parts.tickets.of(trade.shop.purchase(trade.holds[-1]))
    assert [ticket.price.amount for ticket in issued] == [999, 999, 999]
    assert sum(ticket.fee for ticket in issued) == 89


def test_a_ticket_goes_back_and_its_price_with_it(trade, room_id):
    first, second = bought(trade, "ada", room_id, 2)

    sight = give_back(trade, "ada", first)

    assert sight.ticket.state is TicketState.REFUNDED
    assert trade.parts.tickets.get(second).state is TicketState.VALID
    (refund,) = trade.of_stripe("refund")
    assert refund["amount"] == 1000
    assert trade.shop.stock(room_id).left == 4
    trade.rest()
    check(trade)


def test_whom_the_host_has_blocked_has_their_money_back_whatever_the_rule(trade):
    room_id = trade.open_a_room(5, refund_rule="never")
    (ticket_id,) = bought(trade, "ada", room_id)
    assert code_of(give_back, trade, "ada", ticket_id) == "not_refundable"
    store = trade.parts.rooms.accounts
    host = accounts.ensure(store, trade.shop.account(HOST), trade.now)
    accounts.block(store, host, "ada", trade.now)

    sight = give_back(trade, "ada", ticket_id)

    assert sight.ticket.state is TicketState.REFUNDED
    trade.rest()
    check(trade)


def test_a_fee_that_does_not_split_goes_back_exactly(trade):
    """999 for three: 29 in fees, as 9, 10 and 10; one by one, all of it is back."""
    room_id = trade.open_a_room(5, amount=333, per_account=10)
    hers = bought(trade, "ada", room_id, 3)

    for ticket_id in hers:
        give_back(trade, "ada", ticket_id)

    (fee,) = trade.of_stripe("application_fee")
    assert (fee["amount"], fee["amount_refunded"]) == (29, 29)
    assert trade.shop.purchase(trade.holds[-1]).state is State.REFUNDED
    trade.rest()
    check(trade)


def test_a_ticket_goes_back_once(trade, room_id):
    (ticket_id,) = bought(trade, "ada", room_id)
    give_back(trade, "ada", ticket_id)

    assert code_of(give_back, trade, "ada", ticket_id) == "not_refundable"


def test_only_its_buyer_gets_the_price_of_a_ticket(trade, room_id):
    (ticket_id,) = bought(trade, "ada", room_id)
    give_to(trade, "ada", ticket_id, "bea")

    assert code_of(give_back, trade, "bea", ticket_id) == "bought_by_another"
    assert code_of(give_back, trade, "ada", ticket_id) == "not_refundable"


def test_nobody_else_knows_of_a_ticket(trade, room_id):
    (ticket_id,) = bought(trade, "ada", room_id)

    assert code_of(give_back, trade, "bea", ticket_id) == "ticket_not_found"
    assert code_of(give_to, trade, "bea", ticket_id, "cyd") == "ticket_not_found"
    assert code_of(trade.parts.tickets.get, "ticket_x") == "ticket_not_found"


def test_a_ticket_does_not_go_back_once_the_room_is_live(trade, room_id):
    (ticket_id,) = bought(trade, "ada", room_id)
    trade.start(room_id)

    assert code_of(give_back, trade, "ada", ticket_id) == "not_refundable"


def test_who_gives_a_ticket_away_is_out_and_the_other_comes_in(trade, room_id):
    (ticket_id,) = bought(trade, "ada", room_id)
    trade.start(room_id)
    ada, bea = trade.shop.account("ada"), trade.shop.account("bea")
    audience.join(trade.parts.rooms, ada, room_id, trade.now)

    give_to(trade, "ada", ticket_id, "bea")

    assert code_of(audience.join, trade.parts.rooms, ada, room_id, trade.now) == "ticket_needed"
    audience.join(trade.parts.rooms, bea, room_id, trade.now)
    (member,) = trade.parts.rooms.members.find(room_id, ["ada", "bea"])
    assert member.account_id == "bea"


@pytest.mark.parametrize(("to", "code"), [("ada", "not_yourself"), ("nobody", "account_not_found")])
def test_a_ticket_goes_to_another_who_exists(trade, room_id, to, code):
    (ticket_id,) = bought(trade, "ada", room_id)

    assert code_of(give_to, trade, "ada", ticket_id, to) == code


def test_a_refunded_ticket_can_not_be_given_away(trade, room_id):
    (ticket_id,) = bought(trade, "ada", room_id)
    give_back(trade, "ada", ticket_id)

    assert code_of(give_to, trade, "ada", ticket_id, "bea") == "wrong_state"


def test_a_room_that_is_moved_keeps_its_tickets_which_may_go_back_for_a_while(trade):
    room_id = trade.open_a_room(5, refund_rule="never")
    (ticket_id,) = bought(trade, "ada", room_id)
    assert code_of(give_back, trade, "ada", ticket_id) == "not_refundable"
    move(trade, room_id)

    assert trade.parts.tickets.get(ticket_id).state is TicketState.VALID
    trade.shop.pass_time(days=6)
    assert give_back(trade, "ada", ticket_id).ticket.state is TicketState.REFUNDED


def test_not_for_ever_and_not_what_was_bought_after_the_move(trade):
    room_id = trade.open_a_room(5, refund_rule="never")
    (before,) = bought(trade, "ada", room_id)
    move(trade, room_id)
    trade.shop.pass_time(minutes=1)
    (after,) = bought(trade, "bea", room_id)

    assert code_of(give_back, trade, "bea", after) == "not_refundable"
    trade.shop.pass_time(days=8)
    assert code_of(give_back, trade, "ada", before) == "not_refundable"


def test_a_host_sees_who_comes_page_by_page(trade, room_id):
    for buyer, quantity in (("ada", 2), ("bea", 1), ("cyd", 2)):
        bought(trade, buyer, room_id, quantity)
    host, seen, cursor = trade.shop.account("hana"), [], None

    while True:
        sights, cursor = tickets.list_sold(trade.parts, host, room_id, limit=3, cursor=cursor)
        seen.append([sight.holder.account_id for sight in sights])
        if cursor is None:
            break

    assert seen == [["ada", "ada", "bea"], ["cyd", "cyd"]]
    assert code_of(
        tickets.list_sold,
        trade.parts,
        trade.shop.account("ada"),
        room_id,
        limit=3,
        cursor=None,
    )


def test_who_gave_a_ticket_back_has_it_in_writing(trade, room_id):
    (ticket_id,) = bought(trade, "ada", room_id)

    give_back(trade, "ada", ticket_id)

    subjects = [subject for to, subject in trade.shop.letters() if to == "ada@mail.test"]
    assert subjects[-1].startswith("Your money for")


def move(trade, room_id):
    trade.shop.pass_time(minutes=1)
    later = to_rfc3339(trade.now + timedelta(days=25))
    host = trade.shop.account("hana")
    rooms.change_room(trade.parts.rooms, host, room_id, ChangedRoom(starts_at=later), trade.now)
