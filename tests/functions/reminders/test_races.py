"""Two who want the last of something at once; and a room that moves while somebody asks."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from core.dynamo import present
from core.errors import Conflict, Refusal
from functions.reminders.model import MAX_REMINDERS, MAX_UNUSUAL_LEADS, Reminder
from functions.reminders.store import ReminderStore
from functions.rooms.member_store import MemberStore
from tests.functions.reminders.world import AT_19
from tests.racing import at_once

ANYTHING = present | ~present


class Unguarded(ReminderStore):
    def _leads_fit(self, more):
        return None

    def _may_wait_for(self, room_id):
        return ANYTHING


def refusals(*deeds):
    """The codes of those that were refused, all begun together."""
    return [each.code for each in at_once(*deeds) if isinstance(each, Refusal)]


def asked(name, *leads):
    return Reminder(room_id="room_1", account_id=name, leads=frozenset(leads), channels=frozenset())


def full_but_one(store):
    """A plan that has place for one unusual lead more."""
    some = [200 + number for number in range(MAX_UNUSUAL_LEADS - 1)]
    for start in range(0, len(some), 5):
        store.extend_plan(asked("ada", *some[start : start + 5]))


class ReadsBeforeItWrites(ReminderStore):
    """Two of them read the plan before either writes."""

    barrier = None

    def plan(self, room_id):
        found = super().plan(room_id)
        if self.barrier:
            barrier, self.barrier = self.barrier, None
            barrier.wait()
        return found


class UnguardedReader(Unguarded, ReadsBeforeItWrites):
    pass


def last_lead_twice(database, kind):
    stores = [kind(database), kind(database)]
    full_but_one(stores[0])
    barrier = Barrier(2)
    for store in stores:
        store.barrier = barrier
    codes = refusals(
        lambda: stores[0].extend_plan(asked("ada", 1000)),
        lambda: stores[1].extend_plan(asked("bea", 1001)),
    )
    return codes, len(stores[0].plan("room_1").leads)


def test_of_two_who_want_the_last_unusual_lead_one_gets_it(database):
    assert last_lead_twice(database, ReadsBeforeItWrites) == (
        ["too_many_leads"],
        MAX_UNUSUAL_LEADS,
    )


def test_without_the_guard_both_do(database):
    assert last_lead_twice(database, UnguardedReader) == ([], MAX_UNUSUAL_LEADS + 1)


def last_room_twice(database, store):
    table = store._table
    rooms = {f"room_{number}" for number in range(MAX_REMINDERS - 1)}
    table._client.put_item(
        TableName=table.name, Item={"pk": "account#ada", "sk": "waiting", "rooms": rooms}
    )
    codes = refusals(
        *(
            lambda room_id=room_id: store.put(replace(asked("ada", 0), room_id=room_id), AT_19)
            for room_id in ("room_a", "room_b")
        )
    )
    return codes, len(store.waiting("ada"))


def test_of_two_reminders_one_is_the_last_that_an_account_may_have(database):
    assert last_room_twice(database, ReminderStore(database)) == (
        ["too_many_reminders"],
        MAX_REMINDERS,
    )


def test_without_the_guard_both_are_set(database):
    assert last_room_twice(database, Unguarded(database)) == ([], MAX_REMINDERS + 1)


def test_a_reminder_is_set_anew_however_many_there_are(database):
    store = ReminderStore(database)
    last_room_twice(database, store)

    store.put(replace(asked("ada", 10), room_id="room_0"), AT_19)

    with pytest.raises(Conflict):
        store.put(replace(asked("ada", 10), room_id="room_new"), AT_19)


class Remembering(MemberStore):
    """Looks at every room once and believes it ever after."""

    def __init__(self, database):
        super().__init__(database)
        self._seen = {}

    def look(self, room_id, account_id, other_id=None):
        if room_id not in self._seen:
            self._seen[room_id] = super().look(room_id, account_id, other_id)
        return self._seen[room_id]


def asked_while_it_moves(world, parts):
    """The room moves, and who follows it hears of that, before ada's lead is in the plan."""
    room = world.schedule()
    earlier = AT_19 - timedelta(hours=3)
    moved = []

    def cut(number, when, operation):
        if (when, operation) == ("after", "CreateSchedule") and not moved:
            moved.append(True)
            before, world.parts = world.parts, guarded
            world.move(room, earlier)
            world.follow()
            world.parts = before

    guarded, world.parts = world.parts, parts
    world.wire.cut = cut
    world.remind("ada", room, 10, channels=("in_app",))
    world.wire.cut = lambda *_: None
    world.parts = guarded
    world.pass_time(earlier - timedelta(minutes=10))
    world.deliver()
    return [text for who, text in world.shown() if who == "ada"]


def test_whoever_asks_while_the_room_moves_is_told_the_new_time(world):
    assert len(asked_while_it_moves(world, world.parts)) == 1


def test_without_looking_again_they_are_not(world):
    rooms = replace(world.parts.rooms, members=Remembering(world.database))

    assert asked_while_it_moves(world, replace(world.parts, rooms=rooms)) == []


def test_a_room_that_is_live_by_the_time_it_is_waited_for_is_no_more_to_be_waited_for(world):
    room = world.schedule()
    started = []

    def cut(number, when, operation):
        if (when, operation) == ("after", "TransactWriteItems") and not started:
            started.append(True)
            world.start(room)

    world.wire.cut = cut

    with pytest.raises(Conflict) as refused:
        world.remind("ada", room, 0, channels=("in_app",))

    assert refused.value.code == "wrong_state"


def test_a_stale_firing_sets_the_clock_for_a_room_whose_mover_died(world):
    room = world.schedule()
    world.remind("ada", room, 10, channels=("in_app",))
    old = world.firing(f"{room.room_id}-1-lead-10")
    world.move(room, AT_19 + timedelta(hours=1))
    world.changes()  # nobody follows

    world.fire(old, AT_19 - timedelta(minutes=10))

    assert f"{room.room_id}-2-lead-10" in world.armed()


def test_a_reminder_outlives_its_room_however_often_that_is_moved(world):
    room = world.schedule()
    world.remind("ada", room, 10, channels=("in_app",))
    far = AT_19
    for _ in range(3):
        far += timedelta(days=29)
        world.move(room, far)
        world.all_is_told()
        world.now = far - timedelta(days=1)

    (kept,) = world.parts.reminders.find("ada", [room.room_id]).values()

    assert kept.kept_until > far + timedelta(days=1)


def test_a_call_off_that_the_host_forestalls_does_nothing(world):
    room = world.schedule()
    call_off = world.firing(f"{room.room_id}-1-call-off")
    world.start(room)

    world.fire(call_off, AT_19 + timedelta(minutes=30))
    world.fire(call_off, AT_19 + timedelta(minutes=30))

    assert world.read(room).state == "live"
