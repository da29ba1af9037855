"""Rooms in calendars, read back by another library than the one that wrote them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from vobject.icalendar import registerTzid

from core.people import Person
from functions.reminders.calendar import calendar
from functions.rooms.life import State
from functions.rooms.schedule import Start, start_time
from tests.rooms import a_room

NOW = datetime(2026, 9, 27, 12, tzinfo=UTC)
ROOM = a_room(
    room_id="room_01",
    title="On tides; ebb, flow",
    description="Bring tea.\nAnd cake: " + "much of it, " * 12,
    state=State.SCHEDULED,
    host=Person(account_id="hana", handle="hana", name='Hana "H" Ñ', avatar_url=None),
    start=Start(at=datetime(2026, 10, 1, 17, tzinfo=UTC), zone="Europe/Berlin"),
)


def written(*rooms, now=NOW):
    return calendar(
        rooms, web_url="https://stoa.test", mail_from="Stoa <post@stoa.test>", now=now
    ).decode()


def read(*rooms, now=NOW):
    """The events as vobject understands them, by the zones' rules that stand beside them."""
    for room in rooms:
        if room.start and room.start.zone:
            registerTzid(room.start.zone, None)  # vobject keeps the first it meets
    return vobject.readOne(written(*rooms, now=now)).vevent_list


def test_a_room_is_told_with_everything_that_a_calendar_shows():
    (event,) = read(ROOM)

    assert event.uid.value == "room_01@stoa"
    assert event.summary.value == ROOM.title
    assert event.description.value == ROOM.description
    assert event.dtstart.value == ROOM.start.at
    assert event.duration.value == timedelta(hours=1)
    assert event.url.value == "https://stoa.test/rooms/room_01"
    assert event.status.value == "CONFIRMED"
    assert event.organizer.value == "mailto:post@stoa.test"
    assert event.organizer.params["CN"] == ["Hana ^'H^' Ñ"]
    assert event.dtstamp.value == NOW


def test_lines_end_and_fold_as_the_standard_wants():
    text = written(ROOM)

    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "METHOD:PUBLISH\r\n" in text
    assert "BEGIN:VALARM" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_room_that_moves_keeps_its_uid_and_its_sequence_rises():
    later = replace(
        ROOM,
        start=replace(ROOM.start, at=ROOM.start.at + timedelta(hours=2)),
        revision=ROOM.revision + 1,
    )

    (before,), (after,) = read(ROOM), read(later)

    assert before.uid.value == after.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.dtstart.value == later.start.at


def test_a_cancelled_room_says_so():
    (event,) = read(replace(ROOM, state=State.CANCELLED, revision=2))

    assert event.status.value == "CANCELLED"
    assert event.sequence.value == "2"


def test_a_room_without_a_zone_stands_in_utc():
    text = written(replace(ROOM, start=Start(at=ROOM.start.at)))

    assert "DTSTART:20261001T170000Z\r\n" in text
    assert "VTIMEZONE" not in text


def test_a_room_that_was_live_at_once_stands_where_it_began():
    began = datetime(2026, 9, 1, 8, tzinfo=UTC)

    (event,) = read(replace(ROOM, start=None, started_at=began, state=State.LIVE))

    assert event.dtstart.value == began


@pytest.mark.parametrize(
    ("zone", "local", "shown", "instant"),
    [
        # A day before and after each change, the hour that is skipped and the one that comes twice.
        ("Europe/Berlin", "2026-10-24T20:00", "20261024T200000", "2026-10-24T18:00Z"),
        ("Europe/Berlin", "2026-10-25T02:30", "20261025T023000", "2026-10-25T00:30Z"),
        ("Europe/Berlin", "2026-10-25T20:00", "20261025T200000", "2026-10-25T19:00Z"),
        ("Europe/Berlin", "2027-03-27T20:00", "20270327T200000", "2027-03-27T19:00Z"),
        ("Europe/Berlin", "2027-03-28T02:30", "20270328T033000", "2027-03-28T01:30Z"),
        ("Europe/Berlin", "2027-03-28T20:00", "20270328T200000", "2027-03-28T18:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T20:00", "20261003T200000", "2026-10-03T09:30Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "20261004T024500", "2026-10-03T15:45Z"),
        ("Australia/Lord_Howe", "2026-10-04T20:00", "20261004T200000", "2026-10-04T09:00Z"),
        ("Australia/Lord_Howe", "2027-04-03T20:00", "20270403T200000", "2027-04-03T09:00Z"),
        ("Australia/Lord_Howe", "2027-04-04T01:45", "20270404T014500", "2027-04-03T14:45Z"),
        ("Australia/Lord_Howe", "2027-04-04T20:00", "20270404T200000", "2027-04-04T09:30Z"),
    ],
)
def test_across_a_change_of_clocks_a_calendar_shows_the_same_instant(zone, local, shown, instant):
    at = datetime.fromisoformat(instant)
    start = start_time(None, local, zone, at - timedelta(days=7), days_ahead=30)

    room = replace(ROOM, start=start)
    (event,) = read(room)

    assert start.at == at
    assert f"DTSTART;TZID={zone}:{shown}\r\n" in written(room)
    assert event.dtstart.value.astimezone(UTC) == at
