"""What somebody returns on Stripe's dashboard, and what becomes of that."""

from datetime import timedelta

import pytest

from functions.tickets.actions import events
from functions.tickets.payments.returns import Returns
from functions.tickets.rules.life import RefundState
from local.stripe.faults import Fault, Kind
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.market import HOST
from tests.functions.tickets.sales_under_test import bought, the_refund, with_returns

REFUND = "/v1/refunds"


@pytest.fixture
def tickets(trade):
    """Ada's three."""
    return bought(trade, "ada", trade.open_a_room(9, amount=333, per_account=10), 3)


def states(trade):
    return {refund.state for refund in trade.parts.returns.refunds(trade.holds[-1])}


def by_hand(trade, amount, *, reverse="true"):
    """Somebody returns so much on Stripe's dashboard."""
    intent_id = trade.payable[trade.holds[-1]]
    flags = f"reverse_transfer={reverse}&refund_application_fee={reverse}"
    trade.shop.at_stripe("POST", REFUND, f"payment_intent={intent_id}&amount={amount}&{flags}")


class Outdated(Returns):
    """They don't see what was returned just now."""

    def of(self, intent_id):
        return []


def test_a_refund_that_somebody_made_by_hand_is_no_second_one(trade, tickets):
    trade.shop.stripe.faults.plan(Fault(kind=Kind.ERROR_BEFORE, path=REFUND))
    for ticket_id in tickets:
        trade.give_back(ticket_id)
    intent_id = trade.payable[trade.holds[-1]]
    body = f"payment_intent={intent_id}&reverse_transfer=true&refund_application_fee=true"
    trade.shop.at_stripe("POST", REFUND, body)

    trade.rest()

    assert states(trade) == {RefundState.DONE}
    check(trade)


def test_who_has_their_money_back_by_hand_has_no_tickets_any_more(trade, tickets):
    room_id = trade.parts.tickets.get(tickets[0]).room_id
    trade.give_back(tickets[0])
    by_hand(trade, 666)

    for _ in range(2):
        for delivery in trade.mail():
            trade.receive(delivery.event)

    assert trade.shop.stock(room_id).left == 9
    assert states(trade) == {RefundState.DONE}
    assert [to for to, subject in trade.shop.letters() if "way back" in subject] == [
        "ada@mail.test"
    ] * 2
    trade.rest()
    check(trade)


def test_who_has_some_of_it_back_by_hand_keeps_them(trade, tickets):
    by_hand(trade, 998)

    for delivery in trade.mail():
        trade.receive(delivery.event)

    assert trade.parts.returns.refunds(trade.holds[-1]) == []
    assert len(trade.parts.tickets.of(trade.shop.purchase(trade.holds[-1]))) == 3


def test_a_refund_by_hand_of_which_the_host_kept_their_part_is_owed_by_them(trade, tickets):
    by_hand(trade, 999, reverse="false")
    trade.give_back(tickets[0])
    assert the_refund(trade).debt == 333 - the_refund(trade).fee

    trade.sweep_after(days=1, minutes=1)

    assert the_refund(trade).debt == 0


def test_what_somebody_has_returned_by_hand_is_not_returned_again(trade, tickets):
    room_id = trade.parts.tickets.get(tickets[0]).room_id
    by_hand(trade, 400)

    trade.cancel(room_id)
    trade.rest()

    assert [each["amount"] for each in trade.of_stripe("refund")] == [400, 599]
    check(trade)


@pytest.mark.parametrize("first", ["booked", "bounced"])
def test_what_a_bank_sends_back_of_a_refund_by_hand_is_owed_to_the_buyer(trade, first):
    tickets = bought(trade, "ada", trade.open_a_room(3), 2, card="pm_card_refundFail")
    by_hand(trade, 2000)
    if first == "booked":
        for ticket_id in tickets:
            trade.give_back(ticket_id)
        assert states(trade) == {RefundState.DONE}
    trade.shop.pass_time(minutes=30)
    bounced = [each for each in trade.mail() if each.event["type"] in events.REFUNDS]

    for ticket_id in tickets if first == "bounced" else []:
        trade.give_back(ticket_id)
    for _ in range(2):
        for delivery in reversed(bounced):
            trade.receive(delivery.event)
    trade.rest()

    assert states(trade) == {RefundState.OWED}
    assert trade.parts.ledger.totals(HOST)["usd"].refunds == 2000
    assert trade.postings(trade.holds[-1]).count("refund_failed") == 2
    check(trade)


def test_what_stripe_remembers_of_a_refund_by_hand_that_came_back_passes(trade):
    """It answers that all has gone back, though by then nothing has: so it is asked anew."""
    (ticket_id,) = bought(trade, "ada", trade.open_a_room(3), card="pm_card_refundFail")
    with_returns(trade, Outdated)
    by_hand(trade, 1000)
    trade.give_back(ticket_id)
    assert the_refund(trade).due_at == trade.now + timedelta(hours=1)
    trade.shop.pass_time(minutes=30)
    with_returns(trade, Returns)

    trade.rest()

    assert the_refund(trade).state is RefundState.OWED
    check(trade)
