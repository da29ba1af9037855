"""Buying tickets over HTTP: holds, and the waiting list."""

from datetime import datetime

from functions.shared.callers import Caller
from functions.shared.rates import HOLDS, PAYMENTS
from functions.tickets.actions import buying, waiting
from functions.tickets.actions.buying import Bought
from functions.tickets.actions.waiting import Standing
from functions.tickets.door import door, parts
from functions.tickets.requests import NewHold
from functions.tickets.views.buyer import HoldView, PaymentView, WaitingView


@door.answers("POST", "/rooms/{room_id}/holds", status=201, once=False, rate=HOLDS)
def hold_tickets(
    caller: Caller, room_id: str, body: NewHold, idempotency_key: str | None, now: datetime
) -> HoldView:
    """Hold tickets until they are paid, or get free ones; 409 `sold_out`, `limit_reached`.

    With the same Idempotency-Key it is the same hold, whose payment is read from Stripe again.
    """
    bought = buying.buy(parts, caller, room_id, body, now, idempotency_key=idempotency_key)
    return show_hold(bought)


@door.answers("GET", "/holds/{hold_id}", rate=PAYMENTS)
def read_hold(caller: Caller, hold_id: str, now: datetime) -> HoldView:
    """My hold as it is now; one whose payment has just succeeded is paid by this."""
    return show_hold(buying.read(parts, caller, hold_id, now))


@door.answers("DELETE", "/holds/{hold_id}")
def release_hold(caller: Caller, hold_id: str, now: datetime) -> None:
    """Give up a hold; 409 `wrong_state` if it is paid."""
    buying.release(parts, caller, hold_id, now)


@door.answers("PUT", "/rooms/{room_id}/waiting")
def join_waiting(caller: Caller, room_id: str, now: datetime) -> WaitingView:
    """Wait for a ticket that comes back; again, it keeps the place. 409 `not_sold_out`."""
    return show_standing(waiting.join(parts, caller, room_id, now))


@door.answers("GET", "/rooms/{room_id}/waiting")
def read_waiting(caller: Caller, room_id: str) -> WaitingView:
    """My place on the waiting list; with `hold_id` it is my turn. 404 `not_waiting`."""
    return show_standing(waiting.read(parts, caller, room_id))


@door.answers("DELETE", "/rooms/{room_id}/waiting")
def leave_waiting(caller: Caller, room_id: str, now: datetime) -> None:
    """Wait no more; what is held for me since it is my turn is for the next."""
    waiting.leave(parts, caller, room_id, now)


def show_hold(bought: Bought) -> HoldView:
    """A purchase with what its buyer needs to pay it, as long as it is to be paid."""
    secret = bought.intent.client_secret if bought.intent else None
    payment = (
        PaymentView(client_secret=secret, publishable_key=parts.config.publishable_key)
        if secret
        else None
    )
    tickets = [ticket.ticket_id for ticket in bought.tickets]
    return HoldView.of(bought.purchase, payment, tickets, bought.returned)


def show_standing(standing: Standing) -> WaitingView:
    """A place on the list."""
    return WaitingView(place=standing.place, hold_id=standing.hold_id)
