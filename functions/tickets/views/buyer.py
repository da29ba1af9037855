"""What is shown of holds and of the waiting list."""

from typing import Self

from core.models import Model
from core.money import Money
from functions.shared.models import Time
from functions.tickets.rules.life import State
from functions.tickets.rules.model import Purchase


class PaymentView(Model):
    """What Stripe's widgets need to take the payment."""

    client_secret: str
    publishable_key: str


class HoldView(Model):
    """Tickets held for their buyer, or bought. `price` is that of all of them."""

    hold_id: str
    room_id: str
    quantity: int
    state: State
    lapses_at: Time
    unit_price: Money
    price: Money
    payment: PaymentView | None
    tickets: list[str]

    @classmethod
    def of(cls, purchase: Purchase, payment: PaymentView | None, tickets: list[str]) -> Self:
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
        )


class WaitingView(Model):
    """Which place somebody has on the list, from 1; `hold_id`: it is their turn, with this hold."""

    place: int
    hold_id: str | None
