"""What others hear of a room, told from its item before and after."""

from datetime import timedelta

import pytest

from core.room_items import META, room_key
from core.tables import ROOMS
from functions.rooms import actions
from functions.rooms.changes import Fact, happening
from functions.rooms.requests import ChangedRoom
from functions.shared.callers import Caller


def item(house, room):
    return house.database.table(ROOMS).get(room_key(room.room_id), META)


def told(house, room, deed):
    """What happened by the deed: the facts, and who came on stage."""
    before = item(house, room)
    deed()
    what = happening(before, item(house, room))
    return set(what.facts), set(what.came_on_stage)


def scheduled(house):
    return house.open(starts_at="2030-01-02T12:00:00Z")


def change(house, room, **wanted):
    hana = house.account("hana")
    return lambda: actions.change_room(
        house.parts, hana, room.room_id, ChangedRoom(**wanted), house.now
    )


def test_a_new_room_is_scheduled_or_starts_with_its_host_on_stage(house):
    later, now = scheduled(house), house.open()

    assert happening(None, item(house, later)).facts == {Fact.SCHEDULED}
    started = happening(None, item(house, now))
    assert (started.facts, started.came_on_stage) == ({Fact.STARTED}, {"hana"})


def test_a_room_that_is_gone_tells_nothing(house):
    assert happening(item(house, scheduled(house)), None) is None


def test_only_another_start_moves_a_room(house):
    room = scheduled(house)

    assert told(house, room, change(house, room, title="On ebb")) == (set(), set())
    assert told(house, room, change(house, room, starts_at="2030-01-02T12:00:00Z")) == (
        set(),
        set(),
    )
    assert told(house, room, change(house, room, starts_at="2030-01-02T13:00:00Z")) == (
        {Fact.MOVED},
        set(),
    )


def test_a_rooms_life_is_told_step_by_step(house):
    room, hana = scheduled(house), house.account("hana")

    start = told(
        house, room, lambda: actions.start_room(house.parts, hana, room.room_id, house.now)
    )
    end = told(house, room, lambda: actions.end_room(house.parts, hana, room.room_id, house.now))

    assert start == ({Fact.STARTED}, {"hana"})
    assert end == ({Fact.ENDED}, set())


@pytest.mark.parametrize("how", ["cancel", "call off"])
def test_a_room_that_will_not_be_is_cancelled_and_not_moved(house, how):
    room, hana = scheduled(house), house.account("hana")
    late = room.start.at + timedelta(minutes=30)
    deeds = {
        "cancel": lambda: actions.cancel_room(house.parts, hana, room.room_id, house.now),
        "call off": lambda: actions.call_off(house.parts, room.room_id, late),
    }

    assert told(house, room, deeds[how]) == ({Fact.CANCELLED}, set())


@pytest.mark.parametrize(
    ("wanted", "deed", "fact"),
    [
        ({}, actions.end_room, Fact.ENDED),
        ({"starts_at": "2030-01-02T12:00:00Z"}, actions.cancel_room, Fact.CANCELLED),
    ],
)
def test_that_a_moderator_took_a_room_down_is_told_besides_and_once(house, wanted, deed, fact):
    room = house.open(**wanted)
    moderator = Caller(account_id="mona", moderator=True)

    down = told(house, room, lambda: deed(house.parts, moderator, room.room_id, house.now))
    later = told(house, room, lambda: house.parts.members.count_listeners(room.room_id, 0))

    assert down == ({fact, Fact.TAKEN_DOWN}, set())
    assert later == (set(), set())


def test_whoever_comes_on_stage_is_told_and_whoever_was_there_is_not(house):
    room = house.open()
    house.put(room, "sam")

    up = told(house, room, lambda: house.seat(room, "sam", "speaker"))
    down = told(house, room, lambda: house.seat(room, "sam", "listener"))

    assert up == (set(), {"sam"})
    assert down == (set(), set())
