"""Whether tickets can be had now, and what a host may ask for them. Pure rules."""

from datetime import datetime, timedelta

from core.errors import Conflict, Invalid, NotAllowed
from core.money import CURRENCIES, Money, like, written
from functions.rooms.life import State as RoomState
from functions.rooms.life import wrong_state
from functions.rooms.model import Room
from functions.tickets.rules.model import Offer, Shard
from functions.tickets.rules.policy import Policy
from functions.tickets.rules.stock import already_sold, counted


def on_sale(offer: Offer, room: Room, host_may_be_late: timedelta, now: datetime) -> bool:
    """Until the sales end that the host has set, while the room is to come or is live.

    A room whose host is so late that it will be called off is not to come any more.
    """
    if offer.closed or (offer.sales_end_at and now >= offer.sales_end_at):
        return False
    if room.state is RoomState.SCHEDULED:
        return room.start is None or now < room.start.at + host_may_be_late
    return room.state is RoomState.LIVE


def require_on_sale(offer: Offer, room: Room, host_may_be_late: timedelta, now: datetime) -> None:
    """Conflict `sales_ended` unless tickets can be had now."""
    if not on_sale(offer, room, host_may_be_late, now):
        raise Conflict("sales_ended", "Tickets for this room are not sold any more.")


def require_scheduled(room: Room) -> None:
    """Conflict `wrong_state` unless the room is still to come: then what it sells may change."""
    if room.state is not RoomState.SCHEDULED:
        raise wrong_state(room.state)


def require_rollout(policy: Policy, handle: str) -> None:
    """NotAllowed `not_in_rollout` unless this host may sell."""
    if not policy.may_sell(handle):
        raise NotAllowed("not_in_rollout", "Selling tickets is not open to you yet.")


def require_chargeable(price: Money) -> None:
    """Invalid `price_too_small` for less than can be charged in this currency."""
    smallest = CURRENCIES[price.currency].smallest_charge
    if price.amount < smallest:
        least = written(like(price, smallest))
        raise Invalid("price_too_small", f"A ticket costs {least} at least.", smallest=smallest)


def require_one_price(offer: Offer, price: Money, shards: list[Shard]) -> None:
    """Conflict `already_sold` if it would be another than somebody has paid, or is paying."""
    counts = counted(shards)
    if price != offer.price and (counts.held or counts.sold):
        raise already_sold(counts)


def sold_out(left: int) -> Conflict:
    """There are not so many tickets; while anybody waits, there are none for others."""
    detail = f"{left} tickets are left." if left else "There are no tickets left."
    return Conflict("sold_out", detail, left=left)


def limit_reached(allowed: int, hold_id: str | None) -> Conflict:
    """The buyer has, or holds, as many tickets as one account may; `hold_id`: to be paid still."""
    facts = {"hold_id": hold_id} if hold_id else {}
    detail = f"One account may have {allowed} tickets for this room."
    return Conflict("limit_reached", detail, allowed=allowed, **facts)
