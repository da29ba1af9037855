"""What has gone back of a purchase, as its buyer sees it, whoever has returned it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.money import Money, like
from functions.tickets.rules.by_hand import ByHand, Hand
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.life import RefundState
from functions.tickets.rules.model import RefundGround, RefundReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Money that goes back to the buyer, why, and how far it has come.

    `ground` is the rule by which they have asked for it.
    """

    refund_id: str
    at: datetime
    amount: Money
    reason: RefundReason
    ground: RefundGround | None
    state: RefundState


def returned(sale: Sale) -> list[Returned]:
    """All of it, the earliest first; each amount once, however many refunds it took."""
    return sorted((*_by_us(sale), *_by_hand(sale)), key=lambda each: each.at)


def _by_us(sale: Sale) -> Iterator[Returned]:
    for refund in sale.refunds:
        if refund.returned:
            yield Returned(
                refund_id=refund.refund_id,
                at=refund.wanted_at,
                amount=like(refund.amount, refund.returned),
                reason=refund.reason,
                ground=refund.ground,
                state=refund.state,
            )


def _by_hand(sale: Sale) -> Iterator[Returned]:
    for move in sale.by_hand:
        amount = _amount(move)
        if amount and move.stripe_id not in sale.other_ways:
            yield Returned(
                refund_id=move.stripe_id,
                at=move.seen_at,
                amount=like(move.amount, amount),
                reason=RefundReason.BY_HAND,
                ground=None,
                state=_state(move),
            )


def _amount(move: ByHand) -> int:
    if move.hand is not Hand.REFUND:
        return 0
    return move.owed if move.failed else move.amount.amount


def _state(move: ByHand) -> RefundState:
    if move.settled:
        return RefundState.SETTLED
    return RefundState.OWED if move.failed else RefundState.DONE
