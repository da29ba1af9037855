"""Waiting for tickets that come back: on the list, off it, and where one stands."""

import logging
from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict, NotFound
from core.ids import new_id
from functions.accounts import actions as accounts
from functions.shared.callers import Caller
from functions.tickets.actions import settling
from functions.tickets.parts import Parts
from functions.tickets.rules.model import MAX_WAITING, Offer, Waiting
from functions.tickets.rules.permissions import Act
from functions.tickets.rules.sales import limit_reached, require_on_sale
from functions.tickets.rules.stock import counted
from functions.tickets.steps.approach import approach
from functions.tickets.steps.holding import again, overtake
from functions.tickets.steps.turns import call_up, held_for, strike
from functions.tickets.stores.waiting import Spot

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which place somebody has on the list, from 1; `hold_id`: it is their turn, with this hold."""

    place: int
    hold_id: str | None = None


@again
def join(parts: Parts, caller: Caller, room_id: str, now: datetime) -> Standing:
    """The caller waits, last or where they did already.

    Conflict `not_sold_out`, `waiting_list_full`, `limit_reached` or `sales_ended`.
    """
    room = approach(parts, Act.WAIT, room_id, caller)
    offer = parts.offers.get(room_id)
    spot = parts.waiting.find(room_id, caller.account_id)
    if standing := where(parts, room_id, spot):
        return standing
    require_on_sale(offer, room, parts.policy.host_may_be_late, now)
    count, _ = parts.purchases.counted(room_id, caller.account_id)
    if count >= offer.per_account:
        raise limit_reached(offer.per_account, None)
    require_reason_to_wait(parts, offer)
    accounts.ensure(parts.rooms.accounts, caller, now)
    waiting = Waiting(
        account_id=caller.account_id,
        place_id=new_id("place", now),
        since=now,
        mail_to=caller.email,
    )
    queue(parts, offer, waiting, spot, now)
    log.info("waiting.joined", extra={"room_id": room_id, "account_id": caller.account_id})
    return Standing(place=parts.waiting.number(room_id, waiting.place_id))


def require_reason_to_wait(parts: Parts, offer: Offer) -> None:
    """Nothing, if there is no ticket to be had, and room on the list."""
    if offer.waiting >= MAX_WAITING:
        detail = f"{MAX_WAITING} are waiting already."
        raise Conflict("waiting_list_full", detail, allowed=MAX_WAITING)
    left = counted(parts.stock.shards(offer)).left
    if left and not offer.waiting:
        raise Conflict("not_sold_out", "There are tickets left.", left=left)


def queue(parts: Parts, offer: Offer, waiting: Waiting, spot: Spot | None, now: datetime) -> None:
    """Last on the list; the first of all, only while every shard is sold out."""
    first = offer.waiting == 0
    edition = new_id("edition", now) if first else offer.edition
    overtake(
        parts,
        *parts.waiting.joining(offer.room_id, waiting, spot),
        parts.offers.queueing(offer, edition),
        *(parts.stock.renewing(offer, edition, parts.stock.sold_out()) if first else ()),
    )


def read(parts: Parts, caller: Caller, room_id: str) -> Standing:
    """Where the caller stands; NotFound `not_waiting`."""
    approach(parts, Act.WAIT, room_id, caller)
    standing = where(parts, room_id, parts.waiting.find(room_id, caller.account_id))
    if standing is None:
        raise NotFound("not_waiting", "You are not on this room's waiting list.")
    return standing


@again
def leave(parts: Parts, caller: Caller, room_id: str, now: datetime) -> None:
    """The caller waits no more, and what was held for them is for the next; again, nothing."""
    approach(parts, Act.WAIT, room_id, caller)
    spot = parts.waiting.find(room_id, caller.account_id)
    if purchase := held_for(parts, spot):
        settling.release(parts, purchase, now)
        call_up(parts, room_id, now)
    elif spot and spot.place_id and (waiting := parts.waiting.get(room_id, spot.place_id)):
        strike(parts, room_id, waiting)


def where(parts: Parts, room_id: str, spot: Spot | None) -> Standing | None:
    """The standing at this spot, None if it is nobody's any more."""
    if purchase := held_for(parts, spot):
        return Standing(place=1, hold_id=purchase.hold_id)
    if spot is None or spot.place_id is None:
        return None
    return Standing(place=parts.waiting.number(room_id, spot.place_id))
