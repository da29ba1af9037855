"""What is said, and how phones and letters have it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.reminders.letters import letter_of
from functions.reminders.model import Kind, Occasion
from functions.reminders.payloads import push_message
from functions.reminders.words import notice, span
from functions.rooms.life import State
from functions.rooms.schedule import Start
from tests.functions.reminders.test_model import NOON, POLICY, ROOM

BERLIN = replace(ROOM, start=Start(at=NOON, zone="Europe/Berlin", local="2030-01-01T13:00"))


def said(name, room=BERLIN, before=timedelta(minutes=10)):
    return notice(
        Occasion.parse(name),
        room,
        policy=POLICY,
        web_url="https://stoa.test",
        now=NOON - before,
    )


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (1, "1 minute"),
        (10, "10 minutes"),
        (60, "1 hour"),
        (90, "1 hour 30 minutes"),
        (120, "2 hours"),
        (1440, "1 day"),
        (1441, "1 day 1 minute"),
        (3 * 1440 + 125, "3 days 2 hours"),
    ],
)
def test_how_long_it_takes_is_told_in_the_two_largest_units(minutes, told):
    assert span(minutes) == told


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (timedelta(minutes=10), "Begins in 10 minutes, with Hana."),
        (timedelta(minutes=9, seconds=40), "Begins in 10 minutes, with Hana."),
        (timedelta(seconds=10), "Begins now, with Hana."),
        (timedelta(minutes=-3), "Begins now, with Hana."),
    ],
)
def test_a_reminder_says_how_long_it_still_takes(before, told):
    assert said("lead-10", before=before).body == told


def test_a_move_is_told_on_the_hosts_clock():
    moved = replace(BERLIN, rescheduled_at=NOON - timedelta(days=1))

    assert said("moved", moved).body == "Moved to Tuesday 1 January 2030, 13:00 (Europe/Berlin)."


def test_what_is_told_again_has_the_same_name_and_another_occasion_another():
    live = replace(BERLIN, state=State.LIVE, started_at=NOON)

    first, again = said("start", live), said("start", live, before=timedelta(0))
    others = [said("lead-10"), said("late"), said("lead-10", replace(BERLIN, schedule_version=4))]

    assert (first.name, first.event_id) == (again.name, again.event_id)
    assert len({first.event_id, *(each.event_id for each in others)}) == 4
    assert len({first.name, *(each.name for each in others)}) == 4


def test_an_event_has_its_place_among_others_by_when_it_came_true():
    soon, late = said("lead-10"), said("late")

    assert soon.event_id < late.event_id


def test_of_what_has_not_come_true_nothing_can_be_said():
    for name in ("start", "moved", "cancelled"):
        with pytest.raises(ValueError, match="come true"):
            said(name)


def test_apple_gets_a_payload_that_it_understands():
    notice = said("lead-10")
    message = push_message(notice)
    payload = json.loads(json.loads(message.body)["APNS"])

    assert payload == {
        "aps": {
            "alert": {"title": "On tides", "body": "Begins in 10 minutes, with Hana."},
            "sound": "default",
            "thread-id": "room_1",
            "interruption-level": "time-sensitive",
        },
        "room_id": "room_1",
        "occasion": "lead-10",
        "event_id": notice.event_id,
        "url": "https://stoa.test/rooms/room_1",
    }
    assert json.loads(message.body)["APNS_SANDBOX"] == json.loads(message.body)["APNS"]


def test_google_gets_a_message_of_its_version_1():
    message = json.loads(json.loads(push_message(said("lead-10")).body)["GCM"])["fcmV1Message"]

    assert set(message) == {"message"}
    assert message["message"]["notification"] == {
        "title": "On tides",
        "body": "Begins in 10 minutes, with Hana.",
    }
    assert all(isinstance(value, str) for value in message["message"]["data"].values())
    assert message["message"]["android"] == {
        "priority": "HIGH",
        "ttl": "600s",
        "collapse_key": "room_1",
        "notification": {"sound": "default", "tag": "room_1-3-lead-10"},
    }


def test_a_message_that_comes_twice_takes_the_place_of_the_first():
    attributes = push_message(said("lead-10")).attributes

    assert attributes["AWS.SNS.MOBILE.APNS.COLLAPSE_ID"] == "room_1-3-lead-10"
    assert attributes["AWS.SNS.MOBILE.APNS.PUSH_TYPE"] == "alert"
    assert attributes["AWS.SNS.MOBILE.APNS.TTL"] == "600"
    longest = "room_" + "0" * 26 + "-1000-lead-1440"
    assert len(longest.encode()) <= 64  # APNs takes no more


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"title": "😀" * 70}, "😀" * 70),
        ({"title": 'a"b\\c'}, 'a"b\\c'),
        ({"host": replace(ROOM).host.model_copy(update={"name": "x" * 50})}, "On tides"),
    ],
)
def test_payloads_stay_within_what_apple_and_google_take(changes, title):
    message = push_message(said("lead-10", replace(BERLIN, **changes)))
    body = json.loads(message.body)

    assert len(body["APNS"].encode()) <= 4096
    assert len(body["GCM"].encode()) <= 4096
    assert json.loads(body["APNS"])["aps"]["alert"]["title"] == title


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CALL_OFF])
def test_a_letter_says_it_as_text_and_html_with_the_room_for_a_calendar(kind):
    room = replace(BERLIN, title="Tides & <b>", started_at=NOON, rescheduled_at=NOON, ended_at=NOON)
    occasion = Occasion(kind, 10 if kind is Kind.LEAD else 0)

    letter = letter_of(said(str(occasion), room), "ada@example.org", b"BEGIN:VCALENDAR")

    assert letter.to == "ada@example.org"
    assert letter.subject.endswith(": Tides & <b>")
    assert "https://stoa.test/rooms/room_1" in letter.text
    assert "Tides &amp; &lt;b&gt;" in letter.html
    (attached,) = letter.attachments
    assert (attached.name, attached.content_type) == ("room.ics", "text/calendar")
    assert attached.parameters == {"method": "PUBLISH", "charset": "utf-8"}
    assert attached.data == b"BEGIN:VCALENDAR"
