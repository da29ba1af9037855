"""Stripe's errors, as the payments pass them on."""

from datetime import datetime

import pytest
import stripe as library

from core.errors import Unavailable
from functions.tickets.payments.client import Payments, connect
from local.stripe.core import Stripe
from local.stripe.faults import Fault, Kind
from local.stripe.in_process import InProcess

PASSES = [Kind.CONFLICT, Kind.RATE_LIMITED, Kind.ERROR_BEFORE, Kind.ERROR_KEPT, Kind.DROP_BEFORE]


@pytest.fixture
def stripe() -> Stripe:
    return Stripe()


@pytest.fixture
def payments(stripe: Stripe, now: datetime) -> Payments:
    """They do not try again by themselves."""
    http = InProcess(stripe, lambda: now)
    return Payments(connect("sk_test_local", http_client=http, retries=0))


@pytest.mark.parametrize("kind", PASSES)
def test_what_passes_by_itself_is_to_be_tried_again(
    stripe: Stripe, payments: Payments, kind: Kind
) -> None:
    stripe.faults.plan(Fault(kind=kind))

    with pytest.raises(Unavailable) as refused:
        payments.dispute("du_1")

    assert refused.value.code == "payments_unavailable"
    assert refused.value.retry_after > 0


def test_what_does_not_pass_is_a_bug_of_ours(payments: Payments) -> None:
    with pytest.raises(library.InvalidRequestError):
        payments.dispute("du_1")
