"""Alerts as they lie in their queue."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from ulid import ULID

from core.alerts import MAX_TO, Alert, AlertType, event_id, read_alert, write_alert

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def alert(**changes):
    usual = {
        "type": AlertType.REMINDER_DUE,
        "at": NOON,
        "event_id": event_id(NOON, "room_1", "start"),
        "to": ("ada", "bea"),
        "facts": {"room": {"room_id": "room_1"}},
    }
    return Alert(**usual | changes)


def test_an_alert_is_read_as_it_was_written():
    assert read_alert(write_alert(alert())) == alert()


def test_an_alert_is_for_a_hundred_accounts_at_most_and_for_somebody():
    assert alert(to=[str(number) for number in range(MAX_TO)])
    for to in ([], [str(number) for number in range(MAX_TO + 1)]):
        with pytest.raises(ValidationError):
            alert(to=to)


def test_what_happened_has_one_id_whenever_it_is_told_and_another_than_anything_else():
    told = event_id(NOON, "room_1", "start")

    assert event_id(NOON, "room_1", "start") == told
    assert len({told, event_id(NOON, "room_1s", "tart"), event_id(NOON, "room_2", "start")}) == 3
    assert ULID.from_str(told).datetime == NOON
