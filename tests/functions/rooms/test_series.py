"""Rooms that come again every week: one at a time is scheduled, whatever becomes of the last."""

from datetime import timedelta

import pytest

from core.errors import Conflict, Invalid
from functions.rooms import actions, finding
from functions.rooms.life import State
from functions.rooms.requests import ChangedRoom, RoomQuery
from functions.rooms.schedule import MAX_MISSED


def weekly(house, **wanted):
    """hana's room every Wednesday at seven in Berlin."""
    start = {"starts_local": "2030-01-02T19:00", "zone": "Europe/Berlin"}
    return house.open(repeats="weekly", topics=["Sea"], **start | wanted)


def to_come(house):
    """hana's scheduled rooms, the next first."""
    wanted = RoomQuery(state=State.SCHEDULED, host="hana")
    page = finding.browse(house.parts, None, wanted, house.now)
    return page.rooms


def start(house, room):
    return actions.start_room(house.parts, house.account("hana"), room.room_id, room.start.at)


def cancel(house, room, **wanted):
    return actions.cancel_room(
        house.parts, house.account("hana"), room.room_id, house.now, **wanted
    )


def call_off(house, room):
    return actions.call_off(house.parts, room.room_id, room.start.at + timedelta(minutes=30))


@pytest.mark.parametrize("end", [start, cancel, call_off])
def test_with_what_becomes_of_one_the_next_is_scheduled(house, end):
    room = weekly(house, profile="music")

    end(house, room)

    (following,) = to_come(house)
    assert following.room_id != room.room_id
    assert following.series.series_id == room.series.series_id
    assert following.start.at == room.start.at + timedelta(days=7)
    assert (following.title, following.topics) == (room.title, room.topics)
    assert following.profile == "music"
    assert (following.state, following.stage) == (State.SCHEDULED, frozenset())
    assert house.log(following) == [("opened", "hana", None)]


def test_a_series_ends_with_the_one_that_is_cancelled_with_it(house):
    room = weekly(house)

    cancel(house, room, series=True)

    assert to_come(house) == []
    assert house.read(room).state is State.CANCELLED


def test_what_is_no_series_is_cancelled_alone_either_way(house):
    room = house.open(starts_at="2030-01-02T19:00:00Z")

    cancel(house, room, series=True)

    assert to_come(house) == []


def test_a_series_takes_one_place_of_those_that_a_host_has(house):
    for hour in range(1, 10):
        house.open(starts_at=(house.now + timedelta(hours=hour)).isoformat())
    room = weekly(house)
    start(house, room)

    with pytest.raises(Conflict) as refused:
        house.open(starts_at=(house.now + timedelta(hours=11)).isoformat())
    cancel(house, to_come(house)[-1], series=True)

    assert refused.value.code == "too_many_scheduled"
    assert house.open(starts_at=(house.now + timedelta(hours=11)).isoformat())


def test_one_that_is_moved_leaves_the_rhythm_as_it_is(house):
    room = weekly(house)
    moved = ChangedRoom(starts_at="2030-01-03T21:00:00Z")
    room = actions.change_room(house.parts, house.account("hana"), room.room_id, moved, house.now)

    start(house, room)

    (following,) = to_come(house)
    assert following.start.local == "2030-01-09T19:00"


def test_of_two_who_end_one_at_once_one_schedules_the_next(house):
    room = weekly(house)
    start(house, room)

    with pytest.raises(Conflict):
        call_off(house, room)
    with pytest.raises(Conflict):
        cancel(house, room)

    assert len(to_come(house)) == 1


def test_a_series_whose_host_never_comes_is_given_up(house):
    room = weekly(house)

    for _ in range(MAX_MISSED):
        call_off(house, room)
        room = (to_come(house) or [None])[0]

    assert room is None


def test_a_room_that_is_live_at_once_comes_not_again(house):
    with pytest.raises(Invalid) as refused:
        house.open(repeats="weekly")

    assert refused.value.code == "bad_series"


def test_a_move_and_a_cancellation_each_make_a_new_version_of_the_schedule(house):
    room = house.open(starts_at="2030-01-02T19:00:00Z")
    versions = [room.schedule_version]

    for wanted in (
        ChangedRoom(starts_at="2030-01-02T20:00:00Z"),
        ChangedRoom(starts_at="2030-01-02T20:00:00Z"),
        ChangedRoom(title="On ebb"),
    ):
        hana = house.account("hana")
        room = actions.change_room(house.parts, hana, room.room_id, wanted, house.now)
        versions.append(room.schedule_version)
    versions.append(cancel(house, room).schedule_version)

    assert versions == [1, 2, 2, 2, 3]
    assert house.read(room).schedule_version == 3


def test_a_start_is_kept_as_the_host_said_it(house):
    room = weekly(house)

    assert house.read(room).start == room.start
    assert (room.start.local, room.start.zone) == ("2030-01-02T19:00", "Europe/Berlin")
