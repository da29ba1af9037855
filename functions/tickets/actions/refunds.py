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
from core.dynamo import Check, Write
from core.ids import new_id
from core.money import like
from functions.tickets.parts import Parts
from functions.tickets.payments import (
    AlreadyReturned,
    Disputed,
    NotEnough,
    StripeRefund,
    made_about,
)
from functions.tickets.rules import ledger
from functions.tickets.rules.issue import returned
from functions.tickets.rules.left import (
    as_refunds_find_it,
    credited,
    favours,
    left_of,
    missing_of,
)
from functions.tickets.rules.life import Event, RefundState, State, TicketState
from functions.tickets.rules.model import (
    Dispute,
    Purchase,
    Refund,
    RefundGround,
    RefundReason,
    Ticket,
)
from functions.tickets.steps import announce
from functions.tickets.steps.aftermath import write_of_failure
from functions.tickets.steps.by_hand import Known, know, owing
from functions.tickets.steps.holding import again, overtake
from functions.tickets.steps.owed import OWED_ASKED, settle
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
    ground: RefundGround | None = None,
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
        amount=like(purchase.total, sum(ticket.price.amount for ticket in tickets)),
        fee=sum(ticket.fee for ticket in tickets),
        reason=reason,
        ground=ground,
        state=RefundState.WANTED,
        wanted_at=now,
        due_at=now,
    )
    event = Event.REFUND if over else None
    _, put = parts.purchases.moving(purchase, event, refunded=purchase.refunded + count)
    writes: list[Write] = [
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
    What was done by hand before is not done again.
    """
    known = know(parts, refund.hold_id, now)
    purchase = known.sale.purchase
    amount, share = missing_of(refund, known.sale)
    try:
        made = find_or_make(parts, refund, known, amount, share)
    except (AlreadyReturned, Disputed, NotEnough) as reason:
        why = {"refund_id": refund.refund_id, "reason": str(reason)}
        log.warning("refund.put_off", extra=why)
        return move(parts, refund, due_at=now + REFUSAL_LASTS)
    given = made.reversed if made else 0
    given -= give_fee(parts, refund, known, given - share)
    debt = max(0, share - given)
    has_spent = share > 0 >= given and purchase.second_transfer_id is None
    ask_at = now + DEBT_ASKED if has_spent else now
    done, put = parts.returns.moving(
        refund,
        state=RefundState.DONE,
        stripe_refund_id=made.stripe_refund_id if made else None,
        credit=refund.amount.amount - (made.amount if made else 0),
        spared=refund.amount.amount - refund.fee - given - debt,
        debt=debt,
        due_at=ask_at if debt else None,
    )
    writes: list[Write] = [put]
    if known.sale.by_hand:
        writes.append(parts.purchases.moving(purchase)[1])
    short = credited(known.sale) + done.credit - favours(known.sale)
    notes, postings = owing(parts, known.sale, short, now)
    if done.moves:
        postings.append(ledger.refunded(done, now))
    overtake(parts, *writes, *notes, *parts.ledger.posting(*postings))
    if short > 0:
        write_of_failure(parts, purchase, short)
    facts = {"refund_id": refund.refund_id, "hold_id": refund.hold_id, "debt": debt}
    log.info("refund.made", extra=facts)
    return owe(parts, done, now) if made and made.failed else done


def find_or_make(
    parts: Parts, refund: Refund, known: Known, amount: int, share: int
) -> StripeRefund | None:
    """The refund at Stripe, made now unless it was; None if all of it had gone back by hand.

    Without the host's part if that can't be had, or not so much of it. Once the host was given it
    again, it is in a transfer of which Stripe's refunds know nothing. Disputed, NotEnough if the
    platform has less than this, or AlreadyReturned if Stripe remembers what is not so any more.
    """
    made = [each for each in known.refunds if each.refund_id == refund.refund_id]
    if made:
        return made[0]
    if not amount:
        if known.sale.purchase.dispute:
            raise Disputed("dispute_open")
        return None
    purchase, returns = known.sale.purchase, parts.payments.returns
    intent = intent_name(purchase)
    if purchase.second_transfer_id is None and share > 0 and amount <= known.left:
        with suppress(NotEnough):
            return returns.refund(refund, amount, intent, reverse=True)
    return returns.refund(refund, amount, intent, reverse=False)


def give_fee(parts: Parts, refund: Refund, known: Known, amount: int) -> int:
    """How much of our fee the host has with the refund: so much, unless it was given before."""
    if given := made_about(known.fee_refunds, refund.refund_id):
        return given.amount
    if amount <= 0:
        return 0
    fee = fee_name(parts, known.sale.purchase)
    return parts.payments.returns.return_fee(fee, amount, refund.refund_id)


def check_refunds(parts: Parts, hold_id: str, now: datetime) -> None:
    """What was done by hand is booked, what banks would not take is owed to the buyer from now on.

    What is still to be made, is. If all of the money has gone back by hand, the tickets are their
    holders' no more.
    """
    for refund in parts.returns.refunds(hold_id):
        pay_back(parts, hold_id, refund.refund_id, now)
    purchase = parts.purchases.get(hold_id)
    if purchase.intent_id is None:
        return
    known = know(parts, hold_id, now)
    if known.returned >= purchase.total.amount:
        withdraw(parts, hold_id, now)
    for refund in parts.returns.refunds(hold_id):
        if refund.state is RefundState.DONE and refund.stripe_refund_id in known.bounced:
            owe(parts, refund, now)
    settle(parts, hold_id, now)


def withdraw(parts: Parts, hold_id: str, now: datetime) -> None:
    """Tickets that are good still, and whose money has gone back, are good no more."""
    if refund := refund_all(parts, hold_id, RefundReason.BY_HAND, now):
        pay_back(parts, hold_id, refund.refund_id, now)


def owe(parts: Parts, refund: Refund, now: datetime) -> Refund:
    """The money that came back from the buyer's bank is kept for them, who read of it."""
    due_at = refund.due_at if refund.debt else now + OWED_ASKED
    owed, put = parts.returns.moving(refund, state=RefundState.OWED, due_at=due_at)
    overtake(parts, put, *parts.ledger.posting(ledger.refund_failed(owed, now)))
    log.error("refund.failed", extra={"refund_id": refund.refund_id, "hold_id": refund.hold_id})
    write_of_failure(parts, parts.purchases.get(refund.hold_id), owed.returned)
    return owed


def collect(parts: Parts, refund: Refund, now: datetime) -> Refund:
    """What the host owes for the refund, taken now if they have it, else asked for tomorrow."""
    try:
        covered, along = take(parts, refund, refund.refund_id, now)
    except NotEnough:
        return move(parts, refund, due_at=now + DEBT_ASKED)
    paid = replace(refund, covered=covered)
    due_at = now if refund.state is RefundState.OWED else None
    repaid, put = parts.returns.moving(paid, debt=0, due_at=due_at)
    overtake(parts, put, *along, *parts.ledger.posting(ledger.debt_repaid(paid, now)))
    log.info("debt.repaid", extra={"refund_id": refund.refund_id, "host_id": refund.host_id})
    return repaid


def take(
    parts: Parts, back: Refund | Dispute, about: str, now: datetime
) -> tuple[int, list[Write]]:
    """The host's debt for it is taken from them, but for what somebody had taken by hand.

    How much that was, and what is written with it, so that it covers no other debt. NotEnough.
    """
    known = know(parts, back.hold_id, now)
    sale = as_refunds_find_it(known.sale) if isinstance(back, Refund) else known.sale
    rest = back.debt - min(back.debt, max(0, -left_of(sale).host))
    gone = made_about(known.reversals, about)
    taken = gone.amount if gone else 0
    if rest and not gone:
        transfer = transfer_name(parts, sale.purchase)
        attempt = to_rfc3339(back.due_at or now)
        taken = parts.payments.returns.take_back(transfer, rest, about, attempt)
    covered = back.debt - taken
    return covered, [parts.purchases.moving(sale.purchase)[1]] if covered else []


def move(parts: Parts, refund: Refund, *, due_at: datetime) -> Refund:
    """The refund is looked at again then."""
    moved, put = parts.returns.moving(refund, due_at=due_at)
    overtake(parts, put)
    return moved
