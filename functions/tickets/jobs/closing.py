"""What becomes of tickets with their room: who waits is called up, until it is over or won't be.

Of a series, the next is sold on the same terms as soon as it is scheduled.

A room that was cancelled, or whose host never came, is refunded without being asked. Its stock is
closed first, so that nothing is held or sold any more; then its purchases are found by an index,
which may lag. What the stock counts does not: only when nothing of it is held or sold is all done.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from core.errors import Conflict
from functions.rooms import actions as rooms
from functions.rooms.life import State as RoomState
from functions.rooms.model import Room
from functions.tickets.actions import offers
from functions.tickets.actions.refunds import refund_all
from functions.tickets.actions.settling import advance
from functions.tickets.jobs.run import Run
from functions.tickets.parts import Parts
from functions.tickets.rules.life import State
from functions.tickets.rules.model import Offer, Purchase, RefundReason
from functions.tickets.rules.stock import counted
from functions.tickets.steps.aftermath import write_of_refund
from functions.tickets.steps.turns import call_up

MOST = 100
"""How many of a host's rooms, those that begin last first, are looked through."""
INDEX_LAGS = timedelta(minutes=5)
EVERY = timedelta(seconds=30)
"""Less than from one run to the next, so that none finds it not quite due."""

log = logging.getLogger(__name__)


def tend(parts: Parts, room_id: str, run: Run) -> None:
    """The room's offer as it is to be now; it is looked at again until nothing is left to do."""
    offer = parts.offers.find(room_id)
    if offer is None or offer.closed:
        return
    room = parts.rooms.rooms.get(room_id)
    if is_host_absent(room, parts.policy.host_may_be_late, run.now):
        room = call_off(parts, room, run.now)
    thought_of = carry_on(parts, offer, room, run.now)
    over = room.state in {RoomState.ENDED, RoomState.CANCELLED}
    if over and wind_up(parts, offer, room, run) and thought_of:
        parts.waiting.clear(room_id)
        parts.offers.close(room_id)
        log.info("offer.closed", extra={"room_id": room_id})
        return
    call_up(parts, room_id, run.now)
    parts.offers.look_again(room_id, run.now + EVERY)


def carry_on(parts: Parts, offer: Offer, room: Room, now: datetime) -> bool:
    """Whether nothing is to be thought of: the next room of the series is sold, or there is none.

    It is found by an index, which may lag.
    """
    if room.series is None or offer.carried or room.state is RoomState.SCHEDULED:
        return True
    for following in parts.rooms.lists.of_host(offer.host_id, MOST):
        same = following.series and following.series.series_id == room.series.series_id
        if same and following.state is RoomState.SCHEDULED:
            offers.carry_on(parts, offer, room, following, now)
            return True
    return bool(room.ended_at and now >= room.ended_at + INDEX_LAGS)


def is_host_absent(room: Room, may_be_late: timedelta, now: datetime) -> bool:
    """Whether the room should have begun so long ago that nobody has to wait any more."""
    if room.state is not RoomState.SCHEDULED or room.start is None:
        return False
    return now >= room.start.at + may_be_late


def call_off(parts: Parts, room: Room, now: datetime) -> Room:
    """The room won't be; if it was started or moved at the last moment, it is as it is now."""
    try:
        return rooms.call_off(parts.rooms, room.room_id, now)
    except Conflict:
        return parts.rooms.rooms.get(room.room_id)


def wind_up(parts: Parts, offer: Offer, room: Room, run: Run) -> bool:
    """Whether nothing is held for the room that is over, nor sold for one that won't be."""
    cancelled = room.state is RoomState.CANCELLED
    parts.transact(parts.stock.closing(offer))
    for purchase in unfinished(parts, offer.room_id):
        if not run.goes_on():
            return False
        if purchase.state is State.HELD:
            advance(parts, purchase.hold_id, run.now, over=True)
        elif cancelled:
            refund = refund_all(parts, purchase.hold_id, reason_of(parts, room), run.now)
            if refund:
                write_of_refund(parts, refund)
    counts = counted(parts.stock.shards(offer))
    return counts.held == 0 and not (cancelled and counts.sold)


def unfinished(parts: Parts, room_id: str) -> Iterator[Purchase]:
    """The room's purchases that are held or paid, as far as the index knows."""
    after = ""
    while page := parts.purchases.of_room(room_id, after):
        yield from (each for each in page if each.state in {State.HELD, State.PAID})
        after = page[-1].hold_id


def reason_of(parts: Parts, room: Room) -> RefundReason:
    """Why the room won't be: who was as late as that did not come."""
    late = parts.policy.host_may_be_late
    absent = room.start and room.ended_at and room.ended_at >= room.start.at + late
    return RefundReason.HOST_ABSENT if absent else RefundReason.ROOM_CANCELLED
