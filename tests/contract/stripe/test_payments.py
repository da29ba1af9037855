"""Buyers' payments: the calls of the tickets function, and what a browser does in between."""

import pytest
import stripe
from stripe import StripeClient

from functions.tickets.payments import Intent
from functions.tickets.payments.client import Payments
from tests.contract.stripe.sales import a_purchase, eventually

URL = "https://stoa.test/rooms/room_1"


@pytest.fixture
def intent(payments: Payments, host: str) -> Intent:
    """A payment that its buyer may make now."""
    return payments.open_intent(a_purchase(), host)


def pay(client: StripeClient, intent: Intent, card: str = "pm_card_visa") -> stripe.PaymentIntent:
    return client.v1.payment_intents.confirm(
        intent.intent_id, {"payment_method": card, "return_url": URL}
    )


def test_a_purchase_has_one_payment_however_often_it_is_opened(
    payments: Payments, host: str
) -> None:
    purchase = a_purchase()

    first, again = (payments.open_intent(purchase, host) for _ in range(2))

    assert first.intent_id == again.intent_id
    assert first.hold_id == purchase.hold_id
    assert first.payable
    assert first.client_secret == again.client_secret
    assert first.charge is None


def test_a_key_is_good_for_one_request(client: StripeClient) -> None:
    key = a_purchase().hold_id
    client.v1.payment_intents.create({"amount": 500, "currency": "usd"}, {"idempotency_key": key})

    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.payment_intents.create(
            {"amount": 600, "currency": "usd"}, {"idempotency_key": key}
        )

    assert caught.value.http_status == 400


def test_a_payment_learns_in_time_where_its_money_went(
    client: StripeClient, payments: Payments, intent: Intent
) -> None:
    paid = pay(client, intent)

    settled = eventually(
        lambda: payments.intent(intent.intent_id).charge,
        lambda charge: charge.transfer_id and charge.stripe_fee_id and charge.processing,
    )
    assert paid.status == "succeeded"
    assert settled is not None
    assert settled.transfer_id.startswith("tr_")
    assert settled.stripe_fee_id.startswith("fee_")
    assert settled.processing.amount > 0


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ],
)
def test_a_declined_card_leaves_the_payment_to_be_made(
    client: StripeClient,
    payments: Payments,
    intent: Intent,
    *,
    card: str,
    code: str,
    decline_code: str,
) -> None:
    with pytest.raises(stripe.CardError) as caught:
        pay(client, intent, card)

    assert caught.value.code == code
    assert caught.value.error is not None
    assert caught.value.error.decline_code == decline_code
    assert payments.intent(intent.intent_id).payable
    assert pay(client, intent).status == "succeeded"


def test_a_bank_that_asks_is_asked_on_a_page(
    client: StripeClient, payments: Payments, intent: Intent
) -> None:
    asked = pay(client, intent, "pm_card_authenticationRequired")

    assert asked.status == "requires_action"
    assert asked.next_action is not None
    assert asked.next_action.type == "redirect_to_url"
    assert asked.next_action.redirect_to_url is not None
    assert asked.next_action.redirect_to_url.return_url == URL
    assert payments.intent(intent.intent_id).payable


def test_a_cancelled_payment_is_dead(
    client: StripeClient, payments: Payments, intent: Intent
) -> None:
    cancelled, again = (payments.cancel_intent(intent.intent_id) for _ in range(2))

    assert cancelled.dead
    assert again.dead
    with pytest.raises(stripe.InvalidRequestError) as caught:
        pay(client, intent)
    assert caught.value.code == "payment_intent_unexpected_state"


def test_a_paid_payment_can_not_be_cancelled(
    client: StripeClient, payments: Payments, intent: Intent
) -> None:
    pay(client, intent)

    assert payments.cancel_intent(intent.intent_id).paid


def test_a_browser_sees_its_payment_by_its_secret_alone(
    browser: StripeClient, intent: Intent
) -> None:
    seen = browser.v1.payment_intents.retrieve(
        intent.intent_id, {"client_secret": str(intent.client_secret)}
    )

    assert seen.id == intent.intent_id
    assert "metadata" not in seen
    for wrong in ({}, {"client_secret": f"{intent.client_secret}x"}):
        with pytest.raises(stripe.StripeError):
            browser.v1.payment_intents.retrieve(intent.intent_id, wrong)


def test_a_browser_may_not_do_what_a_server_does(browser: StripeClient) -> None:
    with pytest.raises(stripe.AuthenticationError):
        browser.v1.payment_intents.create({"amount": 500, "currency": "usd"})
