"""Rooms that are sold, rescheduled, called off."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.clock import to_rfc3339
from core.dynamo import ConditionFailed, present
from core.errors import Conflict, NotFound
from core.tables import ROOMS
from functions.rooms import actions
from functions.rooms.life import State
from functions.rooms.model import Access
from functions.rooms.records import Deed, Entry
from functions.rooms.requests import ChangedRoom
from functions.rooms.sale import off_sale, on_sale
from functions.rooms.store import RoomStore


@pytest.fixture
def table(database):
    return database.table(ROOMS)


@pytest.fixture
def schedule(house):
    """`schedule()`: hana's room of tomorrow."""
    return lambda: house.open(starts_at=to_rfc3339(house.now + timedelta(days=1)))


def change(house, room, **wanted):
    return actions.change_room(
        house.parts, house.account("hana"), room.room_id, ChangedRoom(**wanted), house.now
    )


def test_a_room_on_sale_takes_a_ticket_until_it_is_off_sale(house, table, schedule):
    room = schedule()

    table.write(on_sale(room))
    assert house.read(room).access is Access.TICKETED
    table.write(off_sale(house.read(room)))

    assert house.read(room) == replace(room, revision=3)
    assert change(house, room, access="followers").access is Access.FOLLOWERS


@pytest.mark.parametrize(
    ("before", "after"), [("followers", Access.FOLLOWERS), ("ticketed", Access.OPEN)]
)
def test_a_room_off_sale_is_for_whom_it_was_before(house, table, schedule, before, after):
    room = change(house, schedule(), access=before)

    table.write(on_sale(room))
    table.write(off_sale(house.read(room)))

    assert house.read(room).access is after


def test_a_sale_does_not_forget_a_change_of_access_just_before_it(house, table, schedule):
    room = schedule()
    change(house, room, access="followers")

    with pytest.raises(ConditionFailed):
        table.write(on_sale(room))


@pytest.mark.parametrize("sale", [on_sale, off_sale])
def test_a_room_is_put_on_sale_and_off_only_while_it_is_scheduled(house, table, sale):
    room = house.open()

    with pytest.raises(ConditionFailed):
        table.write(sale(room))
    with pytest.raises(ConditionFailed):
        table.write(sale(replace(room, room_id="room_none")))

    assert house.read(room).access is Access.OPEN


@pytest.mark.parametrize("access", list(Access))
def test_who_may_come_into_a_room_on_sale_can_not_be_changed(house, table, schedule, access):
    room = schedule()
    table.write(on_sale(room))

    with pytest.raises(Conflict) as refused:
        change(house, room, access=access)

    assert refused.value.code == "on_sale"
    assert house.read(room).access is Access.TICKETED
    assert change(house, room, title="On ebb").title == "On ebb"


def test_the_access_of_a_live_room_is_settled_whether_it_was_sold_or_not(house, table, schedule):
    room = schedule()
    table.write(on_sale(room))
    actions.start_room(house.parts, house.account("hana"), room.room_id, house.now)

    with pytest.raises(Conflict) as refused:
        change(house, room, access="open")

    assert refused.value.code == "wrong_state"


class UnguardedRooms(RoomStore):
    def _not_on_sale(self):
        return present

    def _overdue(self, now):
        return present


def sell_while_changing(house, table, room, rooms):
    """The offer is written between the door's look at the room and its change of access."""
    table.write(on_sale(room))
    entry = Entry.of(Deed.CHANGED, "hana", house.now)
    rooms.change(room.room_id, {"access": "open"}, entry, frozenset({State.SCHEDULED}))


def test_a_room_that_is_put_on_sale_meanwhile_is_not_opened_to_all(house, table, schedule):
    room = schedule()

    with pytest.raises(Conflict):
        sell_while_changing(house, table, room, house.parts.rooms)

    assert house.read(room).access is Access.TICKETED


def test_without_the_guard_it_is(house, table, schedule):
    room = schedule()

    sell_while_changing(house, table, room, UnguardedRooms(house.database))

    assert house.read(room).access is Access.OPEN


def test_it_is_kept_when_the_host_last_moved_the_start(house, schedule):
    room = schedule()
    assert house.read(room).rescheduled_at is None

    house.now += timedelta(hours=1)
    change(house, room, title="On ebb", starts_at=to_rfc3339(room.start.at))
    assert house.read(room).rescheduled_at is None
    change(house, room, starts_at=to_rfc3339(room.start.at + timedelta(days=1)))

    assert house.read(room).rescheduled_at == house.now


def test_a_room_whose_host_never_came_is_called_off_by_us(house, schedule):
    room = schedule()
    late = room.start.at + timedelta(minutes=30)

    called_off = actions.call_off(house.parts, room.room_id, late)

    assert house.read(room) == called_off
    assert (called_off.state, called_off.ended_at) == (State.CANCELLED, late)
    assert house.log(room) == [("opened", "hana", None), ("called_off", "stoa", None)]


def test_a_host_whose_rooms_were_called_off_may_schedule_others(house, schedule):
    rooms = [schedule() for _ in range(10)]
    actions.call_off(house.parts, rooms[0].room_id, rooms[0].start.at)

    assert schedule().state is State.SCHEDULED


def test_a_room_is_called_off_once(house, schedule):
    room = schedule()
    actions.call_off(house.parts, room.room_id, room.start.at)

    with pytest.raises(Conflict) as refused:
        actions.call_off(house.parts, room.room_id, room.start.at)
    with pytest.raises(NotFound):
        actions.call_off(house.parts, "room_none", room.start.at)

    assert refused.value.facts == {"state": "cancelled"}


def call_off_while_it_is_moved(house, room, rooms):
    """The host moves the start after it was decided that he is late."""
    change(house, room, starts_at=to_rfc3339(room.start.at + timedelta(days=1)))
    rooms.call_off(room, room.start.at + timedelta(minutes=30))


def test_a_room_whose_start_is_moved_meanwhile_is_not_called_off(house, schedule):
    room = schedule()

    with pytest.raises(Conflict) as refused:
        call_off_while_it_is_moved(house, room, house.parts.rooms)

    assert refused.value.code == "wrong_state"
    assert house.read(room).state is State.SCHEDULED


def test_without_that_guard_it_is(house, schedule):
    room = schedule()

    call_off_while_it_is_moved(house, room, UnguardedRooms(house.database))

    assert house.read(room).state is State.CANCELLED


def test_a_room_that_was_started_meanwhile_is_not_called_off(house, schedule):
    room = schedule()
    actions.start_room(house.parts, house.account("hana"), room.room_id, room.start.at)

    with pytest.raises(Conflict):
        house.parts.rooms.call_off(room, room.start.at + timedelta(minutes=30))

    assert house.read(room).state is State.LIVE
