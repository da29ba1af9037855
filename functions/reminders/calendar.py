"""Rooms as calendars have them (RFC 5545): one event a room, or a feed of many. Pure.

An event keeps its UID, its SEQUENCE rises with every change of its time, and a cancelled one stays
and says so: that is how a client knows what to move and what to strike out.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from functions.reminders.zones import timezone
from functions.rooms.life import State
from functions.rooms.model import Room

LASTS = timedelta(hours=1)
ASK_AGAIN = timedelta(hours=1)
PRODUCT = "-//Stoa//Rooms//EN"


def calendar(rooms: Iterable[Room], *, web_url: str, mail_from: str, now: datetime) -> bytes:
    """The rooms that have a time, as the bytes of an .ics file.

    Each time stands in its host's zone, whose rules are told beside it, so that a client which
    knows other rules shows the same instant.
    """
    times = {room: at for room in rooms if (at := time_of(room))}
    published = Calendar()
    published.add("version", "2.0")
    published.add("prodid", PRODUCT)
    published.add("method", "PUBLISH")
    published.add("name", "Stoa")
    published.add("x-wr-calname", "Stoa")
    published.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for zone, in_zone in by_zone(times.values()).items():
        published.add_component(timezone(zone, min(in_zone), max(in_zone)))
    for room, begins in times.items():
        published.add_component(event(room, begins, web_url, mail_from, now))
    return bytes(published.to_ical())


def by_zone(times: Iterable[datetime]) -> dict[str, list[datetime]]:
    """The times by the zones that they stand in, less those that stand in UTC."""
    found: dict[str, list[datetime]] = {}
    for time in times:
        if isinstance(time.tzinfo, ZoneInfo):
            found.setdefault(time.tzinfo.key, []).append(time)
    return found


def time_of(room: Room) -> datetime | None:
    """When the room begins, on its host's clock; a room that never was scheduled, when it began."""
    if room.start is None:
        return room.started_at
    zone = room.start.zone
    return room.start.at.astimezone(ZoneInfo(zone)) if zone else room.start.at


def event(room: Room, begins: datetime, web_url: str, mail_from: str, now: datetime) -> Event:
    """One room. Its host has no address that we may tell: answers come to us."""
    told = Event()
    told.add("uid", f"{room.room_id}@stoa")
    told.add("sequence", room.revision)
    told.add("dtstamp", now)
    told.add("dtstart", begins)
    told.add("duration", LASTS)
    told.add("summary", room.title)
    told.add("description", room.description or room.title)
    told.add("url", f"{web_url}/rooms/{room.room_id}")
    told.add("status", "CANCELLED" if room.state is State.CANCELLED else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{parseaddr(mail_from)[1]}")
    organizer.params["CN"] = vText(room.host.name)
    told.add("organizer", organizer)
    return told
