"""Stripe's errors as ours: what passes, what is refused, and what needs another way.

https://docs.stripe.com/error-handling, https://docs.stripe.com/error-codes
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import stripe

from core.errors import Conflict, Unavailable

RETRY_AFTER = 5
BALANCE_RISES = 60
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


class NotEnough(Exception):
    """There is less on an account at Stripe, the host's or ours, than should be moved from it."""


class Disputed(Exception):
    """The buyer's bank is asking for this money: what goes back goes back through it."""


class AlreadyReturned(Exception):
    """All of the money has gone back already."""


class Settled(Exception):
    """The intent is past that, or not there yet: ask how it is."""


OTHER_WAYS: dict[str, type[Exception]] = {
    **dict.fromkeys(POOR, NotEnough),
    "charge_disputed": Disputed,
    "charge_already_refunded": AlreadyReturned,
    "payment_intent_unexpected_state": Settled,
}


@contextmanager
def stripe_says() -> Iterator[None]:
    """Unavailable `payments_unavailable`, Conflict `payouts_not_ready`, or one of the above.

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


def too_low() -> Unavailable:
    """The platform's own balance has to rise first."""
    detail = "The platform's balance is too low just now; try again."
    return Unavailable("payments_unavailable", detail, retry_after=BALANCE_RISES)


def payouts_not_ready() -> Conflict:
    """Stripe would not let the host have the money."""
    return Conflict("payouts_not_ready", "The host can't be paid just now.")
