"""The clock of a scheduled room: set, set anew, stopped; and what happens when it strikes."""

import logging
from collections.abc import Iterable
from datetime import datetime

from core.errors import Conflict, NotFound
from functions.reminders.announce import announce
from functions.reminders.messages import Firing
from functions.reminders.model import Kind, Occasion, due, occasions
from functions.reminders.parts import Parts
from functions.rooms import actions as rooms
from functions.rooms.life import State
from functions.rooms.model import Room

log = logging.getLogger(__name__)


def arm(parts: Parts, room: Room, coming: Iterable[Occasion], now: datetime) -> None:
    """What is still to come of a scheduled room will be fired; again, no more often."""
    if room.state is not State.SCHEDULED or room.start is None:
        return
    for occasion in coming:
        at = due(occasion, room.start.at, parts.config.policy)
        if at > now:
            firing = Firing(room_id=room.room_id, version=room.schedule_version, occasion=occasion)
            parts.schedules.arm(firing, at)


def arm_all(parts: Parts, room: Room, now: datetime) -> None:
    """Whatever the clock has to do with the room, and all that somebody has asked for."""
    arm(parts, room, occasions(parts.reminders.plan(room.room_id).leads), now)


def disarm(parts: Parts, room: Room, version: int) -> None:
    """Nothing of this version of the room's schedule will be fired."""
    leads = parts.reminders.plan(room.room_id).leads
    parts.schedules.disarm(room.room_id, version, occasions(leads))


def fire(parts: Parts, firing: Firing, now: datetime) -> None:
    """It is time. What was true of an earlier schedule only is not done.

    A stale firing sets the clock anew, for the case that whoever moved the room died before it.
    """
    try:
        room = parts.rooms.rooms.get(firing.room_id)
    except NotFound:
        log.warning("firing.room_gone", extra={"room_id": firing.room_id})
        return
    if room.schedule_version != firing.version:
        log.info("firing.stale", extra={"room_id": room.room_id, "version": firing.version})
        arm_all(parts, room, now)
    elif firing.occasion.kind is Kind.CALL_OFF:
        call_off(parts, room, now)
    else:
        announce(parts, room, firing.occasion, now)


def call_off(parts: Parts, room: Room, now: datetime) -> None:
    """The host never came: the room won't be. Who waits for it hears it from the room's stream."""
    try:
        rooms.call_off(parts.rooms, room.room_id, now)
    except Conflict:
        log.info("call_off.too_late", extra={"room_id": room.room_id})
