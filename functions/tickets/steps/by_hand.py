"""What somebody has returned on Stripe's dashboard, beside the refunds that we have made.

It takes the host's part back, if they say so there, and gives them our fee on it. A refund of ours
that is wanted later has been made by that, or a part of it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from functions.tickets.parts import Parts
from functions.tickets.payments import AlreadyReturned, StripeRefund
from functions.tickets.rules.model import Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Of what has `gone` back of a payment, that which none of `ours`, the other refunds, is of."""

    gone: Sequence[StripeRefund]
    ours: Sequence[Refund]

    @classmethod
    def of(cls, parts: Parts, refund: Refund, gone: Sequence[StripeRefund]) -> Self:
        """Beside this refund, which is to be made or was made just now."""
        is_any = any(each.refund_id is None for each in gone)
        ours = parts.returns.refunds(refund.hold_id) if is_any else []
        return cls(gone=gone, ours=[it for it in ours if it.refund_id != refund.refund_id])

    def one_to_spare(self) -> StripeRefund:
        """That of which most is to spare, and that no bank has sent back; AlreadyReturned."""
        stands = [each for each in self._made if not each.failed]
        if not stands:
            raise AlreadyReturned
        return max(stands, key=self._spare)

    def taken(self) -> int:
        """Of how much the platform has the host's part still, since banks have sent it back."""
        kept = sum(self._spare(each) for each in self._made if each.failed and each.reversed)
        known = {each.refund_id for each in self.ours}
        alone = sum(e.amount for e in self.gone if e.refund_id in known and not e.reversed)
        return max(0, kept - alone)

    @property
    def _made(self) -> list[StripeRefund]:
        return [each for each in self.gone if each.refund_id is None]

    def _spare(self, made: StripeRefund) -> int:
        used: Counter[str | None] = Counter()
        for refund in self.ours:
            used[refund.stripe_refund_id] += refund.amount.amount
        return max(0, made.amount - used[made.stripe_refund_id])
