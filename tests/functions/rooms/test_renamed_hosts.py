"""A host who is called otherwise is so in the rooms that are live or to come."""

from dataclasses import replace

import pytest

from core.messages import RoomChanged
from core.people import Person
from functions.accounts.app import app as accounts_door
from functions.rooms import actions
from functions.rooms.store import RoomStore

SOON = "2030-01-02T12:00:00Z"
NEW = {"handle": "countess", "name": "The Countess", "avatar_url": None}
COUNTESS = Person(account_id="hana", **NEW)


class Late(RoomStore):
    """Just before a room is changed something else happens, once."""

    deed = None

    def change(self, *arguments):
        if deed := self.deed:
            self.deed = None
            deed()
        return super().change(*arguments)


@pytest.fixture
def rename(house, call):
    """`rename("hana")`: she is called otherwise from now on; what the door answers."""

    def put(name, **changes):
        house.account(name)
        return call(accounts_door, "PUT", "/me", as_account=name, body=NEW | changes)

    return put


@pytest.fixture
def rooms(house):
    """hana's rooms: to come, live, over and called off; hugo's live one."""
    found = {
        "to come": house.open(starts_at=SOON),
        "live": house.open(),
        "over": house.open(),
        "off": house.open(starts_at=SOON),
        "hugo's": house.open("hugo"),
    }
    hana = house.account("hana")
    house.join(found["live"], "hana")
    actions.end_room(house.parts, hana, found["over"].room_id, house.now)
    actions.cancel_room(house.parts, hana, found["off"].room_id, house.now)
    house.worker.heard()
    return found


def test_rooms_that_are_live_or_to_come_say_how_their_host_is_called_now(house, rooms, rename):
    assert rename("hana").status == 200

    hosts = {what: house.read(room).host for what, room in rooms.items()}
    assert hosts == {what: room.host for what, room in rooms.items()} | {
        "to come": COUNTESS,
        "live": COUNTESS,
    }
    assert house.worker.heard() == [RoomChanged(room_id=rooms["live"].room_id)]
    assert ("changed", "hana", None) in house.log(rooms["live"])


def test_a_profile_that_is_written_anew_changes_no_room(house, rooms, rename):
    rename("hana")
    house.worker.heard()
    before = house.log(rooms["live"])

    rename("hana")

    assert house.log(rooms["live"]) == before
    assert house.worker.heard() == []


def test_a_room_that_ends_meanwhile_keeps_what_it_said_and_the_others_follow(house):
    room, other = house.open(), house.open()
    late = Late(house.database)
    late.deed = lambda: house.parts.rooms.end(other, house.now)

    actions.rename_host(replace(house.parts, rooms=late), COUNTESS, house.now)

    assert house.read(other).host == other.host
    assert house.read(room).host == COUNTESS


def test_by_a_former_handle_the_same_rooms_are_found(ask, rooms, rename):
    rename("hana")

    by_old, by_new = (
        ask(None, "GET", "/rooms", state="live", host=handle).json["items"]
        for handle in ("hana", "countess")
    )

    assert by_old == by_new
    assert [each["room_id"] for each in by_old] == [rooms["live"].room_id]
    assert by_old[0]["host"]["handle"] == "countess"
