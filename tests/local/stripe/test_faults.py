"""What goes wrong on purpose, as stripe-python sees it."""

import pytest
import stripe as library
from stripe import StripeClient

from local.stripe.core import Stripe
from local.stripe.faults import Fault, Kind
from local.stripe.in_process import InProcess
from tests.local.stripe.scene import Clock, Sale

INTENTS = "/v1/payment_intents"


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        (Kind.ERROR_BEFORE, library.APIError, 0),
        (Kind.ERROR_KEPT, library.APIError, 0),
        (Kind.ERROR_AFTER, library.APIError, 1),
        (Kind.RATE_LIMITED, library.RateLimitError, 0),
        (Kind.CONFLICT, library.APIError, 0),
        (Kind.DROP_BEFORE, library.APIConnectionError, 0),
        (Kind.DROP_AFTER, library.APIConnectionError, 1),
        (Kind.HANG_BEFORE, library.APIConnectionError, 0),
        (Kind.HANG_AFTER, library.APIConnectionError, 1),
    ],
)
def test_a_request_fails_before_or_after_it_is_done(
    client: StripeClient,
    stripe: Stripe,
    sale: Sale,
    *,
    kind: Kind,
    error: type[Exception],
    done: int,
) -> None:
    stripe.faults.plan(Fault(kind=kind, path=INTENTS))

    with pytest.raises(error):
        client.v1.payment_intents.create(sale())

    assert len(client.v1.payment_intents.list().data) == done


@pytest.mark.parametrize(
    ("kind", "passes"),
    [
        (Kind.ERROR_BEFORE, True),
        (Kind.DROP_BEFORE, True),
        (Kind.DROP_AFTER, True),
        (Kind.CONFLICT, True),
        (Kind.ERROR_KEPT, False),
        (Kind.ERROR_AFTER, False),
    ],
)
def test_a_retry_passes_unless_stripe_has_kept_its_own_error(
    stripe: Stripe, clock: Clock, sale: Sale, *, kind: Kind, passes: bool
) -> None:
    http = InProcess(stripe, clock)
    patient = StripeClient("sk_test_local", http_client=http, max_network_retries=2)
    params = sale()
    stripe.faults.plan(Fault(kind=kind, path=INTENTS))

    if passes:
        patient.v1.payment_intents.create(params)
        assert len(patient.v1.payment_intents.list().data) == 1
        return
    with pytest.raises(library.APIError) as caught:
        patient.v1.payment_intents.create(params)
    assert caught.value.http_status == 500


def test_faults_are_for_the_requests_they_name(
    client: StripeClient, stripe: Stripe, sale: Sale
) -> None:
    stripe.faults.plan(
        Fault(kind=Kind.ERROR_BEFORE, method="POST", path="/v1/payment_intents/*/cancel", times=2)
    )
    intent = client.v1.payment_intents.create(sale())

    for _ in range(2):
        with pytest.raises(library.APIError):
            client.v1.payment_intents.cancel(intent.id)

    assert client.v1.payment_intents.cancel(intent.id).status == "canceled"
    assert stripe.faults.planned() == ()


def test_faults_that_were_planned_can_be_forgotten(client: StripeClient, stripe: Stripe) -> None:
    stripe.faults.plan(Fault(kind=Kind.DROP_BEFORE, times=9))
    stripe.faults.clear()

    assert client.v1.balance.retrieve().livemode is False
