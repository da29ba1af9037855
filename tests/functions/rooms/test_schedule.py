"""When rooms begin, on clocks that change, and week after week."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Invalid
from functions.rooms.schedule import MAX_MISSED, Series, Start, start_time

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_no_start_means_now():
    assert start_time(None, None, None, NOON, days_ahead=30) is None


def test_a_start_keeps_its_moment_whatever_its_offset():
    start = start_time("2030-01-02T19:00:00+02:00", None, None, NOON, days_ahead=30)

    assert start == Start(at=utc(2030, 1, 2, 17))


def test_a_local_start_is_in_its_zone():
    start = start_time(None, "2030-01-20T19:00", "America/New_York", NOON, days_ahead=30)

    assert start == Start(at=utc(2030, 1, 21, 0), zone="America/New_York", local="2030-01-20T19:00")


def test_an_hour_that_the_clock_skips_is_moved_on_by_the_gap():
    # On 10 March 2030 New York goes from 02:00 to 03:00.
    start = start_time(None, "2030-03-10T02:30", "America/New_York", utc(2030, 3, 9), days_ahead=30)

    assert start.at == utc(2030, 3, 10, 7, 30)  # 03:30 in summer time


def test_of_an_hour_that_the_clock_shows_twice_the_first_counts():
    # On 27 October 2030 Berlin goes from 03:00 back to 02:00.
    start = start_time(None, "2030-10-27T02:30", "Europe/Berlin", utc(2030, 10, 26), days_ahead=30)

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
        start_time(starts_at, starts_local, zone, NOON, days_ahead=30)

    assert refused.value.code == code


def test_how_far_ahead_a_room_may_be_scheduled_is_the_policys():
    latest = "2030-01-31T12:00:00Z"

    assert start_time(latest, None, None, NOON, days_ahead=30)
    with pytest.raises(Invalid, match="29 days"):
        start_time(latest, None, None, NOON, days_ahead=29)


def weekly(local, zone, now):
    start = start_time(None, local, zone, now, days_ahead=30)
    return Series(series_id="series_1", slot=start)


@pytest.mark.parametrize(
    ("zone", "local", "first", "second"),
    [
        # The clock on the wall shows the same a week later; the instant is not 168 hours later.
        ("Europe/Berlin", "2030-03-25T19:00", "2030-03-25T18:00Z", "2030-04-01T17:00Z"),
        ("Europe/Berlin", "2030-10-24T19:00", "2030-10-24T17:00Z", "2030-10-31T18:00Z"),
        ("Australia/Lord_Howe", "2030-10-01T19:00", "2030-10-01T08:30Z", "2030-10-08T08:00Z"),
        ("Australia/Lord_Howe", "2030-04-02T19:00", "2030-04-02T08:00Z", "2030-04-09T08:30Z"),
        ("UTC", "2030-10-24T19:00", "2030-10-24T19:00Z", "2030-10-31T19:00Z"),
    ],
)
def test_a_series_keeps_to_the_clock_on_the_wall(zone, local, first, second):
    begin = datetime.fromisoformat(first)
    series = weekly(local, zone, begin - timedelta(days=1))

    following = series.after(begin, missed=False)

    assert series.slot.at == begin
    assert following.slot.at == datetime.fromisoformat(second)
    assert following.slot.local[11:16] == local[11:16]


def test_after_an_hour_that_was_skipped_a_series_comes_back_to_its_own():
    series = weekly("2030-03-24T02:30", "Europe/Berlin", utc(2030, 3, 20))

    skipped = series.after(series.slot.at, missed=False)
    again = skipped.after(skipped.slot.at, missed=False)

    assert skipped.slot.at == utc(2030, 3, 31, 1, 30)  # 03:30 in summer time
    assert again.slot.at == utc(2030, 4, 7, 0, 30)  # 02:30


def test_a_series_that_was_told_in_utc_stays_there():
    start = start_time("2030-01-02T19:00:00Z", None, None, NOON, days_ahead=30)

    following = Series(series_id="series_1", slot=start).after(start.at, missed=False)

    assert following.slot == Start(at=utc(2030, 1, 9, 19))


def test_weeks_that_have_gone_by_meanwhile_are_left_out():
    series = weekly("2030-01-02T19:00", "UTC", NOON)

    assert series.after(utc(2030, 1, 20), missed=False).slot.at == utc(2030, 1, 23, 19)


def test_a_series_whose_host_never_comes_ends_by_itself():
    series = weekly("2030-01-02T19:00", "UTC", NOON)

    for _ in range(MAX_MISSED - 1):
        series = series.after(series.slot.at, missed=True)

    assert series.after(series.slot.at, missed=False).missed == 0
    assert series.after(series.slot.at, missed=True) is None
