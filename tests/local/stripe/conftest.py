"""The stand-in with no network: stripe-python straight on it, and a clock that tests move."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import stripe as library
from stripe import StripeClient

from local.stripe import connect
from local.stripe.core import Stripe
from local.stripe.in_process import InProcess
from tests.local.stripe.scene import ACCOUNT, Clock, Pay, Sale, onboarding, token_of
from tests.local.stripe.served import served

__all__ = ["served"]


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def stripe() -> Stripe:
    return Stripe()


@pytest.fixture
def client(stripe: Stripe, clock: Clock) -> StripeClient:
    """The platform's server."""
    http = InProcess(stripe, clock)
    return StripeClient("sk_test_local", http_client=http, max_network_retries=0)


@pytest.fixture
def browser(stripe: Stripe, clock: Clock) -> StripeClient:
    """What Stripe.js calls: only the publishable key."""
    http = InProcess(stripe, clock)
    return StripeClient("pk_test_local", http_client=http, max_network_retries=0)


@pytest.fixture
def host(client: StripeClient, stripe: Stripe, clock: Clock) -> str:
    """A connected account that may receive transfers."""
    account = client.v2.core.accounts.create(ACCOUNT)
    token = token_of(onboarding(client, account.id))
    connect.finish(stripe.state, account.id, token, clock.now)
    return account.id


@pytest.fixture
def sale(host: str) -> Sale:
    """`sale(amount=500)`: parameters of a destination charge, changed as told."""

    def params(**changes: Any) -> dict[str, Any]:
        usual = {
            "amount": 1_000,
            "currency": "usd",
            "application_fee_amount": 30,
            "transfer_data": {"destination": host},
            "automatic_payment_methods": {"enabled": True},
            "metadata": {"hold_id": "hold_1"},
        }
        return usual | changes

    return params


@pytest.fixture
def pay(client: StripeClient, sale: Sale) -> Pay:
    """`pay("pm_card_visa", amount=500)`: a payment that was confirmed at once."""

    def paid(card: str = "pm_card_visa", **changes: Any) -> library.PaymentIntent:
        params = sale(payment_method=card, confirm=True, return_url="https://stoa.test", **changes)
        return client.v1.payment_intents.create(params)

    return paid


@pytest.fixture
def charge_of(client: StripeClient, clock: Clock) -> Callable[[str], library.Charge]:
    """The charge of an intent, after its money was booked."""

    def settled(intent: str) -> library.Charge:
        clock.pass_by(seconds=1)
        name = str(client.v1.payment_intents.retrieve(intent).latest_charge)
        return client.v1.charges.retrieve(name, {"expand": ["balance_transaction"]})

    return settled
