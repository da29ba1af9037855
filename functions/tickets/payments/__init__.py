"""The only part that knows Stripe.

`client` has Payments: Stripe's library takes long to load, and few requests ask it. So it is loaded
where the first of them does.
"""

from functions.tickets.payments.errors import (
    AlreadyReturned,
    Disputed,
    NotEnough,
    payouts_not_ready,
)
from functions.tickets.payments.facts import (
    Charge,
    Evidence,
    Intent,
    Shift,
    StripeDispute,
    StripeRefund,
    made_about,
)
from functions.tickets.payments.webhook import Forged, read_webhook

__all__ = [
    "AlreadyReturned",
    "Charge",
    "Disputed",
    "Evidence",
    "Forged",
    "Intent",
    "NotEnough",
    "Shift",
    "StripeDispute",
    "StripeRefund",
    "made_about",
    "payouts_not_ready",
    "read_webhook",
]
