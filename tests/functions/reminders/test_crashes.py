"""The function dies at every point where it can; what was fired or delivered comes again.

A point is a moment just before a request to AWS, or just after AWS has done what it asked for.
Nobody is forgotten, whatever happens. Nobody is told twice either, save where a provider had taken
a message and we died before we could write so (see `rounds`): that is asserted, too.
"""

from collections import Counter
from datetime import timedelta
from itertools import count

import pytest

from core.streams import read_change
from functions.reminders.announce import LETTERS_WIDE
from functions.reminders.clock import fire
from functions.reminders.follow import follow
from functions.reminders.model import part_of
from functions.reminders.rounds import HOLDS
from tests.functions.reminders.world import AT_19

# Of one round.
NAMES = [name for name in (f"a{number}" for number in range(100)) if part_of(name) < LETTERS_WIDE][
    :2
]
ONCE = Counter(NAMES)
NOON = AT_19 - timedelta(hours=7)
SOON = AT_19 - timedelta(minutes=10)
SENDING = {"push": "Publish", "email": "SendEmail", "in_app": "SendMessageBatch"}
# Where somebody may have been told of whom we have not written so. Pushes go out side by side:
# while one is cut off, others of its chunk may have gone.
UNSURE = {
    "push": {"before": {"Publish", "UpdateItem"}, "after": {"Publish"}},
    "email": {"before": {"UpdateItem"}, "after": {"SendEmail"}},
}
SIDES = pytest.mark.parametrize("when", ["before", "after"])


def awaited(world, number, channel):
    """A new host's room that two people wait for."""
    world.now = NOON
    room = world.schedule(host=f"host{number}", title=f"Room {number}")
    world.crowd(NAMES, room, 10, channel=channel)
    return room


def rounds_through(world, channel):
    """The rounds in the queues, but for the hosts' own."""
    return [each for each in world.rounds() if each.channel == channel]


@SIDES
@pytest.mark.parametrize("channel", SENDING)
def test_a_round_that_dies_anywhere_is_finished_by_the_next(world, channel, when):
    died_at = []
    for number in count(1):
        room = awaited(world, number, channel)
        world.fire(world.firing(f"{room.room_id}-1-lead-10"), SOON)
        (a_round,) = rounds_through(world, channel)

        died = world.wire.dying(when, number, lambda a_round=a_round: world.walk(a_round))
        world.now += HOLDS + timedelta(seconds=1)
        assert world.walk(a_round)

        if died is None:
            break
        died_at.append(died)
        told = world.tellings(room)
        assert set(told) == set(NAMES)
        if channel == "in_app" or died not in UNSURE[channel][when]:
            assert told == ONCE
        elif channel == "email":
            assert sum((told - ONCE).values()) <= 1
        else:
            assert max(told.values()) <= 2

    assert len(died_at) > 5
    assert SENDING[channel] in died_at


@SIDES
def test_a_firing_that_dies_anywhere_and_comes_again_tells_everybody_once(world, when):
    for number in count(1):
        room = awaited(world, number, "in_app")
        firing = world.firing(f"{room.room_id}-1-lead-10")
        world.now = SOON

        died = world.wire.dying(when, number, lambda f=firing: fire(world.parts, f, SOON))
        fire(world.parts, firing, SOON)
        world.deliver()

        assert world.tellings(room) == ONCE
        if died is None:
            break

    assert number > 4


@SIDES
def test_a_change_that_is_lost_anywhere_and_told_again_moves_everybody(world, when):
    for number in count(1):
        room = awaited(world, number, "in_app")
        world.move(room, AT_19 + timedelta(hours=1))
        (record,) = world.changes()
        change = read_change(record)

        died = world.wire.dying(when, number, lambda c=change: follow(world.parts, c, world.now))
        follow(world.parts, change, world.now)
        world.deliver()

        assert world.tellings(room) == ONCE
        armed = [name for name in world.armed() if name.startswith(room.room_id)]
        assert {name.removeprefix(f"{room.room_id}-") for name in armed} == {
            "2-lead-10",
            "2-host-soon",
            "2-host-start",
            "2-late",
            "2-call-off",
        }
        if died is None:
            break

    assert number > 10


@SIDES
def test_a_reminder_that_was_half_set_is_set_by_asking_again(world, when):
    world.phone("ada")
    for number in count(1):
        world.now = NOON
        room = world.schedule(host=f"host{number}", title=f"Room {number}")

        died = world.wire.dying(
            when, number, lambda room=room: world.remind("ada", room, 10, channels=("in_app",))
        )
        world.remind("ada", room, 10, channels=("in_app",))
        world.fire(world.firing(f"{room.room_id}-1-lead-10"), SOON)
        world.deliver()

        assert world.tellings(room)["ada"] == 1
        if died is None:
            break

    assert number > 8


@SIDES
def test_a_reminder_that_was_set_is_armed_however_the_asking_ended(world, when):
    for number in count(1):
        world.now = NOON
        room = world.schedule(host=f"host{number}", title=f"Room {number}")

        died = world.wire.dying(
            when, number, lambda room=room: world.remind("ada", room, 10, channels=("in_app",))
        )

        waits = world.parts.reminders.find("ada", [room.room_id])
        assert not waits or f"{room.room_id}-1-lead-10" in world.armed()
        if died is None:
            break

    assert waits
