"""Tickets that a host gives away, out of the room's stock."""

import logging
from datetime import datetime

from core.money import like
from functions.accounts import actions as accounts
from functions.shared.callers import Caller
from functions.tickets.actions import settling
from functions.tickets.parts import Parts
from functions.tickets.requests import NewComp
from functions.tickets.rules.model import MAX_PER_ACCOUNT, Purchase, Ticket
from functions.tickets.rules.permissions import OWN, Act
from functions.tickets.rules.sales import limit_reached, require_on_sale, sold_out
from functions.tickets.steps.approach import approach
from functions.tickets.steps.holding import Order, again, hold, new_hold_id

log = logging.getLogger(__name__)


def give(
    parts: Parts, caller: Caller, room_id: str, wanted: NewComp, now: datetime
) -> list[Ticket]:
    """Tickets for somebody who pays nothing.

    NotFound `account_not_found`; Conflict `sold_out`, `limit_reached`, `sales_ended`, `own_room`.
    """
    purchase = settling.claim(parts, set_aside(parts, caller, room_id, wanted, now), now)
    log.info("comp.given", extra={"room_id": room_id, "hold_id": purchase.hold_id})
    return parts.tickets.of(purchase)


@again
def set_aside(
    parts: Parts, caller: Caller, room_id: str, wanted: NewComp, now: datetime
) -> Purchase:
    """The tickets are held for them. Who waits comes first here, too.

    The host's own limit does not bind the host; but nobody has more than anybody may be sold.
    """
    room = approach(parts, Act.SELL, room_id, caller)
    offer = parts.offers.get(room_id)
    require_on_sale(offer, room, parts.policy.host_may_be_late, now)
    guest = accounts.account_seen_by(parts.rooms.accounts, caller.account_id, wanted.handle)
    if room.role_of(guest.account_id).runs_room:
        raise OWN.refusal()
    count, _ = parts.purchases.counted(room_id, guest.account_id)
    if count + wanted.quantity > MAX_PER_ACCOUNT:
        raise limit_reached(MAX_PER_ACCOUNT, None)
    if offer.waiting:
        raise sold_out(0)
    order = Order(
        offer=offer,
        buyer_id=guest.account_id,
        quantity=wanted.quantity,
        unit=like(offer.price, 0),
        limit=MAX_PER_ACCOUNT,
        lapses_at=now + parts.policy.hold_for,
    )
    return hold(parts, order, now, new_hold_id(now))
