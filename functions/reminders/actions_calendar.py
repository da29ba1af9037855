"""Rooms for calendars: one, or all that concern an account."""

from datetime import datetime

from functions.reminders.parts import Parts
from functions.rooms import actions as rooms
from functions.rooms.model import Room
from functions.shared.callers import Caller

HOSTED = 100
"""Rooms of one's own in a feed, the newest; of those that one waits for there are 200 at most."""


def room_calendar(parts: Parts, caller: Caller | None, room_id: str, now: datetime) -> bytes:
    """The room as an .ics file; NotFound."""
    return calendar_of(parts, [rooms.read_room(parts.rooms, caller, room_id)], now)


def new_feed(parts: Parts, caller: Caller) -> str:
    """The address of the caller's feed; the one before leads nowhere any more."""
    return f"/me/calendar.ics?key={parts.feeds.new_key(caller.account_id)}"


def read_feed(parts: Parts, key: str, now: datetime) -> bytes:
    """The rooms that the key's owner hosts, has a ticket for, or waits for; NotFound.

    Cancelled ones are among them, since a calendar forgets nothing that it is not told to.
    """
    account_id = parts.feeds.owner(key)
    hosted = rooms.hosted(parts.rooms, account_id, HOSTED)
    entered = parts.rooms.admissions.rooms_of(account_id)
    waited_for = parts.reminders.waiting(account_id)
    others = parts.rooms.rooms.get_many({*entered, *waited_for})
    seen = rooms.visible(parts.rooms, list(others.values()), account_id)
    found = {room.room_id: room for room in [*hosted, *seen]}
    return calendar_of(parts, list(found.values()), now)


def calendar_of(parts: Parts, found: list[Room], now: datetime) -> bytes:
    """The rooms as an .ics file."""
    from functions.reminders.calendar import calendar

    config = parts.config
    return calendar(found, web_url=config.web_url, mail_from=config.mail_from, now=now)
