"""Whether a webhook's body is from Stripe, and new (https://docs.stripe.com/webhooks/signature).

While a secret is being replaced there are two, and either will do.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from functions.tickets.payments.facts import notice_of
from functions.tickets.rules.model import Notice

TOLERANCE = timedelta(minutes=5)


class Forged(Exception):
    """Nobody knows who sent this, or when."""


def read_webhook(body: bytes, header: str, secrets: Sequence[str], now: datetime) -> Notice:
    """What Stripe tells. Forged, for what was not signed as these very bytes, or long ago."""
    if not any(signed(body, header, secret) for secret in secrets):
        raise Forged("signature")
    if abs(now - datetime.fromtimestamp(signed_at(header), now.tzinfo)) > TOLERANCE:
        raise Forged("too old")
    try:
        said: Any = json.loads(body)
        return notice_of(said, now)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Forged("no event") from error


def signed(body: bytes, header: str, secret: str) -> bool:
    """Whether the header is this secret's signature of the body, whenever it was made.

    When that was is not for Stripe's library to judge: it would read the clock.
    """
    import stripe

    try:
        stripe.WebhookSignature.verify_header(body, header, secret)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def signed_at(header: str) -> int:
    """The first time in a header that was found to be signed; it is what the signature covers."""
    parts = (part.split("=", 1) for part in header.split(","))
    return next(int(value) for name, value in parts if name == "t")
