"""Money on its way back: what Stripe can't do at once, or at all, is done later, or owed."""

from datetime import timedelta

import pytest

from functions.tickets.actions.refunds import check_refunds, move, pay_back
from functions.tickets.actions.tickets import give_back_one
from functions.tickets.payments import NotEnough
from functions.tickets.payments.returns import Returns
from functions.tickets.rules.life import RefundState
from functions.tickets.rules.statement import Sums
from functions.tickets.steps.holding import Overtaken
from functions.tickets.stores.returns import ReturnStore
from local.stripe.faults import Fault, Kind
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.market import HOST
from tests.functions.tickets.races import ANYHOW
from tests.functions.tickets.sales_under_test import bought, poor, the_refund, with_returns

REFUND = "/v1/refunds"
FEE_REFUND = "/v1/application_fees/*/refunds"
REVERSAL = "/v1/transfers/*/reversals"


@pytest.fixture
def tickets(trade):
    """Ada's three."""
    return bought(trade, "ada", trade.open_a_room(9, amount=333, per_account=10), 3)


def pay(trade):
    refund = the_refund(trade)
    return pay_back(trade.parts, refund.hold_id, refund.refund_id, trade.now)


def test_a_refund_waits_while_stripe_is_away(trade, tickets):
    trade.shop.stripe.faults.plan(Fault(kind=Kind.ERROR_BEFORE, times=3))
    trade.give_back(tickets[0])
    assert the_refund(trade).state is RefundState.WANTED

    trade.rest()

    assert the_refund(trade).state is RefundState.DONE
    check(trade)


def test_what_the_host_has_spent_is_a_debt_until_they_have_it_again(trade, tickets):
    poor(trade)
    trade.give_back(tickets[0])
    assert the_refund(trade).debt == 324
    assert trade.parts.ledger.totals(HOST)["usd"].debt == 324
    trade.sweep_after(days=1, minutes=1)
    assert the_refund(trade).debt == 324

    trade.shop.stripe.state.short_of_money.clear()
    trade.sweep_after(days=1, minutes=1)

    assert the_refund(trade).debt == 0
    assert trade.parts.ledger.totals(HOST)["usd"].debt == 0
    trade.rest()
    check(trade)


def test_a_debt_that_stripe_takes_along_with_the_last_refund_is_owed_no_more(trade, tickets):
    """With what completes a payment's refund it takes all that is left of the host's transfer."""
    poor(trade)
    trade.give_back(tickets[0])
    trade.shop.stripe.state.short_of_money.clear()
    for ticket_id in tickets[1:]:
        trade.give_back(ticket_id)
    assert trade.parts.ledger.totals(HOST)["usd"].debt == 324

    trade.sweep_after(days=1, minutes=1)

    assert trade.parts.ledger.totals(HOST)["usd"] == Sums(gross=999, refunds=999)
    trade.rest()
    check(trade)


def test_what_a_bank_sends_back_is_owed_to_the_buyer(trade):
    room_id = trade.open_a_room(2)
    hold_id = trade.hold("ada", room_id)
    trade.pay(hold_id, "pm_card_refundFail")
    trade.poll(hold_id)
    trade.give_back(trade.parts.tickets.of(trade.shop.purchase(hold_id))[0].ticket_id)
    trade.shop.pass_time(seconds=5)

    for _ in range(2):
        check_refunds(trade.parts, hold_id, trade.now)

    assert the_refund(trade).state is RefundState.OWED
    assert trade.postings(hold_id).count("refund_failed") == 1
    trade.rest()
    check(trade)


@pytest.mark.parametrize(("won", "made"), [(False, []), (True, [333])])
def test_a_refund_waits_for_a_bank_that_is_asking_for_the_money(trade, tickets, won, made):
    trade.shop.stripe.faults.plan(Fault(kind=Kind.ERROR_BEFORE, path=REFUND))
    trade.give_back(tickets[0])
    trade.dispute(trade.of_stripe("charge")[-1])

    assert pay(trade).due_at == trade.now + timedelta(hours=1)

    trade.decide(trade.of_stripe("dispute")[-1], won=won)
    trade.rest()
    assert the_refund(trade).state is RefundState.DONE
    assert [refund["amount"] for refund in trade.of_stripe("refund")] == made
    check(trade)


class OfPoorPlatform(Returns):
    def refund(self, refund, amount, intent_id, *, reverse):
        raise NotEnough


def test_a_refund_waits_until_the_platform_has_as_much(trade, tickets):
    returns = trade.parts.payments.returns
    with_returns(trade, OfPoorPlatform)
    trade.give_back(tickets[0])
    assert the_refund(trade).due_at == trade.now + timedelta(hours=1)

    trade.parts.payments.returns = returns
    trade.rest()

    assert the_refund(trade).state is RefundState.DONE
    check(trade)


class Careless(ReturnStore):
    def _as_read(self, refund):
        return ANYHOW


def refused_twice(trade, ticket_id):
    """Two ask Stripe with one key, and are refused; who is second writes that down much later."""
    trade.shop.stripe.faults.plan(Fault(kind=Kind.ERROR_BEFORE, path=REFUND))
    trade.give_back(ticket_id)
    refund = the_refund(trade)
    for hours in (1, 2):
        move(trade.parts, refund, due_at=trade.now + timedelta(hours=hours))


def test_a_refused_key_makes_place_for_one_other(trade, tickets):
    with pytest.raises(Overtaken):
        refused_twice(trade, tickets[0])


def test_without_the_guard_it_makes_place_for_two(trade, tickets):
    trade.with_parts(returns=Careless(trade.parts.database))

    refused_twice(trade, tickets[0])


class Forgetful(Returns):
    """They don't see what they have made before."""

    def of(self, intent_id):
        return [each for each in super().of(intent_id) if each.refund_id is None]


class ForgetfulOfFees(Returns):
    def fee_refunds(self, stripe_fee_id):
        return [each for each in super().fee_refunds(stripe_fee_id) if each.about is None]


class ForgetfulOfReversals(Returns):
    def reversals(self, transfer_id):
        return [each for each in super().reversals(transfer_id) if each.about is None]


def lost_answer(trade, ticket_id, path):
    """Stripe does it, we are not told, and a day later it has forgotten our key."""
    trade.shop.stripe.faults.plan(Fault(kind=Kind.DROP_AFTER, method="POST", path=path))
    trade.give_back(ticket_id)
    trade.shop.pass_time(hours=25)


@pytest.mark.parametrize("path", [REFUND, FEE_REFUND])
def test_what_was_made_is_found_when_stripe_has_forgotten_our_key(trade, tickets, path):
    lost_answer(trade, tickets[0], path)

    trade.rest()

    (refund,) = trade.of_stripe("refund")
    assert refund["amount"] == 333
    check(trade)


@pytest.mark.parametrize(("path", "kind"), [(REFUND, Forgetful), (FEE_REFUND, ForgetfulOfFees)])
def test_without_looking_it_is_made_twice(trade, tickets, path, kind):
    lost_answer(trade, tickets[0], path)
    with_returns(trade, kind)

    trade.rest()

    with pytest.raises(AssertionError):
        check(trade)


def owe_and_lose_the_answer(trade, ticket_id):
    """A debt is collected, and we are not told."""
    poor(trade)
    trade.give_back(ticket_id)
    trade.shop.stripe.state.short_of_money.clear()
    trade.shop.stripe.faults.plan(Fault(kind=Kind.DROP_AFTER, method="POST", path=REVERSAL))
    trade.sweep_after(days=1, minutes=1)
    assert the_refund(trade).debt
    trade.shop.pass_time(hours=25)


def test_a_debt_is_collected_once(trade, tickets):
    owe_and_lose_the_answer(trade, tickets[0])

    trade.rest()

    assert the_refund(trade).debt == 0
    check(trade)


def test_without_looking_a_debt_is_collected_twice(trade, tickets):
    owe_and_lose_the_answer(trade, tickets[0])
    with_returns(trade, ForgetfulOfReversals)

    trade.rest()

    with pytest.raises(AssertionError):
        check(trade)


def test_a_ticket_that_is_given_back_leaves_the_room(trade):
    room_id = trade.open_a_room(2)
    bought(trade, "ada", room_id)
    trade.wait("bea", room_id)

    give_back_one(
        trade.parts,
        trade.shop.account("ada"),
        trade.parts.tickets.of(trade.shop.purchase(trade.holds[-1]))[0].ticket_id,
        trade.now,
    )

    assert not trade.parts.rooms.admissions.find(room_id, "ada").admits
    assert trade.parts.tickets.loss(trade.holds[-1], "ada") is None
