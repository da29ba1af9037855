import pytest
import stripe as library
from stripe import StripeClient
from stripe.params import PaymentMethodCreateParams

from local.stripe import attempts
from local.stripe.core import Stripe
from tests.local.stripe.scene import Clock, Pay, Sale

URL = "https://stoa.test/back"


def typed(number: str, **changes: str | int) -> PaymentMethodCreateParams:
    card = {"number": number, "exp_month": 12, "exp_year": 2035, "cvc": "123"} | changes
    return {"type": "card", "card": card}


def test_a_card_pays_an_intent(client: StripeClient, sale: Sale) -> None:
    intent = client.v1.payment_intents.create(sale())
    paid = client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "return_url": URL}
    )

    assert intent.status == "requires_payment_method"
    assert paid.status == "succeeded"
    assert paid.amount_received == 1_000
    assert paid.client_secret == intent.client_secret


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ],
)
def test_a_declined_card_says_why_and_another_may_be_tried(
    client: StripeClient, sale: Sale, token: str, code: str, decline_code: str
) -> None:
    intent = client.v1.payment_intents.create(sale())

    with pytest.raises(library.CardError) as caught:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": token, "return_url": URL})

    assert caught.value.http_status == 402
    assert caught.value.error is not None
    assert caught.value.error.code == code
    assert caught.value.error.decline_code == decline_code
    after = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert after.status == "requires_payment_method"
    assert after.last_payment_error is not None
    assert after.last_payment_error.decline_code == decline_code
    assert isinstance(after.latest_charge, library.Charge)
    assert after.latest_charge.status == "failed"
    assert (
        client.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_visa", "return_url": URL}
        ).last_payment_error
        is None
    )


@pytest.mark.parametrize("passed", [True, False])
def test_a_bank_may_ask_first(
    client: StripeClient, stripe: Stripe, clock: Clock, pay: Pay, *, passed: bool
) -> None:
    asked = pay("pm_card_authenticationRequired")
    attempts.authenticated(
        stripe.state, stripe.state.get("payment_intent", asked.id), clock.now, passed=passed
    )

    after = client.v1.payment_intents.retrieve(asked.id)
    assert asked.status == "requires_action"
    assert asked.next_action is not None
    assert asked.next_action.redirect_to_url is not None
    assert after.status == ("succeeded" if passed else "requires_payment_method")
    assert after.next_action is None
    if not passed:
        assert after.last_payment_error is not None
        assert after.last_payment_error.code == "payment_intent_authentication_failure"


def test_an_intent_that_was_cancelled_can_not_be_paid(client: StripeClient, sale: Sale) -> None:
    intent = client.v1.payment_intents.create(sale())
    cancelled = client.v1.payment_intents.cancel(intent.id)

    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_visa", "return_url": URL}
        )

    assert cancelled.status == "canceled"
    assert caught.value.code == "payment_intent_unexpected_state"


def test_an_intent_that_was_paid_can_not_be_cancelled(client: StripeClient, pay: Pay) -> None:
    paid = pay()

    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.payment_intents.cancel(paid.id)

    assert caught.value.code == "payment_intent_unexpected_state"
    assert caught.value.error is not None
    assert caught.value.error.payment_intent is not None
    assert caught.value.error.payment_intent.status == "succeeded"


def test_an_intent_can_be_changed_until_it_is_paid(
    client: StripeClient, sale: Sale, pay: Pay
) -> None:
    intent = client.v1.payment_intents.create(sale())
    changed = client.v1.payment_intents.update(
        intent.id, {"amount": 2_000, "metadata": {"room_id": "room_1", "hold_id": ""}}
    )
    paid = pay()

    with pytest.raises(library.InvalidRequestError, match="status of succeeded"):
        client.v1.payment_intents.update(paid.id, {"amount": 2_000})

    assert changed.amount == 2_000
    assert changed.metadata.to_dict() == {"room_id": "room_1"}


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"currency": "xyz"}, None, "currency"),
        ({"application_fee_amount": 1_001}, "parameter_invalid_integer", "application_fee_amount"),
        (
            {"transfer_data": {"destination": "acct_nobody"}},
            "resource_missing",
            "transfer_data[destination]",
        ),
        ({"payment_method": "pm_nothing"}, "resource_missing", "payment_method"),
        ({"customer": "cus_1"}, None, "customer"),
        ({"capture_method": "manual"}, None, "capture_method"),
    ],
)
def test_a_payment_that_can_not_be_is_refused(
    client: StripeClient,
    sale: Sale,
    changes: dict[str, object],
    code: str | None,
    param: str,
) -> None:
    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.payment_intents.create(sale(**changes))

    assert caught.value.code == code
    assert caught.value.param == param
    assert client.v1.payment_intents.list().data == []


def test_a_fee_needs_somebody_to_take_it_from(client: StripeClient) -> None:
    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.payment_intents.create(
            {"amount": 500, "currency": "usd", "application_fee_amount": 10}
        )

    assert caught.value.param == "application_fee_amount"


def test_a_server_that_confirms_says_where_the_buyer_comes_back(
    client: StripeClient, sale: Sale
) -> None:
    intent = client.v1.payment_intents.create(sale())

    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert caught.value.param == "return_url"


class TestBrowsers:
    """A publishable key, with the secret of one intent."""

    def test_pay_with_the_number_of_a_card(
        self, client: StripeClient, browser: StripeClient, sale: Sale
    ) -> None:
        intent = client.v1.payment_intents.create(sale())
        method = browser.v1.payment_methods.create(typed("4242 4242 4242 4242"))
        paid = browser.v1.payment_intents.confirm(
            intent.id,
            {
                "payment_method": method.id,
                "use_stripe_sdk": True,
                "client_secret": intent.client_secret,
            },
        )

        assert method.card is not None
        assert method.card.last4 == "4242"
        assert paid.status == "succeeded"
        assert "metadata" not in paid
        assert "application_fee_amount" not in paid

    @pytest.mark.parametrize("secret", [None, "pi_1_secret_guess"])
    def test_see_nothing_without_its_secret(
        self, client: StripeClient, browser: StripeClient, sale: Sale, secret: str | None
    ) -> None:
        intent = client.v1.payment_intents.create(sale())

        with pytest.raises(library.InvalidRequestError) as caught:
            browser.v1.payment_intents.retrieve(
                intent.id, {"client_secret": secret} if secret else {}
            )

        assert caught.value.param == "client_secret"

    def test_may_not_do_what_a_server_does(self, browser: StripeClient, sale: Sale) -> None:
        with pytest.raises(library.AuthenticationError, match="publishable"):
            browser.v1.payment_intents.create(sale())

    @pytest.mark.parametrize(
        ("number", "changes", "code"),
        [
            ("4242424242424241", {}, "incorrect_number"),
            ("4242", {}, "incorrect_number"),
            ("4111111111111111", {}, "card_declined"),
            ("4242424242424242", {"exp_month": 13}, "invalid_expiry_month"),
            ("4242424242424242", {"exp_year": 2029}, "invalid_expiry_year"),
            ("4242424242424242", {"exp_year": 29}, "invalid_expiry_year"),
            ("4242424242424242", {"cvc": "12"}, "invalid_cvc"),
            ("378282246310005", {"cvc": "123"}, "invalid_cvc"),
        ],
    )
    def test_are_told_what_is_wrong_with_a_card(
        self, browser: StripeClient, number: str, changes: dict[str, int], code: str
    ) -> None:
        with pytest.raises(library.CardError) as caught:
            browser.v1.payment_methods.create(typed(number, **changes))

        assert caught.value.code == code

    def test_are_the_only_ones_to_send_numbers(self, client: StripeClient) -> None:
        with pytest.raises(library.CardError, match="generally unsafe"):
            client.v1.payment_methods.create(typed("4242424242424242"))


@pytest.mark.parametrize("key", ["", "sk_test_somebody_elses", "Basic"])
def test_a_key_that_is_not_ours_gets_nowhere(stripe: Stripe, clock: Clock, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}

    answer = stripe.request("GET", "/v1/payment_intents", headers=headers, now=clock.now)

    assert answer.status == 401
    assert "somebody" not in answer.body
