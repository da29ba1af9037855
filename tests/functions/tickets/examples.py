"""A purchase, a ticket, a refund, a dispute and a room to try the rules on."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings

from core.money import Money
from functions.rooms.life import State as RoomState
from functions.rooms.model import Access, Start
from functions.tickets.rules.by_hand import ByHand
from functions.tickets.rules.life import RefundState, State, TicketState
from functions.tickets.rules.model import (
    Dispute,
    DisputeState,
    Purchase,
    Refund,
    RefundReason,
    RefundRule,
    Ticket,
)
from tests import rooms

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)

# The same examples each time, and a slow machine is no failure.
steady = settings(derandomize=True, deadline=None)


def usd(amount):
    return Money(amount=amount, currency="usd")


def a_purchase(*, quantity=1, unit=None, fee=0, **changes):
    unit = unit or usd(1000)
    fields = {
        "hold_id": "hold_1",
        "room_id": "room_1",
        "host_id": "hana",
        "buyer_id": "bea",
        "quantity": quantity,
        "unit": unit,
        "total": Money(amount=quantity * unit.amount, currency=unit.currency),
        "fee": fee,
        "taken": {0: quantity},
        "state": State.PAID,
        "held_at": NOON,
        "lapses_at": NOON + timedelta(minutes=15),
        "due_at": None,
        "refund_rule": RefundRule.UNTIL_START,
        "paid_at": NOON,
    }
    return Purchase(**fields | changes)


def a_ticket(number=0, **changes):
    fields = {
        "ticket_id": f"ticket_{number}",
        "room_id": "room_1",
        "hold_id": "hold_1",
        "number": number,
        "holder_id": "bea",
        "buyer_id": "bea",
        "price": usd(1000),
        "fee": 30,
        "state": TicketState.VALID,
        "issued_at": NOON,
        "refund_rule": RefundRule.UNTIL_START,
    }
    return Ticket(**fields | changes)


def a_refund(amount, fee=0, *, number=1, debt=0, reason=RefundReason.ASKED, tickets=("ticket_0",)):
    return Refund(
        refund_id=f"refund_{number}",
        hold_id="hold_1",
        room_id="room_1",
        host_id="hana",
        ticket_ids=tuple(tickets),
        amount=amount,
        fee=fee,
        reason=reason,
        state=RefundState.WANTED,
        wanted_at=NOON,
        due_at=NOON,
        debt=debt,
    )


def a_move(hand, amount, *, number=1, **changes):
    fields = {
        "stripe_id": f"by_hand_{number}_{hand}",
        "hold_id": "hold_1",
        "room_id": "room_1",
        "host_id": "hana",
        "hand": hand,
        "amount": amount,
        "seen_at": NOON,
    }
    return ByHand(**fields | changes)


def a_dispute(amount, fee=0, *, number=1, debt=0):
    return Dispute(
        dispute_id=f"dp_{number}",
        hold_id="hold_1",
        room_id="room_1",
        host_id="hana",
        amount=amount,
        fee=fee,
        reason="fraudulent",
        state=DisputeState.OPEN,
        opened_at=NOON,
        due_at=NOON,
        debt=debt,
    )


def a_room(**changes):
    fields = {
        "title": "Songs of the Sea",
        "state": RoomState.SCHEDULED,
        "access": Access.TICKETED,
        "start": Start(at=NOON + timedelta(days=3, hours=7), zone="Europe/Berlin"),
    }
    return rooms.a_room(**fields | changes)
