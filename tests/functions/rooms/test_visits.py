"""What is written down of those who come and go, and shown."""

from dataclasses import replace

from core.placement import Placement
from core.roster import Headcount, Roster
from functions.rooms import actions
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


def test_a_host_who_is_away_is_not_counted_and_keeps_the_place(house, ask):
    room = house.open("hana")
    house.follow("zoe", "hana")
    placement, roster = Placement(house.database), Roster(house.database)
    lease, *_ = placement.place(room.room_id, house.now)
    nobody = Headcount(listeners=0, away=frozenset({"hana"}), empty_since=house.now, listened_s=0)

    roster.counted(lease, nobody)

    shown = ask("zoe", "GET", f"/rooms/{room.room_id}").json
    assert (shown["speaker_count"], shown["listener_count"]) == (0, 0)
    assert actions.live_of(house.parts.rooms, ["hana"]) == {}
    assert ask("zoe", "GET", "/me/live").json["items"] == []
    joined = ask("hana", "POST", f"/rooms/{room.room_id}/join").json
    assert joined["member"]["role"] == "host"
    roster.counted(lease, replace(nobody, away=frozenset(), empty_since=None))
    assert ask("zoe", "GET", f"/rooms/{room.room_id}").json["speaker_count"] == 1
    assert len(ask("zoe", "GET", "/me/live").json["items"]) == 1
