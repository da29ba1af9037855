import json

import pytest

from core.alerts import Alert, AlertType
from core.errors import Invalid
from core.sockets import MAX_FRAME
from functions.realtime.messages import (
    MAX_SAID,
    Ping,
    Resume,
    alert_message,
    missed,
    read_said,
    write,
)

EVENT = "01Q3ENHRG0E0WF19GF4KA7Z7VT"


def test_a_client_pings_and_resumes():
    assert read_said('{"type": "ping"}') == Ping(type="ping")
    assert read_said('{"type": "resume"}') == Resume(type="resume")
    assert read_said(f'{{"type": "resume", "after": "{EVENT}"}}').after == EVENT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ping",
        "[]",
        "null",
        "{}",
        '{"type": "shout"}',
        '{"type": "ping", "loud": true}',
        '{"type": "resume", "after": "yesterday"}',
        '{"type": "resume", "after": 7}',
        '{"type": "resume", "after": "8ZZZZZZZZZZZZZZZZZZZZZZZZZ"}',
        '{"type": "ping\ud800"}',
        '{"type":' * 5000,
        '{"type": "ping", "x": "' + "x" * MAX_SAID + '"}',
    ],
)
def test_anything_else_is_a_bad_message(text):
    with pytest.raises(Invalid) as refusal:
        read_said(text)

    assert refusal.value.code == "bad_message"
    assert refusal.value.detail


def test_an_alerts_facts_stand_beside_its_own_words_and_never_over_them(now):
    facts = {"text": "hi", "type": "forged", "event_id": "forged", "at": "forged"}
    alert = Alert(type=AlertType.REMINDER_DUE, at=now, event_id=EVENT, to=("ada",), facts=facts)

    assert alert_message(alert) == {
        "type": "reminder.due",
        "at": "2030-01-01T12:00:00.000Z",
        "event_id": EVENT,
        "text": "hi",
    }


def test_what_was_missed_comes_in_messages_that_fit_into_a_frame(now):
    events = [{"event_id": str(n), "text": "é" * 400} for n in range(100)]

    messages = missed(events, now, complete=True)

    assert [each for message in messages for each in message["events"]] == events
    assert [message["last"] for message in messages] == [False] * (len(messages) - 1) + [True]
    assert 1 < len(messages) < 6
    assert all(len(write(message).encode()) < MAX_FRAME for message in messages)


def test_nothing_missed_is_an_answer_too(now):
    (message,) = missed([], now, complete=True)

    assert json.loads(write(message)) == {
        "type": "missed",
        "at": "2030-01-01T12:00:00.000Z",
        "events": [],
        "last": True,
        "complete": True,
    }
