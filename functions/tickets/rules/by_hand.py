"""What somebody does with a purchase's money at Stripe by hand: on its dashboard, or with its key.

Each refund, reversal and fee refund that we did not make is booked by itself, as it was made. When
tickets go back later, their refund moves what is missing still (see `left`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.money import Money

STRIPE_REFUND = "re_"


class Hand(StrEnum):
    """What was done.

    REFUND: the platform has returned money to the buyer. REVERSAL: it has taken the host's part
    back. FEE: it has given the host of its fee.
    """

    REFUND = "refund"
    REVERSAL = "reversal"
    FEE = "fee"


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """One of those, under Stripe's own name for it.

    `failed`: the buyer's bank has sent a refund back. Of that `parts` had been counted as refunds
    of tickets, and are owed to the buyer; `settled` says how they were paid.
    """

    stripe_id: str
    hold_id: str
    room_id: str
    host_id: str
    hand: Hand
    amount: Money
    seen_at: datetime
    failed: bool = False
    parts: tuple[int, ...] = ()
    due_at: datetime | None = None
    settled: str | None = None

    @property
    def owed(self) -> int:
        """What of it the platform owes the buyer."""
        return sum(self.parts)

    @property
    def stands(self) -> bool:
        """Whether it is a refund that the buyer has."""
        return self.hand is Hand.REFUND and not self.failed


def is_at_stripe(reference: str) -> bool:
    """Whether money that was owed was paid by another refund at Stripe, and not elsewhere."""
    return reference.startswith(STRIPE_REFUND)
