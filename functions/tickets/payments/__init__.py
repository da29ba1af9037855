"""The only part that knows Stripe."""

from functions.tickets.payments.client import Payments, connect
from functions.tickets.payments.errors import (
    AlreadyReturned,
    Disputed,
    NotEnough,
    payouts_not_ready,
    too_low,
)
from functions.tickets.payments.facts import Charge, Evidence, Intent, StripeDispute, StripeRefund
from functions.tickets.payments.webhook import Forged, read_webhook

__all__ = [
    "AlreadyReturned",
    "Charge",
    "Disputed",
    "Evidence",
    "Forged",
    "Intent",
    "NotEnough",
    "Payments",
    "StripeDispute",
    "StripeRefund",
    "connect",
    "payouts_not_ready",
    "read_webhook",
    "too_low",
]
