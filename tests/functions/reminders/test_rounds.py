"""Each race has a twin whose guard is off, in which somebody is told twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.dynamo import Database, Update, present
from functions.reminders.announce import LETTERS_WIDE, WIDE
from functions.reminders.clock import fire
from functions.reminders.messages import Firing
from functions.reminders.model import PARTS, part_of
from functions.reminders.rounds import HOLDS, Busy, Lost, Progress, RoundStore
from functions.reminders.store import ReminderStore
from functions.reminders.walk import MAX_LEFT
from functions.rooms.store import RoomStore
from tests.functions.reminders.world import AT_19

# Of one round, in its order.
ADA, BEA, CEM = sorted(
    [name for name in (f"a{number}" for number in range(100)) if part_of(name) < LETTERS_WIDE][:3],
    key=lambda name: (part_of(name), name),
)
SOON = AT_19 - timedelta(minutes=10)
ANYTHING = present | ~present


class Unguarded(RoundStore):
    def _free(self, now):
        return ANYTHING

    def _held_by(self, holder):
        return ANYTHING


def waiting(world, *, channel="email"):
    """A room and the round of those who wait for it."""
    room = world.schedule()
    world.crowd([ADA, BEA, CEM], room, 10, channel=channel)
    world.fire(world.firing(f"{room.room_id}-1-lead-10"), SOON)
    (a_round,) = [each for each in world.rounds() if each.channel == channel]
    return room, a_round


def while_sending(world, operation, deed):
    """Do the deed once, in the moment in which the first message is taken."""
    done = []

    def cut(number, when, made):
        if (when, made) == ("after", operation) and not done:
            done.append(operation)
            deed()

    world.wire.cut = cut


def in_two_hands(world, a_round):
    """The same round delivered twice, the second time in the middle of the first."""
    second = []
    while_sending(world, "SendEmail", lambda: second.append(world.walk(a_round)))
    return world.walk(a_round), second


def test_of_two_deliveries_at_once_one_comes_back_later(world):
    room, a_round = waiting(world)

    outcome = in_two_hands(world, a_round)

    assert outcome == (True, [False])
    assert world.walk(a_round)
    assert world.tellings(room) == {ADA: 1, BEA: 1, CEM: 1}


def test_without_the_guard_both_deliver(world):
    room, a_round = waiting(world)
    world.parts = replace(world.parts, rounds=Unguarded(world.database))

    in_two_hands(world, a_round)

    assert max(world.tellings(room).values()) > 1


def test_a_round_that_was_fired_days_ago_is_done_whatever_comes(world):
    room, a_round = waiting(world)
    world.walk(a_round)
    world.now += timedelta(days=6)

    assert world.walk(a_round)
    fire(world.parts, Firing(room_id=room.room_id, version=1, occasion="lead-10"), SOON)
    world.deliver()

    assert world.tellings(room) == {ADA: 1, BEA: 1, CEM: 1}


def outlived(world, a_round):
    """The first holder is so slow that a second takes over and finishes; then it wakes up."""

    def sleeps():
        world.now += HOLDS + timedelta(seconds=1)
        assert world.walk(a_round)

    while_sending(world, "SendEmail", sleeps)
    return world.walk(a_round)


def test_whoever_outlived_their_time_stops_at_the_next_mark(world):
    room, a_round = waiting(world)

    outlived(world, a_round)

    assert world.tellings(room) == {ADA: 2, BEA: 1, CEM: 1}


def test_without_the_guard_they_tell_everybody_again(world):
    room, a_round = waiting(world)

    class Deaf(RoundStore):
        def _held_by(self, holder):
            return ANYTHING

    world.parts = replace(world.parts, rounds=Deaf(world.database))

    outlived(world, a_round)

    assert world.tellings(room) == {ADA: 2, BEA: 2, CEM: 2}


def fired_again_when_full(world):
    """Fired while few wait, and again when every part holds somebody."""
    room = world.schedule()
    world.crowd([ADA, BEA, CEM], room, 10, channel="in_app")
    firing = world.firing(f"{room.room_id}-1-lead-10")
    world.fire(firing, SOON)
    world.deliver()
    full = {"in_app": set(range(PARTS))}
    plan = Update(pk=f"room#{room.room_id}", sk="plan", add=full)
    world.parts.reminders._table.write(plan)
    world.fire(firing, SOON)
    people = {part_of(name) for name in (ADA, BEA, CEM)}
    return [each for each in world.rounds() if people & set(range(each.first, each.last + 1))]


def told_by_page(world):
    """Whom the pages told, as often as they did."""
    return sorted(who for alert in world.alerted() for who in alert.to if who != "hana")


def test_a_second_firing_is_cut_like_the_first(world):
    rounds = fired_again_when_full(world)

    assert {each.last - each.first + 1 for each in rounds} == {WIDE}
    for each in rounds:
        assert world.walk(each)
    assert told_by_page(world) == sorted([ADA, BEA, CEM])


def test_without_the_guard_it_is_cut_anew_and_people_are_told_twice(world):
    class Forgetful(ReminderStore):
        def _not_cut_yet(self):
            return None

    world.parts = replace(world.parts, reminders=Forgetful(world.database))

    rounds = fired_again_when_full(world)

    assert {each.last - each.first + 1 for each in rounds} == {1}
    for each in rounds:
        assert world.walk(each)
    assert told_by_page(world) == sorted([ADA, BEA, CEM] * 2)


class Remembering(RoomStore):
    """Reads every room once and believes it ever after."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._seen = {}

    def get(self, room_id):
        return self._seen.setdefault(room_id, super().get(room_id))


def moved_meanwhile(world):
    """A round in whose middle the room moves."""
    room, a_round = waiting(world)
    while_sending(world, "SendEmail", lambda: world.move(room, AT_19 + timedelta(hours=1)))
    world.walk(a_round)
    return [who for who, subject in world.written_to() if subject.startswith("Soon")]


def test_after_the_room_has_moved_nobody_else_hears_the_old_time(world):
    assert len(moved_meanwhile(world)) == 1


def test_without_looking_again_everybody_does(world):
    rooms = replace(world.parts.rooms, rooms=Remembering(world.database))
    world.parts = replace(world.parts, rooms=rooms)

    assert len(moved_meanwhile(world)) == 3


def test_a_round_is_handed_on_when_time_is_over_and_goes_on_where_it_was(world):
    room, a_round = waiting(world)
    looks = iter([True, True, False])

    assert world.walk(a_round, lambda: next(looks))
    assert len(world.tellings(room)) == 2
    world.deliver()

    assert world.tellings(room) == {ADA: 1, BEA: 1, CEM: 1}


def test_whoever_can_not_be_served_does_not_hold_up_the_others(world):
    room, a_round = waiting(world)
    world.wire.refuse = ses_is_away_for(BEA)

    assert not world.walk(a_round)
    between = dict(world.tellings(room))
    world.wire.refuse = lambda *_: None

    assert between == {ADA: 1, CEM: 1}
    assert world.walk(a_round)
    assert world.tellings(room) == {ADA: 1, BEA: 1, CEM: 1}


def ses_is_away_for(name):
    def refuse(operation, body):
        if operation == "SendEmail" and name.encode() in body:
            return "TooManyRequestsException", "Maximum sending rate exceeded."
        return None

    return refuse


def test_whoever_gave_up_while_they_were_left_behind_is_not_told(world):
    room, a_round = waiting(world)
    world.wire.refuse = ses_is_away_for(BEA)
    world.walk(a_round)
    world.wire.refuse = lambda *_: None

    world.parts.reminders.delete(room.room_id, BEA)

    assert world.walk(a_round)
    assert world.tellings(room) == {ADA: 1, CEM: 1}


def test_a_round_in_which_nobody_can_be_served_is_not_handed_on_for_ever(world):
    _, a_round = waiting(world)
    world.wire.refuse = ses_is_away_for("@")
    looks = iter([True, True, False])

    assert not world.walk(a_round, lambda: next(looks))

    assert world.rounds() == []


@pytest.mark.parametrize("left", [0, 3])
def test_a_round_remembers_whom_it_left_behind(world, left):
    _, a_round = waiting(world)
    store = world.parts.rounds
    store.take(a_round, "one", world.now)
    progress = Progress(part=7, after="ada", left=frozenset(map(str, range(left))))

    store.mark(a_round, "one", progress)
    store.release(a_round, "one", progress)

    assert store.take(a_round, "two", world.now) == progress


def test_a_round_belongs_to_one_holder(world):
    _, a_round = waiting(world)
    store = world.parts.rounds
    store.take(a_round, "one", world.now)

    with pytest.raises(Busy):
        store.take(a_round, "two", world.now + HOLDS)
    with pytest.raises(Lost):
        store.mark(a_round, "two", Progress(part=0))
    with pytest.raises(Lost):
        store.finish(a_round, "two")

    store.take(a_round, "two", world.now + HOLDS + timedelta(milliseconds=1))
    with pytest.raises(Lost):
        store.finish(a_round, "one")


def test_with_too_many_left_behind_the_channel_is_given_up_for_now(world):
    room = world.schedule()
    names = [name for name in (f"b{number}" for number in range(700)) if part_of(name) < WIDE]
    world.crowd(names, room, 10, channel="push")
    world.fire(world.firing(f"{room.room_id}-1-lead-10"), SOON)
    (a_round,) = [each for each in world.rounds() if each.channel == "push"]
    world.wire.refuse = lambda operation, _: (
        ("AuthorizationError", "No.") if operation == "Publish" else None
    )

    assert not world.walk(a_round)

    assert MAX_LEFT < world.wire.made.count("Publish") <= MAX_LEFT + 25 < len(names)
