"""Whose turn it is: tickets that come back are held for who waits longest, for a while.

While anybody waits, nobody else can buy (see stores/stock): so whatever gives tickets back calls
`call_up` afterwards, and the sweeper does, should that have failed.
"""

import logging
from datetime import datetime

from core.errors import Conflict, Unavailable
from functions.accounts import actions as accounts
from functions.rooms.model import Room
from functions.tickets.parts import Parts
from functions.tickets.rules import letters
from functions.tickets.rules.life import State
from functions.tickets.rules.model import Offer, Purchase, Waiting
from functions.tickets.rules.sales import on_sale
from functions.tickets.steps.holding import Order, again, hold, new_hold_id, overtake
from functions.tickets.stores.waiting import Spot

MOST = 25
"""How many are called up in one go."""

log = logging.getLogger(__name__)


def call_up(parts: Parts, room_id: str, now: datetime) -> int:
    """How many places of the list were come to: tickets are held for them, as long as any are left.

    It never fails: what gives tickets back has done its work before.
    """
    for called in range(MOST):
        try:
            if call_next(parts, room_id, now) is None:
                return called
        except Unavailable as reason:
            log.warning("waiting.uncalled", extra={"room_id": room_id, "reason": reason.code})
            return called
    return MOST


@again
def call_next(parts: Parts, room_id: str, now: datetime) -> Waiting | None:
    """Who was next on the list, and is so no more: called up or, if they may not buy, struck off.

    None if nobody waits, nothing is left, or nothing is sold any more.
    """
    offer = parts.offers.find(room_id)
    if offer is None or not offer.waiting:
        return None
    room = parts.rooms.rooms.get(room_id)
    if not on_sale(offer, room, parts.policy.host_may_be_late, now):
        return None
    waiting = parts.waiting.first(room_id)
    if waiting is None:
        return None
    if not may_buy(parts, offer, room, waiting.account_id):
        strike(parts, room_id, waiting)
        return waiting
    try:
        purchase = hold_for(parts, offer, waiting, now)
    except Conflict:
        return None  # sold out
    tell(parts, purchase, room)
    return waiting


def may_buy(parts: Parts, offer: Offer, room: Room, account_id: str) -> bool:
    """Whether the account could buy one more ticket, as it could when it began to wait."""
    count, _ = parts.purchases.counted(room.room_id, account_id)
    barred = parts.rooms.members.look(room.room_id, account_id).barred
    blocked = accounts.blocks(parts.rooms.accounts, room.host.account_id, account_id)
    runs = room.role_of(account_id).runs_room
    return count < offer.per_account and not (barred or blocked or runs)


def hold_for(parts: Parts, offer: Offer, waiting: Waiting, now: datetime) -> Purchase:
    """One ticket is held for who waits longest, in place of their place on the list."""
    hold_id = new_hold_id(now)
    order = Order(
        offer=offer,
        buyer_id=waiting.account_id,
        quantity=1,
        unit=offer.price,
        limit=offer.per_account,
        lapses_at=now + parts.policy.call_up_for,
        mail_to=waiting.mail_to,
        called_up=True,
    )
    called = parts.waiting.calling(offer.room_id, waiting, hold_id)
    return hold(parts, order, now, hold_id, *called, parts.offers.unqueueing(offer.room_id))


def strike(parts: Parts, room_id: str, waiting: Waiting) -> None:
    """Off the list; Overtaken if they are not on it any more."""
    left = parts.waiting.leaving(room_id, waiting)
    overtake(parts, *left, parts.offers.unqueueing(room_id))


def tell(parts: Parts, purchase: Purchase, room: Room) -> None:
    """It is their turn. Should the letter not go out, the room's page still says so."""
    log.info("waiting.called_up", extra={"room_id": room.room_id, "hold_id": purchase.hold_id})
    if purchase.mail_to is None:
        return
    letter = letters.called_up(purchase.mail_to, purchase, room, parts.config.web_url)
    try:
        parts.mailer.send(letter)
    except Unavailable:
        log.warning("letter.unsent", extra={"hold_id": purchase.hold_id})


def held_for(parts: Parts, spot: Spot | None) -> Purchase | None:
    """What is held for who was called up from this spot, as long as it is."""
    if spot is None or spot.hold_id is None:
        return None
    purchase = parts.purchases.get(spot.hold_id)
    return purchase if purchase.state is State.HELD else None
