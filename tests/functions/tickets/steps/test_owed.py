"""What a bank has sent back is owed to the buyer, until somebody writes down how it was paid."""

import logging

import pytest

from functions.tickets.rules.ledger import ELSEWHERE, UNCLAIMED
from functions.tickets.rules.life import RefundState
from tests.functions.tickets.at_rest import Tables, check
from tests.functions.tickets.market import HOST
from tests.functions.tickets.sales_under_test import bought


@pytest.fixture
def failed(trade):
    """The refund at Stripe of one of Ada's two tickets, which her bank has sent back."""
    tickets = bought(trade, "ada", trade.open_a_room(3), 2, card="pm_card_refundFail")
    trade.give_back(tickets[0])
    trade.rest()
    (refund,) = trade.of_stripe("refund")
    return refund["id"]


def has(trade, account):
    """What an account has by all postings."""
    entries = [entry for posting in Tables(trade).postings for entry in posting.entries]
    return sum(entry.amount for entry in entries if entry.account == account)


def state(trade):
    (refund,) = trade.parts.returns.refunds(trade.holds[-1])
    return refund.state


def test_it_is_told_daily_as_long_as_nobody_has_paid_it(trade, failed, caplog):
    caplog.set_level(logging.WARNING, "functions.tickets.steps.owed")

    for _ in range(2):
        trade.sweep_after(days=1, minutes=1)

    told = [it.stripe_id for it in caplog.records if it.message == "money.unclaimed"]
    assert told == [failed] * 2
    assert (state(trade), has(trade, UNCLAIMED)) == (RefundState.OWED, 1000)


def test_what_was_paid_elsewhere_is_owed_no_more(trade, failed):
    trade.note_by_hand(trade.holds[-1], failed, "SEPA 4711")

    trade.sweep_after(days=1, minutes=1)

    assert (state(trade), has(trade, UNCLAIMED), has(trade, ELSEWHERE)) == (
        RefundState.SETTLED,
        0,
        1000,
    )
    assert trade.parts.ledger.totals(HOST)["usd"].refunds == 1000
    trade.rest()
    check(trade)


def another_refund(trade, amount):
    """One by hand, of the platform's own money, that the bank takes by now."""
    charge = trade.of_stripe("charge")[-1]
    method = trade.shop.stripe.state.get("payment_method", charge["payment_method"])
    method["_token"] = "pm_card_visa"
    trade.return_by_hand(charge, amount, reverse=False, fee=False)
    return trade.of_stripe("refund")[-1]["id"]


def test_another_refund_at_stripe_pays_it_and_is_no_favour_beside(trade, failed):
    trade.note_by_hand(trade.holds[-1], failed, another_refund(trade, 1000))

    trade.rest()

    assert (state(trade), has(trade, UNCLAIMED), has(trade, ELSEWHERE)) == (
        RefundState.SETTLED,
        0,
        0,
    )
    assert trade.parts.ledger.totals(HOST)["usd"].refunds == 1000
    check(trade)


@pytest.mark.parametrize("reference", ["re_unknown", None])
def test_a_refund_that_is_none_or_of_another_amount_pays_nothing(trade, failed, caplog, reference):
    trade.note_by_hand(trade.holds[-1], failed, reference or another_refund(trade, 999))

    trade.sweep_after(days=1, minutes=1)

    assert state(trade) is RefundState.OWED
    assert "money.misnoted" in caplog.messages


def test_a_reference_pays_once(trade):
    tickets = bought(trade, "ada", trade.open_a_room(3), 2, card="pm_card_refundFail")
    for ticket_id in tickets:
        trade.give_back(ticket_id)
    trade.rest()
    for refund in trade.of_stripe("refund"):
        trade.note_by_hand(trade.holds[-1], refund["id"], "SEPA 4711")

    trade.sweep_after(days=1, minutes=1)

    assert has(trade, UNCLAIMED) == 1000


def test_what_tickets_were_refunded_with_by_hand_is_settled_by_its_own_name(trade):
    tickets = bought(trade, "ada", trade.open_a_room(3), 2, card="pm_card_refundFail")
    trade.return_by_hand(trade.of_stripe("charge")[-1], 2000)
    for ticket_id in tickets:
        trade.give_back(ticket_id)
    trade.rest()
    assert has(trade, UNCLAIMED) == 2000
    trade.note_by_hand(trade.holds[-1], trade.of_stripe("refund")[-1]["id"], "SEPA 4711")

    trade.sweep_after(days=1, minutes=1)

    assert (has(trade, UNCLAIMED), has(trade, ELSEWHERE)) == (0, 2000)
    trade.rest()
    check(trade)
