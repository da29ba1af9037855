"""Which postings a purchase must have, as it tells itself and all that went back of it. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from functions.tickets.rules import ledger
from functions.tickets.rules.by_hand import ByHand
from functions.tickets.rules.ledger import PROCESSING, Posting, PostingKind
from functions.tickets.rules.life import RefundState
from functions.tickets.rules.model import Dispute, DisputeState, Purchase, Refund

Back = TypeVar("Back", Refund, Dispute)
Postings = Mapping[str, Posting]
"""Those of one purchase, by their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A purchase, and all that went back of it, by us, by hand or by a bank."""

    purchase: Purchase
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    by_hand: tuple[ByHand, ...] = ()

    @property
    def paid(self) -> bool:
        """Whether money has moved for it."""
        return self.purchase.paid_at is not None and not self.purchase.free

    @property
    def turned_away(self) -> bool:
        """Whether its payment came too late for a ticket."""
        return any(not refund.ticket_ids for refund in self.refunds)

    @property
    def lost(self) -> bool:
        """Whether a bank has kept the money, and all tickets went back with it."""
        return any(dispute.state is DisputeState.LOST for dispute in self.disputes)

    @property
    def other_ways(self) -> set[str | None]:
        """How money that a bank had sent back was paid after all."""
        by_us = {each.settled for each in self.refunds}
        return by_us | {each.settled for each in self.by_hand}


def steps(sale: Sale, postings: Postings) -> Iterator[Posting]:
    """The postings that a purchase must have, whenever they were made.

    What stands nowhere else is taken from those it has: what a host owed at first, and what Stripe
    keeps.
    """
    at = sale.purchase.paid_at
    if at is None or not sale.paid:
        return
    yield (ledger.turned_away if sale.turned_away else ledger.paid)(sale.purchase, at)
    for refund in sale.refunds:
        if refund.state is not RefundState.WANTED and not is_settled(sale, refund, postings):
            yield from _refund_steps(refund, postings, at)
    for dispute in sale.disputes:
        if dispute.withdrawn:
            yield from _dispute_steps(dispute, postings, at)
    for move in sale.by_hand:
        yield from _hand_steps(move, at)
    yield from _costs(sale, postings, at)


def is_settled(sale: Sale, refund: Refund, postings: Postings) -> bool:
    """Whether a dispute that was lost has taken a refund's money before it could be made."""
    unmade = sale.lost and refund.stripe_refund_id is None and refund.moves
    return unmade and ledger.refunded(refund, refund.wanted_at).posting_id not in postings


def _refund_steps(refund: Refund, postings: Postings, at: datetime) -> Iterator[Posting]:
    if not refund.moves:
        return
    made = replace(refund, debt=_owed(refund, ledger.refunded, postings, at))
    yield ledger.refunded(made, at)
    if made.debt and not refund.debt:
        yield ledger.debt_repaid(made, at)
    if refund.state in {RefundState.OWED, RefundState.SETTLED}:
        yield ledger.refund_failed(refund, at)
    if refund.settled:
        yield ledger.settled(refund, refund.settled, at)


def _hand_steps(move: ByHand, at: datetime) -> Iterator[Posting]:
    yield ledger.by_hand(move, at)
    if move.failed:
        yield ledger.by_hand_failed(move, at)
    for number in range(len(move.parts)):
        yield ledger.owed(move, number, at)
    if move.settled:
        yield ledger.settled(move, move.settled, at)


def _dispute_steps(dispute: Dispute, postings: Postings, at: datetime) -> Iterator[Posting]:
    """Once the money is back no debt is left, whether it was repaid before or is forgiven."""
    taken = replace(dispute, debt=_owed(dispute, ledger.disputed, postings, at))
    yield ledger.disputed(taken, at)
    repaid = ledger.debt_repaid(taken, at) if taken.debt and not dispute.debt else None
    if repaid and (not dispute.reinstated or repaid.posting_id in postings):
        yield repaid
        taken = replace(taken, debt=0)
    if dispute.reinstated:
        yield ledger.dispute_won(taken, at)


def _owed(
    back: Back, step: Callable[[Back, datetime], Posting], postings: Postings, at: datetime
) -> int:
    """What the host owed when the money went back: they still do, or its posting tells."""
    if back.debt:
        return back.debt
    posting = postings.get(step(back, at).posting_id)
    account = ledger.debt(back.host_id)
    owed = -sum(e.amount for e in posting.entries if e.account == account) if posting else 0
    return min(max(owed, 0), max(back.share, 0))


def _costs(sale: Sale, postings: Postings, at: datetime) -> Iterator[Posting]:
    """What Stripe may have kept, or given back, each as much as its posting says."""
    names = {ledger.CHARGE_COST}
    names |= {ledger.dispute_cost(e.dispute_id) for e in sale.disputes if e.withdrawn}
    names |= {ledger.dispute_cost_returned(e.dispute_id) for e in sale.disputes if e.reinstated}
    for name in sorted(names & postings.keys()):
        posting = postings[name]
        kept = sum(entry.amount for entry in posting.entries if entry.account == PROCESSING)
        if posting.kind is PostingKind.PROCESSED and kept:
            said = {"amount": kept, "currency": posting.currency}
            cost = sale.purchase.total.model_copy(update=said)
            yield ledger.processed(sale.purchase, name, cost, at)
