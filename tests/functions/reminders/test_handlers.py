"""The functions as AWS invokes them, on the real clock."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from core.queues import QUEUES
from functions.reminders import fire, follow, send
from functions.reminders.config import ReminderConfig
from functions.reminders.messages import Round
from functions.reminders.post import LETTERS, REMINDERS
from functions.reminders.rounds import HOLDS
from tests.conftest import STOA


class Context:
    """What Lambda hands a function beside the event: so much time, and an id."""

    def __init__(self, ms=30_000, request_id="request-1"):
        self.aws_request_id = request_id
        self._ms = ms

    def get_remaining_time_in_millis(self):
        return self._ms


@pytest.fixture
def waited_for(world):
    """A room in twelve minutes that ada wants to hear of ten minutes before."""
    world.now = datetime.now(UTC)
    room = world.schedule(world.now + timedelta(minutes=12))
    world.remind("ada", room, 10)
    return room


def firing(world, room, name="lead-10"):
    return json.loads(world.firing(f"{room.room_id}-1-{name}").model_dump_json())


def records(world):
    bodies = world.messages(REMINDERS) + world.messages(LETTERS)
    return [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]


def test_from_the_clock_to_the_phone(world, waited_for):
    fire.handler(firing(world, waited_for), Context())

    answer = send.handler({"Records": records(world)}, Context())

    assert answer == {"batchItemFailures": []}
    assert world.told("ada") == {
        "push": ["On tides: Begins in 12 minutes, with Hana."],
        "email": ["Soon: On tides"],
        "in_app": ["Begins in 12 minutes, with Hana."],
    }


def test_a_firing_that_nobody_understands_is_an_error(world):
    with pytest.raises(ValueError, match="occasion"):
        fire.handler({"room_id": "room_1", "version": 1, "occasion": "party"}, Context())


def test_a_firing_for_a_room_that_is_gone_is_none(world):
    fire.handler({"room_id": "room_1", "version": 1, "occasion": "late"}, Context())

    assert records(world) == []


def test_poison_comes_back_and_does_not_spoil_what_lies_beside_it(world, waited_for):
    fire.handler(firing(world, waited_for), Context())
    poison = [{"messageId": "p", "body": "not a round"}]

    answer = send.handler({"Records": poison + records(world)}, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "p"}]}
    assert len(world.told("ada")["email"]) == 1


def test_a_round_that_another_has_comes_back(world, waited_for):
    fire.handler(firing(world, waited_for), Context())
    (record,) = [each for each in records(world) if '"email"' in each["body"]]
    a_round = Round.model_validate_json(record["body"])
    world.parts.rounds.take(a_round, "another", datetime.now(UTC))

    answer = send.handler({"Records": [record]}, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}


def test_without_time_nobody_is_begun_with(world, waited_for):
    fire.handler(firing(world, waited_for), Context())

    answer = send.handler({"Records": records(world)}, Context(ms=1000))

    assert len(answer["batchItemFailures"]) == 3
    assert world.told("ada") == {"push": [], "email": [], "in_app": []}


def test_a_round_is_held_for_longer_than_a_function_can_live_and_comes_back_after_that():
    queues = [queue for queue in QUEUES if queue.function == send.__name__]

    assert {queue.name for queue in queues} == {REMINDERS, LETTERS}
    for queue in queues:
        assert queue.batch_size == 1
        assert queue.timeout_s < HOLDS.total_seconds() < queue.visibility_s


def test_rooms_are_followed_by_their_stream(world, waited_for):
    world.cancel(waited_for)

    answer = follow.handler({"Records": world.changes()}, Context())
    send.handler({"Records": records(world)}, Context())

    assert answer == {"batchItemFailures": []}
    assert world.told("ada")["email"] == ["Cancelled: On tides"]
    assert world.armed() == {}


def test_a_platform_that_is_not_set_up_is_none():
    env = {name: value for name, value in STOA.items() if "APNS" not in name}

    assert set(ReminderConfig.from_env(env).applications) == {"fcm"}
