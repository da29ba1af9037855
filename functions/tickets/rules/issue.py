"""The tickets of a purchase: their names, what each has cost, where it goes back to. Pure."""

from datetime import datetime
from hashlib import sha256

from ulid import ULID

from core.money import like
from functions.tickets.rules.fees import split
from functions.tickets.rules.life import TicketState
from functions.tickets.rules.model import Purchase, Ticket

TIME = 6
RANDOM = 10
"""Bytes of a ULID."""


def ticket_ids(purchase: Purchase) -> list[str]:
    """The ids of its tickets, issued or not: they follow from the purchase's, which is random."""
    return [_ticket_id(purchase.hold_id, number) for number in range(purchase.quantity)]


def issue(purchase: Purchase, now: datetime) -> list[Ticket]:
    """Its tickets, all the buyer's. Prices and fees add up to the purchase's, to the minor unit."""
    prices = split(purchase.total.amount, purchase.quantity)
    fees = split(purchase.fee, purchase.quantity)
    return [
        Ticket(
            ticket_id=ticket_id,
            room_id=purchase.room_id,
            hold_id=purchase.hold_id,
            number=number,
            holder_id=purchase.buyer_id,
            buyer_id=purchase.buyer_id,
            price=like(purchase.total, prices[number]),
            fee=fees[number],
            state=TicketState.VALID,
            issued_at=now,
            refund_rule=purchase.refund_rule,
        )
        for number, ticket_id in enumerate(ticket_ids(purchase))
    ]


def returned(purchase: Purchase, count: int) -> dict[int, int]:
    """To which shards of the stock the next `count` of its tickets go back.

    Tickets are alike: those that went back before count as the first of each shard.
    """
    places = [number for number, taken in sorted(purchase.taken.items()) for _ in range(taken)]
    going = places[purchase.refunded : purchase.refunded + count]
    return {number: going.count(number) for number in going}


def _ticket_id(hold_id: str, number: int) -> str:
    began = ULID.from_str(hold_id.removeprefix("hold_")).bytes[:TIME]
    drawn = sha256(f"{hold_id}#{number}".encode()).digest()[:RANDOM]
    return f"ticket_{ULID.from_bytes(began + drawn)}"
