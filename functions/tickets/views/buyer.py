"""What is shown of holds and of the waiting list."""

from typing import Self

from core.models import Model
from core.money import Money
from functions.shared.models import Time
from functions.tickets.rules.life import RefundState, State
from functions.tickets.rules.model import Purchase, RefundGround, RefundReason, RefundRule
from functions.tickets.rules.returned import Returned


class PaymentView(Model):
    """What Stripe's widgets need to take the payment."""

    client_secret: str
    publishable_key: str


class RefundView(Model):
    """Money that goes back: asked for by the buyer, by a rule; by hand; or since there is no room.

    `owed`: the buyer's bank has sent it back, and it will be paid in another way.
    """

    refund_id: str
    at: Time
    amount: Money
    reason: RefundReason
    ground: RefundGround | None
    state: RefundState

    @classmethod
    def of(cls, returned: Returned) -> Self:
        """Show money on its way back."""
        return cls(
            refund_id=returned.refund_id,
            at=returned.at,
            amount=returned.amount,
            reason=returned.reason,
            ground=returned.ground,
            state=returned.state,
        )


class HoldView(Model):
    """Tickets held for their buyer, or bought. `price` is that of all of them.

    `refund_rule` is that by which they are bought; `refunds` is what has gone back.
    """

    hold_id: str
    room_id: str
    quantity: int
    state: State
    lapses_at: Time
    unit_price: Money
    price: Money
    payment: PaymentView | None
    tickets: list[str]
    refund_rule: RefundRule
    refunds: list[RefundView]

    @classmethod
    def of(
        cls,
        purchase: Purchase,
        payment: PaymentView | None,
        tickets: list[str],
        returned: list[Returned],
    ) -> Self:
        """Show a purchase to its buyer."""
        return cls(
            hold_id=purchase.hold_id,
            room_id=purchase.room_id,
            quantity=purchase.quantity,
            state=purchase.state,
            lapses_at=purchase.lapses_at,
            unit_price=purchase.unit,
            price=purchase.total,
            payment=payment,
            tickets=tickets,
            refund_rule=purchase.refund_rule,
            refunds=[RefundView.of(each) for each in returned],
        )


class WaitingView(Model):
    """Which place somebody has on the list, from 1; `hold_id`: it is their turn, with this hold."""

    place: int
    hold_id: str | None
