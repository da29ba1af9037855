from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.clock import from_rfc3339, to_rfc3339, utc_now


def test_a_time_is_written_in_utc_with_milliseconds():
    here = datetime(2026, 3, 1, 0, 30, 0, 1999, tzinfo=timezone(timedelta(hours=2)))

    assert to_rfc3339(here) == "2026-02-28T22:30:00.001Z"


def test_the_order_of_the_text_is_the_order_of_time(now):
    times = [now + timedelta(milliseconds=step) for step in (0, 1, 999, 1000, 86_400_000)]

    written = [to_rfc3339(time) for time in times]

    assert written == sorted(written)


@pytest.mark.parametrize("text", ["2026-01-31T12:00:00Z", "2026-01-31T14:00:00.000+02:00"])
def test_any_offset_is_read_as_the_same_moment(text):
    assert from_rfc3339(text) == datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-01-31T12:00:00", "noon", ""])
def test_a_time_without_a_zone_is_no_time(text):
    with pytest.raises(ValueError, match=r"zone|isoformat"):
        from_rfc3339(text)


def test_now_is_in_utc():
    assert utc_now().tzinfo is UTC
