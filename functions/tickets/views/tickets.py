"""What is shown of tickets to those who hold them, and to the room's host."""

from typing import Self

from core.models import Model
from core.money import Money
from core.people import Person
from functions.rooms.views import RoomView
from functions.shared.models import Time
from functions.tickets.rules.life import TicketState
from functions.tickets.rules.model import RefundRule
from functions.tickets.steps.sights import Sight


class TicketView(Model):
    """One account's right to enter a room. `price` is what was paid for it.

    `refundable_until`: before when I may give it back, null if I may not; `refund_rule` says until
    when buyers may. `hold_id` is the purchase.
    """

    ticket_id: str
    hold_id: str
    room: RoomView
    holder: Person
    buyer_id: str
    price: Money
    state: TicketState
    issued_at: Time
    checked_in_at: Time | None
    attended_minutes: int
    refund_rule: RefundRule
    refundable: bool
    refundable_until: Time | None

    @classmethod
    def of(cls, sight: Sight, *, refundable: bool) -> Self:
        """Show a ticket."""
        ticket, entry = sight.ticket, sight.entry
        return cls(
            ticket_id=ticket.ticket_id,
            hold_id=ticket.hold_id,
            room=RoomView.of(sight.room),
            holder=sight.holder,
            buyer_id=ticket.buyer_id,
            price=ticket.price,
            state=ticket.state,
            issued_at=ticket.issued_at,
            checked_in_at=entry.checked_in_at if entry else None,
            attended_minutes=entry.attended_s // 60 if entry else 0,
            refund_rule=sight.circumstances.rule,
            refundable=refundable,
            refundable_until=sight.refundable_until,
        )
