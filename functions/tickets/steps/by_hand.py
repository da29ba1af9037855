"""What somebody does at Stripe by hand is found there, written down and booked, as it was done.

Whatever we move there says for what; all else of a payment is by hand. Reversals are listed before
refunds, since one of ours that is made meanwhile brings its own.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from core.dynamo import Write
from core.money import like
from functions.tickets.parts import Parts
from functions.tickets.payments import Shift, StripeRefund
from functions.tickets.rules import ledger
from functions.tickets.rules.by_hand import ByHand, Hand
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.ledger import Posting
from functions.tickets.rules.left import credited, favours
from functions.tickets.rules.model import Purchase
from functions.tickets.steps.aftermath import write_of_failure, write_of_hand
from functions.tickets.steps.holding import again, overtake
from functions.tickets.steps.owed import OWED_ASKED
from functions.tickets.steps.stripe_names import intent_name, names

AT_ONCE = 25
"""How many are written down in one transaction; the next look finds the others."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A sale with all that has gone back of it, and what Stripe has of that, the latest first.

    `left` is how much of the transfer that came with the payment could be taken back still.
    """

    sale: Sale
    refunds: Sequence[StripeRefund]
    reversals: Sequence[Shift]
    fee_refunds: Sequence[Shift]
    left: int

    @property
    def returned(self) -> int:
        """What the buyer has got back at Stripe."""
        return sum(each.amount for each in self.refunds if not each.failed)

    @property
    def bounced(self) -> set[str]:
        """Stripe's names of those that banks have sent back."""
        return {each.stripe_refund_id for each in self.refunds if each.failed}


def know(parts: Parts, hold_id: str, now: datetime) -> Known:
    """The paid purchase as it is now, and all that was done with it by hand, booked.

    Its buyer reads of what they get. Unavailable `payments_unavailable`.
    """
    known, fresh = book(parts, hold_id, now)
    purchase = known.sale.purchase
    for move in fresh:
        facts = {"hold_id": hold_id, "stripe_id": move.stripe_id, "hand": str(move.hand)}
        log.warning("money.moved_by_hand", extra=facts)
        if move.hand is Hand.REFUND and move.stripe_id not in known.bounced:
            write_of_hand(parts, purchase, move, whole=known.returned >= purchase.total.amount)
    for move in known.sale.by_hand:
        if move.stands and move.stripe_id in known.bounced:
            known = replace(known, sale=give_up(parts, move, now))
    return known


@again
def book(parts: Parts, hold_id: str, now: datetime) -> tuple[Known, list[ByHand]]:
    """The same, and what was booked just now."""
    sale = parts.returns.sale(hold_id)
    known = look(parts, sale)
    noted = {each.stripe_id for each in sale.by_hand}
    fresh = [each for each in done_by_hand(known, now) if each.stripe_id not in noted][:AT_ONCE]
    if fresh:
        postings = parts.ledger.posting(*(ledger.by_hand(each, now) for each in fresh))
        overtake(parts, *map(parts.returns.noting, fresh), *postings)
    return replace(known, sale=replace(sale, by_hand=(*sale.by_hand, *fresh))), fresh


def look(parts: Parts, sale: Sale) -> Known:
    """What Stripe says of the sale."""
    transfers, fee = names(parts, sale.purchase)
    returns = parts.payments.returns
    reversals = [returns.reversals(each) for each in transfers]
    taken = sum(each.amount for each in reversals[0]) if reversals else 0
    fee_refunds = returns.fee_refunds(fee) if fee else []
    return Known(
        sale=sale,
        refunds=returns.of(intent_name(sale.purchase)),
        reversals=[each for some in reversals for each in some],
        fee_refunds=fee_refunds,
        left=sale.purchase.total.amount - taken,
    )


def done_by_hand(known: Known, now: datetime) -> Iterator[ByHand]:
    """All that was, the earliest first."""
    ours = {each.stripe_refund_id for each in known.refunds if each.refund_id}
    note = partial(note_of, known.sale.purchase, now)
    for refund in reversed(known.refunds):
        if refund.refund_id is None:
            yield note(Hand.REFUND, refund.stripe_refund_id, refund.amount)
    for hand, shifts in ((Hand.REVERSAL, known.reversals), (Hand.FEE, known.fee_refunds)):
        for shift in reversed(shifts):
            if shift.about is None and shift.stripe_refund_id not in ours:
                yield note(hand, shift.stripe_id, shift.amount)


def note_of(purchase: Purchase, now: datetime, hand: Hand, stripe_id: str, amount: int) -> ByHand:
    """One of them."""
    return ByHand(
        stripe_id=stripe_id,
        hold_id=purchase.hold_id,
        room_id=purchase.room_id,
        host_id=purchase.host_id,
        hand=hand,
        amount=like(purchase.total, amount),
        seen_at=now,
    )


@again
def give_up(parts: Parts, move: ByHand, now: datetime) -> Sale:
    """A bank has sent the refund back: what of it tickets were refunded with, is owed to the buyer.

    Of this and a refund that counts on it at once, the second finds the purchase changed.
    """
    sale = parts.returns.sale(move.hold_id)
    if not any(each.stands and each.stripe_id == move.stripe_id for each in sale.by_hand):
        return sale
    short = credited(sale) - (favours(sale) - move.amount.amount)
    owed = max(0, min(move.amount.amount, short))
    due_at = now + OWED_ASKED if owed else None
    several = (owed,) if owed else ()
    failed, note = parts.returns.renoting(move, failed=True, parts=several, due_at=due_at)
    postings = [ledger.by_hand_failed(failed, now), *(ledger.owed(failed, 0, now) for _ in several)]
    purchase, put = parts.purchases.moving(sale.purchase)
    overtake(parts, put, note, *parts.ledger.posting(*postings))
    facts = {"stripe_id": move.stripe_id, "hold_id": move.hold_id, "owed": owed}
    log.error("refund.failed", extra=facts)
    if owed:
        write_of_failure(parts, purchase, owed)
    others = (each for each in sale.by_hand if each.stripe_id != move.stripe_id)
    return replace(sale, purchase=purchase, by_hand=(*others, failed))


def owing(parts: Parts, sale: Sale, short: int, now: datetime) -> tuple[list[Write], list[Posting]]:
    """So much more is owed of what banks have sent back: it counts for tickets, and came too late.

    Some refund of ours was made at Stripe before the bank had sent that back, and is written down
    after it.
    """
    writes: list[Write] = []
    postings: list[Posting] = []
    for move in sale.by_hand:
        part = min(short, move.amount.amount - move.owed)
        if move.hand is Hand.REFUND and move.failed and not move.settled and part > 0:
            several = (*move.parts, part)
            more, note = parts.returns.renoting(move, parts=several, due_at=now + OWED_ASKED)
            writes.append(note)
            postings.append(ledger.owed(more, len(move.parts), now))
            short -= part
    return writes, postings
