"""What of a purchase can go back still, whoever has returned how much of it before. Pure.

Buyers never get more than they have paid, nor do hosts lose more than they have had. What was done
by hand counts last: who was given 4.00 of three tickets at 3.33 has all of the price for the first,
the rest for the second, and nothing for the third. When all tickets have gone back, nobody has any
of it, whatever was done by hand on the way.
"""

from dataclasses import dataclass, replace

from functions.tickets.rules.by_hand import Hand
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.life import RefundState, State
from functions.tickets.rules.model import DisputeState, Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Minor units: what the buyer has not got back, and what the host has of it, or owes."""

    buyer: int
    host: int


def left_of(sale: Sale) -> Left:
    """What is left, less than nothing if somebody has moved more than there was.

    By a refund with which money was paid that we owed nobody has more than before.
    """
    purchase = sale.purchase
    made = [each for each in sale.refunds if each.state is not RefundState.WANTED]
    taken = [each for each in sale.disputes if each.withdrawn and not each.reinstated]
    buyer = purchase.total.amount - sum(each.returned for each in made) - favours(sale)
    host = purchase.total.amount - purchase.fee
    host -= sum(each.share - each.covered for each in made)
    host -= sum(each.share - each.covered for each in taken)
    host -= sum(each.amount.amount for each in sale.by_hand if each.hand is Hand.REVERSAL)
    host += sum(each.amount.amount for each in sale.by_hand if each.hand is Hand.FEE)
    return Left(buyer=buyer, host=host)


def as_refunds_find_it(sale: Sale) -> Sale:
    """The sale without disputes that are not lost.

    While a bank asks for the money Stripe makes no refund; before it does, what was taken is back.
    """
    lost = tuple(each for each in sale.disputes if each.state is DisputeState.LOST)
    return replace(sale, disputes=lost)


def favours(sale: Sale) -> int:
    """What counts as returned by hand: what the buyer has, and what they are owed of it."""
    has = [each for each in sale.by_hand if each.stands and each.stripe_id not in sale.other_ways]
    return sum(each.amount.amount for each in has) + sum(each.owed for each in sale.by_hand)


def credited(sale: Sale) -> int:
    """How much of it was counted as the refund of tickets."""
    return sum(each.credit for each in sale.refunds if each.state is not RefundState.WANTED)


def missing_of(refund: Refund, sale: Sale) -> tuple[int, int]:
    """What the refund has to return to the buyer, and what of that is the host's.

    The last of a purchase takes all that the host has of it.
    """
    others = tuple(each for each in sale.refunds if each.refund_id != refund.refund_id)
    left = left_of(replace(as_refunds_find_it(sale), refunds=others))
    amount = max(0, min(refund.amount.amount, left.buyer))
    wanted = any(each.state is RefundState.WANTED for each in others)
    if sale.purchase.state is State.REFUNDED and not wanted:
        return amount, left.host
    return amount, min(refund.amount.amount - refund.fee, left.host)
