"""Money goes back to buyers, and with it what the host and the platform had of it.

1  Tickets are their holders' no more and on sale again, and a refund is wanted: one transaction.
2  Stripe returns the money, takes back the host's part, and gives the host our fee on it.
3  The refund is done and in the ledger: one transaction.

Whoever crashes in between leaves the refund due. What Stripe has done already is found again by the
refund's id. If the host's part can't be had, the host owes it, and is asked for it daily.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from core.clock import to_rfc3339
from core.dynamo import Check
from core.ids import new_id
from core.money import Money
from functions.tickets.parts import Parts
from functions.tickets.payments import (
    AlreadyReturned,
    Disputed,
    NotEnough,
    StripeRefund,
)
from functions.tickets.rules import ledger
from functions.tickets.rules.issue import returned
from functions.tickets.rules.life import Event, RefundState, State, TicketState
from functions.tickets.rules.model import Purchase, Refund, RefundReason, Ticket
from functions.tickets.steps import announce
from functions.tickets.steps.aftermath import write_of_refund
from functions.tickets.steps.by_hand import ByHand
from functions.tickets.steps.holding import again, overtake
from functions.tickets.steps.stripe_names import fee_name, intent_name, transfer_name

REFUSAL_LASTS = timedelta(hours=1)
DEBT_ASKED = timedelta(days=1)

log = logging.getLogger(__name__)


@again
def refund_all(parts: Parts, hold_id: str, reason: RefundReason, now: datetime) -> Refund | None:
    """All tickets of a purchase that still are good go back; None if there are none."""
    purchase = parts.purchases.get(hold_id)
    if purchase.state is not State.PAID:
        return None
    valid = [each for each in parts.tickets.of(purchase) if each.state is TicketState.VALID]
    return give_back(parts, purchase, valid, reason, now) if valid else None


def give_back(
    parts: Parts,
    purchase: Purchase,
    tickets: Sequence[Ticket],
    reason: RefundReason,
    now: datetime,
    *proofs: Check,
) -> Refund | None:
    """These tickets, all as they were read, go back, and a refund is wanted unless they were free.

    `proofs` are of the rooms table, and hold at that moment. Overtaken.
    """
    count = len(tickets)
    over = purchase.refunded + count == purchase.quantity
    refund = Refund(
        refund_id=new_id("refund", now),
        hold_id=purchase.hold_id,
        room_id=purchase.room_id,
        host_id=purchase.host_id,
        ticket_ids=tuple(ticket.ticket_id for ticket in tickets),
        amount=Money(
            amount=sum(ticket.price.amount for ticket in tickets),
            currency=purchase.total.currency,
        ),
        fee=sum(ticket.fee for ticket in tickets),
        reason=reason,
        state=RefundState.WANTED,
        wanted_at=now,
        due_at=now,
    )
    event = Event.REFUND if over else None
    _, put = parts.purchases.moving(purchase, event, refunded=purchase.refunded + count)
    writes = [
        put,
        parts.purchases.uncounting(purchase, count, over=over),
        *parts.tickets.moving(tickets, TicketState.REFUNDED, now),
        *parts.stock.moving(purchase.room_id, returned(purchase, count), "sold", "left"),
    ]
    if refund.amount.amount:
        writes.append(parts.returns.wanting(refund))
    overtake(parts, *writes, rooms=proofs)
    facts = {"hold_id": purchase.hold_id, "quantity": count, "reason": str(reason)}
    log.info("tickets.given_back", extra=facts)
    announce.refunded(parts, tickets, now)
    return refund if refund.amount.amount else None


@again
def pay_back(parts: Parts, hold_id: str, refund_id: str, now: datetime) -> Refund | None:
    """The refund, moved on as far as it goes now; None if there is no such one.

    Unavailable `payments_unavailable`.
    """
    refund = parts.returns.refund(hold_id, refund_id)
    if refund is None:
        return None
    if refund.state is RefundState.WANTED:
        return return_money(parts, refund, now)
    if refund.debt and refund.due_at and refund.due_at <= now:
        return collect(parts, refund, now)
    return refund


def return_money(parts: Parts, refund: Refund, now: datetime) -> Refund:
    """The wanted refund, made at Stripe and written down.

    It has to wait while the buyer's bank asks for the money itself, or the platform has too little.
    """
    purchase = parts.purchases.get(refund.hold_id)
    gone = parts.payments.returns.of(intent_name(purchase))
    by_hand = ByHand.of(parts, refund, gone)
    try:
        made = find_or_make(parts, refund, purchase, by_hand)
    except (AlreadyReturned, Disputed, NotEnough) as reason:
        why = {"refund_id": refund.refund_id, "reason": str(reason)}
        log.warning("refund.put_off", extra=why)
        return move(parts, refund, due_at=now + REFUSAL_LASTS)
    whole, share = refund.amount.amount, refund.amount.amount - refund.fee
    debt = 0 if made.reversed else share - share * min(by_hand.taken(), whole) // whole
    ask_at = now if purchase.second_transfer_id else now + DEBT_ASKED
    if made.reversed and refund.fee and made.refund_id == refund.refund_id:
        fee = fee_name(parts, purchase)
        parts.payments.returns.return_fee(fee, refund.fee, refund.refund_id)
    done, put = parts.returns.moving(
        refund,
        state=RefundState.DONE,
        stripe_refund_id=made.stripe_refund_id,
        debt=debt,
        due_at=ask_at if debt else None,
    )
    overtake(parts, put, *parts.ledger.posting(ledger.refunded(done, now)))
    facts = {"refund_id": refund.refund_id, "hold_id": refund.hold_id, "debt": debt}
    log.info("refund.made", extra=facts)
    return owe(parts, done, now) if made.failed else done


def find_or_make(parts: Parts, refund: Refund, purchase: Purchase, by_hand: ByHand) -> StripeRefund:
    """The refund at Stripe, made now unless it was; without the host's part if that can't be had.

    Once the host was given it again, it is in a transfer of which Stripe's refunds know nothing.
    What somebody has returned by hand is not returned again. Disputed, NotEnough if the platform
    has less than this, or AlreadyReturned if Stripe remembers what is not so any more.
    """
    returns, intent = parts.payments.returns, intent_name(purchase)
    if made := returns.find(refund, by_hand.gone):
        return made
    left = purchase.total.amount - sum(each.amount for each in by_hand.gone if not each.failed)
    if left <= 0:
        log.warning("refund.made_by_hand", extra={"refund_id": refund.refund_id})
        return by_hand.one_to_spare()
    rest = Money(amount=min(refund.amount.amount, left), currency=refund.amount.currency)
    wanted = replace(refund, amount=rest)
    if purchase.second_transfer_id is None and not by_hand.taken():
        with suppress(NotEnough):
            return returns.refund(wanted, intent, reverse=True)
    return returns.refund(wanted, intent, reverse=False)


def check_refunds(parts: Parts, hold_id: str, now: datetime) -> None:
    """What banks would not take is owed to the buyer from now on; what is still to be made, is.

    If somebody has returned all of the money by hand, the tickets are their holders' no more.
    """
    for refund in parts.returns.refunds(hold_id):
        pay_back(parts, hold_id, refund.refund_id, now)
    purchase = parts.purchases.get(hold_id)
    if purchase.intent_id is None:
        return
    gone = parts.payments.returns.of(purchase.intent_id)
    if sum(each.amount for each in gone if not each.failed) >= purchase.total.amount:
        withdraw(parts, hold_id, now)
    failed = {each.stripe_refund_id for each in gone if each.failed}
    for refund in parts.returns.refunds(hold_id):
        if refund.state is RefundState.DONE and refund.stripe_refund_id in failed:
            owe(parts, refund, now)


def withdraw(parts: Parts, hold_id: str, now: datetime) -> None:
    """Tickets that are good still, and whose money has gone back, are good no more."""
    if refund := refund_all(parts, hold_id, RefundReason.BY_HAND, now):
        pay_back(parts, hold_id, refund.refund_id, now)
        write_of_refund(parts, refund)


def owe(parts: Parts, refund: Refund, now: datetime) -> Refund:
    """The money that came back from the buyer's bank is kept for them."""
    owed, put = parts.returns.moving(refund, state=RefundState.OWED)
    overtake(parts, put, *parts.ledger.posting(ledger.refund_failed(owed, now)))
    log.error("refund.failed", extra={"refund_id": refund.refund_id, "hold_id": refund.hold_id})
    return owed


def collect(parts: Parts, refund: Refund, now: datetime) -> Refund:
    """What the host owes for the refund, taken now if they have it, else asked for tomorrow."""
    transfer = transfer_name(parts, parts.purchases.get(refund.hold_id))
    attempt = to_rfc3339(refund.due_at or now)
    try:
        parts.payments.returns.take_back(transfer, refund.debt, refund.refund_id, attempt)
    except NotEnough:
        return move(parts, refund, due_at=now + DEBT_ASKED)
    repaid, put = parts.returns.moving(refund, debt=0, due_at=None)
    overtake(parts, put, *parts.ledger.posting(ledger.debt_repaid(refund, now)))
    log.info("debt.repaid", extra={"refund_id": refund.refund_id, "host_id": refund.host_id})
    return repaid


def move(parts: Parts, refund: Refund, *, due_at: datetime) -> Refund:
    """The refund is looked at again then."""
    moved, put = parts.returns.moving(refund, due_at=due_at)
    overtake(parts, put)
    return moved
