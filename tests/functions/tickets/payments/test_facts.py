"""What we read of what Stripe says."""

import pytest

from core.money import Money
from functions.tickets.payments.accounts import state_of
from functions.tickets.payments.facts import Charge, Intent, StripeDispute, StripeRefund
from functions.tickets.rules.payees import PayoutState

INTENT = {
    "id": "pi_1",
    "status": "succeeded",
    "metadata": {"hold_id": "hold_1"},
    "client_secret": "pi_1_secret_x",
    "latest_charge": "ch_1",
}
DISPUTE = {
    "id": "du_1",
    "payment_intent": "pi_1",
    "amount": 2000,
    "currency": "usd",
    "reason": "fraudulent",
    "status": "won",
    "balance_transactions": [
        {"amount": -2000, "fee": 1500, "currency": "eur"},
        {"amount": 2000, "fee": 0, "currency": "eur"},
    ],
}


def test_a_secret_is_not_shown_where_an_intent_is():
    assert "secret_x" not in repr(Intent.of(INTENT))


@pytest.mark.parametrize(
    ("status", "paid", "dead", "payable"),
    [
        ("requires_payment_method", False, False, True),
        ("requires_action", False, False, True),
        ("processing", False, False, False),
        ("succeeded", True, False, False),
        ("canceled", False, True, False),
    ],
)
def test_an_intent_is_to_be_paid_or_paid_or_neither(status, paid, dead, payable):
    intent = Intent.of(INTENT | {"status": status})

    assert (intent.paid, intent.dead, intent.payable) == (paid, dead, payable)


def test_what_stripe_keeps_of_a_charge_is_in_the_currency_of_our_balance():
    balance = {"fee": 88, "currency": "eur"}

    charge = Charge.of({"id": "ch_1", "transfer": "tr_1", "balance_transaction": balance})

    assert charge.processing == Money(amount=88, currency="eur")


def test_a_charge_may_be_known_by_its_id_only():
    assert Charge.of("ch_1") == Charge(charge_id="ch_1")
    assert Charge.of(None) is None


def test_a_dispute_says_what_was_taken_and_given_back():
    dispute = StripeDispute.of(DISPUTE)

    assert dispute.withdrawn
    assert dispute.reinstated
    assert dispute.cost == Money(amount=1500, currency="eur")
    assert dispute.cost_returned == Money(amount=0, currency="eur")


def test_an_inquiry_has_taken_nothing():
    dispute = StripeDispute.of(DISPUTE | {"balance_transactions": []})

    assert not dispute.withdrawn
    assert dispute.cost is None


@pytest.mark.parametrize(("status", "failed"), [("succeeded", False), ("canceled", True)])
def test_a_refund_that_came_back_has_failed(status, failed):
    said = {"id": "re_1", "amount": 500, "status": status, "transfer_reversal": None}

    made = StripeRefund.of(said | {"metadata": {}})

    assert (made.amount, made.failed, made.refund_id) == (500, failed, None)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("active", PayoutState.ACTIVE),
        ("pending", PayoutState.PENDING),
        (None, PayoutState.PENDING),
        ("restricted", PayoutState.RESTRICTED),
        ("unsupported", PayoutState.RESTRICTED),
    ],
)
def test_a_host_can_be_paid_once_the_capability_is_active(status, state):
    assert state_of(status) is state
