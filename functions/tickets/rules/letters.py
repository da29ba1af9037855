"""What is written to buyers: receipts, that it is their turn, that money comes back. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from core.money import Money, like, written
from functions.rooms.model import Room
from functions.shared.letters import Facts, letter
from functions.shared.mail import Letter
from functions.tickets.rules.by_hand import ByHand
from functions.tickets.rules.model import (
    Purchase,
    Refund,
    RefundGround,
    RefundReason,
    RefundRule,
    Ticket,
)
from functions.tickets.rules.refunds import TERMS

REASONS = {
    RefundReason.ASKED: "You have given back tickets.",
    RefundReason.BY_HAND: "Your tickets were cancelled for you.",
    RefundReason.ROOM_CANCELLED: "The room was cancelled.",
    RefundReason.HOST_ABSENT: "The host did not come.",
    RefundReason.TOO_LATE: (
        "Your payment came when your tickets had been given back, and none was left for you."
    ),
}
GROUNDS = {
    RefundGround.UNTIL_START: "Until the room starts, as bought",
    RefundGround.MOVED: "For some days after the room was moved",
    RefundGround.BLOCKED: "While the host keeps you out",
}


def receipt(
    to: str, purchase: Purchase, tickets: Sequence[Ticket], room: Room, web_url: str
) -> Letter:
    """Proof of a purchase that is paid."""
    bought = "it" if purchase.quantity == 1 else "them"
    return letter(
        to,
        f"Your {_tickets(purchase.quantity)} for {room.title}",
        says=[f"Thank you. Sign in with the account that bought {bought}, and the door will open."],
        facts=[
            *_about(room),
            *_order(purchase),
            *([("Paid on", _time(purchase.paid_at, None))] if purchase.paid_at else []),
            *((f"Ticket {ticket.number + 1}", ticket.ticket_id) for ticket in tickets),
            ("Purchase", purchase.hold_id),
            *_terms(purchase, room),
        ],
        link=("Your tickets", f"{web_url}/tickets"),
    )


def called_up(to: str, purchase: Purchase, room: Room, web_url: str) -> Letter:
    """Who waited longest can buy now, for a while."""
    return letter(
        to,
        f"Your turn: {_tickets(purchase.quantity)} for {room.title}",
        says=["You were on the waiting list. Tickets are held for you now, but not for long."],
        facts=[
            *_about(room),
            *_order(purchase),
            ("Held until", _time(purchase.lapses_at, _zone(room))),
        ],
        link=("Buy them", f"{web_url}/rooms/{room.room_id}"),
    )


def money_back(to: str, refund: Refund, room: Room, web_url: str) -> Letter:
    """Stripe is returning money to the buyer."""
    amount = like(refund.amount, refund.returned)
    facts = [_amount(amount), ("Purchase", refund.hold_id), ("Refund", refund.refund_id)]
    if refund.ground:
        facts.append(("By the rule", GROUNDS[refund.ground]))
    return _coming(to, REASONS[refund.reason], facts, room, web_url)


def money_by_hand(to: str, move: ByHand, room: Room, web_url: str, *, whole: bool) -> Letter:
    """The same, because somebody has made a refund by hand; `whole`: nothing is left to return."""
    says = REASONS[RefundReason.BY_HAND] if whole else "Money that you have paid was returned."
    facts = [_amount(move.amount), ("Purchase", move.hold_id), ("Refund", move.stripe_id)]
    return _coming(to, says, facts, room, web_url)


def money_owed(to: str, hold_id: str, owed: Money, room: Room, web_url: str) -> Letter:
    """The buyer's bank has not taken it."""
    return letter(
        to,
        f"Your money for {room.title} could not be returned",
        says=[
            "Your bank has sent the money back: the card may be closed, or the account.",
            "It is yours still, and will be paid to you in another way.",
        ],
        facts=[*_about(room), _amount(owed), ("Purchase", hold_id)],
        link=("Your tickets", f"{web_url}/tickets"),
    )


def _coming(to: str, why: str, facts: Facts, room: Room, web_url: str) -> Letter:
    return letter(
        to,
        f"Your money for {room.title} is on its way back",
        says=[why, "The money goes back the way it came. Banks take five to ten days to show it."],
        facts=[*_about(room), *facts],
        link=("Your tickets", f"{web_url}/tickets"),
    )


def _amount(money: Money) -> tuple[str, str]:
    return "Amount", written(money)


def _about(room: Room) -> Facts:
    facts = [("Room", room.title), ("Host", room.host.name)]
    return [*facts, ("Starts", _time(room.start.at, _zone(room)))] if room.start else facts


def _zone(room: Room) -> str | None:
    return room.start.zone if room.start else None


def _tickets(quantity: int) -> str:
    return "ticket" if quantity == 1 else f"{quantity} tickets"


def _order(purchase: Purchase) -> Facts:
    if purchase.free:
        return [("Tickets", f"{purchase.quantity}, free of charge")]
    each, total = written(purchase.unit), written(purchase.total)
    return [("Tickets", f"{purchase.quantity} at {each}"), ("Total", total)]


def _terms(purchase: Purchase, room: Room) -> Facts:
    """What holds of giving it back, from now on and whatever the host offers to others."""
    if purchase.free:
        return []
    until = []
    if room.start and purchase.refund_rule is RefundRule.UNTIL_START:
        until = [("To give back before", _time(room.start.at, _zone(room)))]
    unasked = "If it is cancelled or its host does not come, everything comes back unasked."
    return [("Refunds", f"{TERMS[purchase.refund_rule]} {unasked}"), *until]


def _time(time: datetime, zone: str | None) -> str:
    """`Friday 4 January 2030, 20:00 (Europe/Berlin)`, in UTC unless the host named a zone."""
    local = time.astimezone(ZoneInfo(zone or "UTC"))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone or 'UTC'})"
