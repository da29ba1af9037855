"""Tickets in their holders' hands: seen, given back, given to others."""

import logging
from datetime import datetime

from core.cursors import read_cursor, write_cursor
from core.dynamo import Attr, Check
from core.errors import Conflict, Unavailable
from core.room_items import META, room_key
from functions.accounts import actions as accounts
from functions.rooms.life import State as RoomState
from functions.rooms.life import wrong_state
from functions.shared.callers import Caller
from functions.tickets.actions.refunds import give_back, pay_back
from functions.tickets.parts import Parts
from functions.tickets.rules import letters
from functions.tickets.rules.life import TicketState
from functions.tickets.rules.model import Refund, RefundReason, Ticket
from functions.tickets.rules.permissions import Act
from functions.tickets.rules.refunds import allow_refund
from functions.tickets.steps import announce, losses
from functions.tickets.steps.approach import approach
from functions.tickets.steps.holding import again, overtake
from functions.tickets.steps.sights import Sight, see, see_all
from functions.tickets.steps.turns import call_up
from functions.tickets.stores.tickets import ticket_not_found

OVER = frozenset({RoomState.ENDED, RoomState.CANCELLED})

log = logging.getLogger(__name__)


def list_mine(
    parts: Parts, caller: Caller, *, limit: int, cursor: str | None
) -> tuple[list[Sight], str | None]:
    """A page of the tickets that the caller holds, and the next page's cursor."""
    tickets, cursor = parts.tickets.held_by(caller.account_id, limit, cursor)
    return see_all(parts, tickets, caller.account_id), cursor


def list_sold(
    parts: Parts, caller: Caller, room_id: str, *, limit: int, cursor: str | None
) -> tuple[list[Sight], str | None]:
    """A page of the room's tickets, and the next page's cursor.

    Those of one purchase stay together, so that a page may hold a few less, or one purchase's more.
    """
    approach(parts, Act.SELL, room_id, caller)
    scope = ["guests", room_id]
    after = read_cursor(cursor, scope, {"hold_id"})["hold_id"] if cursor else ""
    purchases = parts.purchases.of_room(room_id, after, limit)
    tickets: list[Ticket] = []
    for purchase in purchases:
        if tickets and len(tickets) + purchase.quantity > limit:
            break
        tickets += parts.tickets.of(purchase)
        after = purchase.hold_id
    over = not purchases or (after == purchases[-1].hold_id and len(purchases) < limit)
    following = None if over else write_cursor({"hold_id": after}, scope)
    return see_all(parts, tickets, caller.account_id), following


def read(parts: Parts, caller: Caller, ticket_id: str) -> Sight:
    """A ticket, for its holder, its buyer, and the room's host; NotFound `ticket_not_found`."""
    seen = see(parts, parts.tickets.get(ticket_id), caller.account_id)
    may = {seen.ticket.holder_id, seen.ticket.buyer_id, seen.room.host.account_id}
    if caller.account_id not in may:
        raise ticket_not_found()
    return seen


def give_back_one(parts: Parts, caller: Caller, ticket_id: str, now: datetime) -> Sight:
    """The ticket goes back, and its price to the buyer.

    Conflict `not_refundable` with the `reason`, NotAllowed `bought_by_another`.
    """
    ticket, refund = return_ticket(parts, caller, ticket_id, now)
    losses.tell_at_once(parts, [ticket], now)
    if refund:
        pay_at_once(parts, caller, refund, now)
    call_up(parts, ticket.room_id, now)
    return read(parts, caller, ticket_id)


@again
def return_ticket(
    parts: Parts, caller: Caller, ticket_id: str, now: datetime
) -> tuple[Ticket, Refund | None]:
    """The ticket as it was, and what is to be refunded for it."""
    seen = read(parts, caller, ticket_id)
    ticket, room = seen.ticket, seen.room
    ground = allow_refund(ticket, caller.account_id, seen.circumstances, now)
    as_seen = Attr("state").eq(str(room.state))
    still = Check(pk=room_key(room.room_id), sk=META, condition=as_seen)
    purchase = parts.purchases.get(ticket.hold_id)
    why = RefundReason.ASKED
    return ticket, give_back(parts, purchase, [ticket], why, now, still, ground=ground)


def pay_at_once(parts: Parts, caller: Caller, refund: Refund, now: datetime) -> None:
    """The money goes back now, or else by the sweeper; the buyer has it in writing."""
    try:
        moved = pay_back(parts, refund.hold_id, refund.refund_id, now) or refund
        if caller.email and moved.returned:
            room = parts.rooms.rooms.get(refund.room_id)
            letter = letters.money_back(caller.email, moved, room, parts.config.web_url)
            parts.mailer.send(letter)
    except Unavailable as reason:
        facts = {"refund_id": refund.refund_id, "reason": reason.code}
        log.warning("refund.put_off", extra=facts)


def give_to(parts: Parts, caller: Caller, ticket_id: str, handle: str, now: datetime) -> Sight:
    """The ticket is another account's from now on, and opens the door to it only.

    Conflict `wrong_state`, Invalid `not_yourself`, NotFound `account_not_found`.
    """
    ticket = hand_over(parts, caller, ticket_id, handle, now)
    losses.tell_at_once(parts, [ticket], now)
    log.info("ticket.given", extra={"ticket_id": ticket_id, "room_id": ticket.room_id})
    given = parts.tickets.get(ticket_id)
    announce.issued(parts, [given], now)
    return see(parts, given, caller.account_id)


@again
def hand_over(parts: Parts, caller: Caller, ticket_id: str, handle: str, now: datetime) -> Ticket:
    """The ticket as it was before it was handed over."""
    seen = read(parts, caller, ticket_id)
    ticket = seen.ticket
    if ticket.holder_id != caller.account_id:
        raise ticket_not_found()
    other = accounts.account_seen_by(parts.rooms.accounts, caller.account_id, handle)
    accounts.refuse_oneself(accounts.ensure(parts.rooms.accounts, caller, now), other)
    if seen.room.state in OVER:
        raise wrong_state(seen.room.state)
    if ticket.state is not TicketState.VALID:
        raise Conflict("wrong_state", f"This ticket is {ticket.state}.", state=str(ticket.state))
    overtake(parts, *parts.tickets.giving(ticket, other.account_id, now))
    return ticket
