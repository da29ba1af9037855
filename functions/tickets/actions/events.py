"""What Stripe tells of: kept first, then looked into.

An event is a hint: it says which purchase to look at, and Stripe is asked how that is now. So they
may come in any order, twice, days late, or not at all. Only a payment's success is taken as told,
because it never changes.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from core.errors import Unavailable
from functions.tickets.actions.disputes import follow
from functions.tickets.actions.refunds import check_refunds
from functions.tickets.actions.settling import advance
from functions.tickets.parts import Parts
from functions.tickets.payments import Intent, read_webhook
from functions.tickets.rules.model import Notice, Purchase
from functions.tickets.steps.payees import refresh

PAID = "payment_intent.succeeded"
PAYMENTS = (
    PAID,
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.updated",
)
REFUNDS = (
    "charge.refunded",
    "charge.refund.updated",
    "refund.updated",
    "refund.failed",
    "transfer.reversed",
    "application_fee.refunded",
)
DISPUTES = (
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
KINDS = (*PAYMENTS, *REFUNDS, *DISPUTES)
ACCOUNTS = "v2.core.account"

log = logging.getLogger(__name__)


def receive(parts: Parts, body: bytes, signature: str, now: datetime) -> None:
    """The event is kept, if it is one that we look into, and looked into if that works at once.

    Forged, for a body that Stripe did not sign, or not lately.
    """
    notice = read_webhook(body, signature, parts.config.webhook_secrets, now)
    if not is_ours(notice) or not parts.events.receive(notice):
        return
    log.info("event.received", extra={"event_id": notice.event_id, "kind": notice.kind})
    try:
        handle(parts, notice, now)
    except Unavailable as reason:
        facts = {"event_id": notice.event_id, "reason": reason.code}
        log.warning("event.put_off", extra=facts)


def take_in(parts: Parts, notices: Sequence[Notice]) -> int:
    """How many of these events nobody had told us of; they are kept, and due."""
    missed = [each for each in parts.events.unseen(notices) if parts.events.receive(each)]
    for notice in missed:
        log.warning("event.missed", extra={"event_id": notice.event_id, "kind": notice.kind})
    return len(missed)


def is_ours(notice: Notice) -> bool:
    """Whether it is of a kind that we look into, and happened on our own account.

    What a host does on theirs, where they may write whatever they like on a payment, is theirs.
    """
    known = notice.kind in KINDS or notice.kind.startswith(ACCOUNTS)
    return known and notice.account_id is None


def handle(parts: Parts, notice: Notice, now: datetime) -> None:
    """What it tells of is looked into. Unavailable, to be tried again."""
    if notice.kind.startswith(ACCOUNTS):
        look_at_account(parts, notice, now)
    elif purchase := purchase_of(parts, notice):
        look_at_purchase(parts, notice, purchase, now)
    else:
        log.warning("event.of_nothing_known", extra={"event_id": notice.event_id})
    parts.events.handled(notice)


def purchase_of(parts: Parts, notice: Notice) -> Purchase | None:
    """The purchase that the event is about, None if it is none of ours."""
    hold_id = notice.hold_id
    if hold_id is None and notice.intent_id:
        hold_id = parts.payments.intent(notice.intent_id).hold_id
    elif hold_id is None and notice.charge_id:
        hold_id = parts.payments.hold_of(notice.charge_id)
    return parts.purchases.find(hold_id) if hold_id else None


def look_at_purchase(parts: Parts, notice: Notice, purchase: Purchase, now: datetime) -> None:
    """The purchase, moved on by what the event hints at: by its payment first, whatever it is."""
    hold_id = purchase.hold_id
    if purchase.paid_at is None or purchase.due_at:
        advance(parts, hold_id, now, payment_of(parts, notice, purchase))
    if notice.kind in DISPUTES and notice.subject_id:
        follow(parts, hold_id, notice.subject_id, now)
    elif notice.kind in REFUNDS:
        check_refunds(parts, hold_id, now)


def payment_of(parts: Parts, notice: Notice, purchase: Purchase) -> Intent | None:
    """The payment as the event tells of it or, unless we know of its success, as Stripe does."""
    if notice.intent_id is None or purchase.paid_at:
        return None
    if notice.kind == PAID:
        return Intent.succeeded(notice.intent_id, purchase.hold_id)
    return parts.payments.intent(notice.intent_id)


def look_at_account(parts: Parts, notice: Notice, now: datetime) -> None:
    """The host's account, as it is now."""
    if notice.subject_id is None:
        return
    host_id = parts.payments.accounts.owner(notice.subject_id)
    account = parts.payouts.find(host_id) if host_id else None
    if account and account.stripe_account_id == notice.subject_id:
        refresh(parts, account, now)
