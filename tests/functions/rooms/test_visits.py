"""What the doors write down of those who come and go."""

from functions.rooms import actions_audience as audience
from functions.rooms.model import Arrival


def test_each_listener_who_comes_in_is_a_visit(house):
    room = house.open()
    house.join(room, "hana", "lena", "zoe")
    house.join(room, "lena")
    audience.join(house.parts, None, room.room_id, house.now)

    assert house.read(room).visits == 3

    audience.leave(house.parts, house.account("lena"), room.room_id, house.now)
    house.join(room, "lena")

    assert (house.read(room).visits, house.read(room).listener_count) == (4, 3)


def test_who_steps_down_from_the_stage_is_no_visit(house):
    room = house.open()
    house.join(room, "hana", "sam")
    house.seat(room, "sam", "speaker")
    house.seat(room, "sam", "listener")

    assert (house.read(room).visits, house.read(room).listener_count) == (1, 1)


def test_a_room_says_who_came_on_stage_last_and_by_whom(house):
    room = house.open()
    assert house.read(room).last_arrival is None
    house.join(room, "hana", "sam", "cleo")
    house.seat(room, "sam", "speaker")
    house.seat(room, "cleo", "cohost")
    cleos = Arrival(account_id="cleo", by="hana", at=house.now)
    assert house.read(room).last_arrival == cleos

    house.seat(room, "sam", "cohost")
    house.seat(room, "sam", "listener")

    assert house.read(room).last_arrival == cleos
