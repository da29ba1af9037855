"""Stripe's errors as ours: what passes, what is refused, and what needs another way.

https://docs.stripe.com/error-handling, https://docs.stripe.com/error-codes
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import stripe

from core.errors import Unavailable
from functions.tickets.payments.errors import (
    AlreadyReturned,
    Disputed,
    NotEnough,
    Settled,
    payouts_not_ready,
)

RETRY_AFTER = 5
PASSING = (stripe.APIConnectionError, stripe.RateLimitError)
# Another request with the same key, or for the same object, is under way. Of these errors, whose
# codes are `idempotency_key_in_use` and `lock_timeout`, stripe-python shows only the status.
BUSY = HTTPStatus.CONFLICT
POOR = frozenset({"balance_insufficient", "insufficient_funds"})
UNPAYABLE = frozenset(
    {
        "account_invalid",
        "insufficient_capabilities_for_transfer",
        "transfers_not_allowed",
    }
)

log = logging.getLogger(__name__)

OTHER_WAYS: dict[str, type[Exception]] = {
    **dict.fromkeys(POOR, NotEnough),
    "charge_disputed": Disputed,
    "charge_already_refunded": AlreadyReturned,
    "payment_intent_unexpected_state": Settled,
}


@contextmanager
def stripe_says() -> Iterator[None]:
    """Unavailable `payments_unavailable`, Conflict `payouts_not_ready`, or one of `errors`.

    Any other error of Stripe's is a bug of ours, and passes as it is.
    """
    try:
        yield
    except PASSING as error:
        raise unavailable(error) from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        if status == BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise unavailable(error) from error
        if error.code in OTHER_WAYS:
            raise OTHER_WAYS[error.code](error.code) from error
        if error.code in UNPAYABLE:
            raise payouts_not_ready() from error
        raise


def unavailable(error: stripe.StripeError) -> Unavailable:
    """Stripe can't be reached, or has too much to do."""
    log.warning("stripe.unavailable", extra={"status": error.http_status, "code": error.code})
    detail = "Payments can't be made just now; try again."
    return Unavailable("payments_unavailable", detail, retry_after=RETRY_AFTER)
