"""Tickets over HTTP, for those who hold them and for the room's host."""

from datetime import datetime

from functions.shared.callers import Caller
from functions.shared.models import Page, PageQuery
from functions.shared.rates import TRANSFERS
from functions.tickets.actions import tickets
from functions.tickets.door import door, parts
from functions.tickets.requests import NewHolder
from functions.tickets.steps.sights import Sight
from functions.tickets.views.tickets import TicketView


@door.answers("GET", "/me/tickets")
def list_my_tickets(caller: Caller, query: PageQuery, now: datetime) -> Page[TicketView]:
    """My tickets, the newest first."""
    sights, cursor = tickets.list_mine(parts, caller, limit=query.limit, cursor=query.cursor)
    return Page(items=[show(sight, now) for sight in sights], next=cursor)


@door.answers("GET", "/rooms/{room_id}/tickets")
def list_sold_tickets(
    caller: Caller, room_id: str, query: PageQuery, now: datetime
) -> Page[TicketView]:
    """The host's guest list. The tickets of one purchase stand together."""
    sights, cursor = tickets.list_sold(
        parts, caller, room_id, limit=query.limit, cursor=query.cursor
    )
    return Page(items=[show(sight, now) for sight in sights], next=cursor)


@door.answers("GET", "/tickets/{ticket_id}")
def read_ticket(caller: Caller, ticket_id: str, now: datetime) -> TicketView:
    """A ticket that I hold, that I bought, or that was sold for my room."""
    return show(tickets.read(parts, caller, ticket_id), now)


@door.answers("POST", "/tickets/{ticket_id}/refund")
def give_back_ticket(caller: Caller, ticket_id: str, now: datetime) -> TicketView:
    """Give a ticket back for its price; 409 `not_refundable`, 403 `bought_by_another`."""
    return show(tickets.give_back_one(parts, caller, ticket_id, now), now)


@door.answers("POST", "/tickets/{ticket_id}/transfer", rate=TRANSFERS)
def hand_over_ticket(caller: Caller, ticket_id: str, body: NewHolder, now: datetime) -> TicketView:
    """Give a ticket to another account; 409 `wrong_state`, 422 `not_yourself`."""
    return show(tickets.give_to(parts, caller, ticket_id, body.handle, now), now)


def show(sight: Sight, now: datetime) -> TicketView:
    """A ticket, and whether it can go back now."""
    until = sight.refundable_until
    return TicketView.of(sight, refundable=until is not None and now < until)
