from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Invalid
from core.messages import Person
from core.roles import Role
from functions.rooms.life import State
from functions.rooms.model import Access, Captions, Room, WhoMaySpeak, start_time
from functions.rooms.rates import Rate

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def person(account_id):
    return Person(account_id=account_id, handle=account_id, name=account_id, avatar_url=None)


@pytest.fixture
def room():
    return Room(
        room_id="room_1",
        title="On tides",
        description="",
        topics=(),
        state=State.LIVE,
        access=Access.OPEN,
        who_may_speak=WhoMaySpeak.INVITED,
        host=person("hana"),
        captions=Captions(),
        recording=False,
        start=None,
        cohosts=(person("cleo"),),
        stage=frozenset({"hana", "cleo", "sam"}),
    )


@pytest.mark.parametrize(
    ("account_id", "role", "on_entering"),
    [
        ("hana", Role.HOST, Role.HOST),
        ("cleo", Role.COHOST, Role.COHOST),
        ("sam", Role.SPEAKER, Role.LISTENER),
        ("lena", Role.LISTENER, Role.LISTENER),
    ],
)
def test_host_and_cohosts_come_back_as_such_and_others_as_listeners(
    room, account_id, role, on_entering
):
    assert room.role_of(account_id) is role
    assert room.role_on_entering(account_id) is on_entering


def test_no_start_means_now():
    assert start_time(None, None, None, NOON) is None


def test_a_start_keeps_its_moment_whatever_its_offset():
    start = start_time("2030-01-02T19:00:00+02:00", None, None, NOON)

    assert (start.at, start.zone) == (utc(2030, 1, 2, 17), None)


def test_a_local_start_is_in_its_zone():
    start = start_time(None, "2030-01-20T19:00", "America/New_York", NOON)

    assert (start.at, start.zone) == (utc(2030, 1, 21, 0), "America/New_York")


def test_an_hour_that_the_clock_skips_is_moved_on_by_the_gap():
    # On 10 March 2030 New York goes from 02:00 to 03:00.
    start = start_time(None, "2030-03-10T02:30", "America/New_York", utc(2030, 3, 9))

    assert start.at == utc(2030, 3, 10, 7, 30)  # 03:30 in summer time


def test_of_an_hour_that_the_clock_shows_twice_the_first_counts():
    # On 27 October 2030 Berlin goes from 03:00 back to 02:00.
    start = start_time(None, "2030-10-27T02:30", "Europe/Berlin", utc(2030, 10, 26))

    assert start.at == utc(2030, 10, 27, 0, 30)  # still summer time


@pytest.mark.parametrize(
    ("starts_at", "starts_local", "zone", "code"),
    [
        ("2030-01-01T12:00:00Z", None, None, "start_in_the_past"),
        ("2029-12-31T12:00:00Z", None, None, "start_in_the_past"),
        ("2030-01-31T12:00:00.001Z", None, None, "start_too_far"),
        ("2030-02-30T12:00:00Z", None, None, "bad_start"),
        ("9999-12-31T23:59:59-23:59", None, None, "bad_start"),
        ("2030-01-02T12:00:00Z", "2030-01-02T12:00", "UTC", "bad_start"),
        (None, "2030-01-02T12:00", None, "bad_start"),
        (None, None, "UTC", "bad_start"),
        (None, "2030-01-02T25:00", "UTC", "bad_start"),
        (None, "0001-01-01T00:00", "Asia/Tokyo", "bad_start"),
        (None, "2030-01-02T12:00", "Mars/Olympus", "bad_start"),
        (None, "2030-01-02T12:00", "../../etc/passwd", "bad_start"),
        (None, "2030-01-02T12:00", "Europe", "bad_start"),
        (None, "2030-01-02T12:00", "a\0b", "bad_start"),
    ],
)
def test_an_impossible_start_is_refused(starts_at, starts_local, zone, code):
    with pytest.raises(Invalid) as refused:
        start_time(starts_at, starts_local, zone, NOON)

    assert refused.value.code == code


def test_a_room_may_be_scheduled_thirty_days_ahead():
    assert start_time("2030-01-31T12:00:00Z", None, None, NOON)


def test_a_rate_tells_in_whole_seconds_when_the_next_act_is_allowed():
    rate = Rate(name="claps", burst=3, interval=timedelta(seconds=1))
    full_at = NOON + timedelta(seconds=2.5)

    assert rate.retry_after(full_at, NOON) == 1
    assert rate.retry_after(full_at + timedelta(seconds=2), NOON) == 3
    assert full_at > rate.latest(NOON)
