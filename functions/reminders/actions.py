"""Setting a reminder, giving it up, and seeing what one waits for."""

import logging
from dataclasses import dataclass
from datetime import datetime

from core.cursors import read_cursor, write_cursor
from core.errors import Conflict, Invalid, Unavailable
from functions.accounts import actions as accounts
from functions.accounts.model import Channel
from functions.reminders.clock import arm
from functions.reminders.model import MAX_REMINDERS, Reminder, before_start, new_leads
from functions.reminders.parts import Parts
from functions.reminders.push import DeviceGone
from functions.reminders.requests import NewReminder
from functions.rooms import actions as rooms
from functions.rooms.life import State, wrong_state
from functions.rooms.model import Room
from functions.shared.callers import Caller

UPCOMING = (State.SCHEDULED, State.LIVE)
ATTEMPTS = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Reminders with their rooms, the next page's cursor."""

    items: list[tuple[Reminder, Room]]
    next: str | None


def set_reminder(
    parts: Parts, caller: Caller, room_id: str, wanted: NewReminder, now: datetime
) -> Reminder:
    """The caller is told of the room like this and no other way; of a time that is past, never.

    NotFound; Conflict `wrong_state` unless the room is scheduled, `email_unknown`,
    `too_many_leads`, `too_many_reminders`.
    """
    room = scheduled(rooms.read_room(parts.rooms, caller, room_id))
    reach = accounts.reach(parts.accounts, [caller.account_id])[caller.account_id]
    channels = wanted.channels or reach.settings.notifications.reminders
    reminder = Reminder(
        room_id=room_id,
        account_id=caller.account_id,
        leads=wanted.lead_minutes,
        channels=channels,
        mail_to=address(caller, channels),
    )
    prepare_devices(parts, caller.account_id, channels)
    make_room(parts, caller.account_id, room_id)
    unarmed = new_leads(parts.reminders.plan(room_id), reminder.leads)
    for _ in range(ATTEMPTS):
        # The clock first, the reminder last: whatever fails, nobody waits for what won't be fired.
        arm(parts, room, before_start(unarmed), now)
        parts.reminders.extend_plan(reminder)
        parts.reminders.put(reminder, begins(room))
        # Whoever has moved the room meanwhile may not have known of these leads.
        seen, room = room, scheduled(rooms.read_room(parts.rooms, caller, room_id))
        if room.schedule_version == seen.schedule_version:
            log.info("reminder.set", extra={"room_id": room_id, "account_id": caller.account_id})
            return reminder
        unarmed = reminder.leads
    raise Unavailable("busy", "The room is moving too fast; try again.", retry_after=1)


def scheduled(room: Room) -> Room:
    """The room, if it is still to come; Conflict `wrong_state`."""
    if room.state is not State.SCHEDULED:
        raise wrong_state(room.state)
    return room


def begins(room: Room) -> datetime:
    """When a scheduled room does."""
    if room.start is None:
        raise ValueError("a scheduled room has a start")
    return room.start.at


def address(caller: Caller, channels: frozenset[Channel]) -> str | None:
    """Where to write, if that is asked for; Conflict `email_unknown`."""
    if not channels:
        raise Invalid("no_channels", "Say by which channels: your settings name none.")
    if Channel.EMAIL not in channels:
        return None
    if caller.email is None:
        raise Conflict("email_unknown", "We know no e-mail address that is surely yours.")
    return caller.email


def prepare_devices(parts: Parts, account_id: str, channels: frozenset[Channel]) -> None:
    """Endpoints for the account's devices: SNS makes fewer of them a second than it sends to.

    It is only for speed: what can't be made now will be when it is needed.
    """
    if Channel.PUSH not in channels:
        return
    for device in parts.accounts.devices.of(account_id):
        if device.endpoint or not parts.push.can_reach(device):
            continue
        try:
            parts.push.prepare(account_id, device)
        except DeviceGone:
            accounts.device_died(parts.accounts, account_id, device)
        except Unavailable:
            return


def make_room(parts: Parts, account_id: str, room_id: str) -> None:
    """Rooms that are over don't count against those that an account may wait for."""
    known = parts.reminders.waiting(account_id)
    if room_id in known or len(known) < MAX_REMINDERS:
        return
    found = parts.rooms.rooms.get_many(known)
    over = {each for each in known if each not in found or found[each].state not in UPCOMING}
    parts.reminders.forget(account_id, over)


def drop_reminder(parts: Parts, caller: Caller, room_id: str) -> None:
    """The caller is told of the room no more; again, it changes nothing."""
    parts.reminders.delete(room_id, caller.account_id)


def list_reminders(parts: Parts, caller: Caller, *, limit: int, cursor: str | None) -> Waiting:
    """What the caller waits for: rooms to come and rooms that are live, in the order of setting up.

    A room that has become invisible to them is left out.
    """
    scope = ["waiting", caller.account_id]
    after = read_cursor(cursor, scope, {"room_id"})["room_id"] if cursor else ""
    known = [each for each in parts.reminders.waiting(caller.account_id) if each > after]
    page = known[:limit]
    found = rooms.visible(
        parts.rooms, list(parts.rooms.rooms.get_many(page).values()), caller.account_id
    )
    reminders = parts.reminders.find(caller.account_id, page)
    return Waiting(
        items=[
            (reminders[room.room_id], room)
            for room in found
            if room.room_id in reminders and room.state in UPCOMING
        ],
        next=write_cursor({"room_id": page[-1]}, scope) if len(known) > limit else None,
    )
