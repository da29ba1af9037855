"""Who is told of a change by name, and what happens when a stream stutters."""

import pytest

from core.alerts import AlertType
from core.roles import Role
from functions.realtime.audience import ALERTS
from functions.realtime.follow import follow
from functions.rooms import actions as rooms
from functions.rooms.records import Deed, Entry


def test_who_is_asked_up_hears_it_and_from_whom(world):
    world.connect("sam")
    room = world.open("hana")
    world.join(room, "sam")

    world.seat(room, "sam", "speaker")
    world.happen()

    (message,) = world.told("sam")
    assert message["type"] == "invited_up"
    assert message["by"]["account_id"] == "hana"
    assert message["role"] == "speaker"
    assert message["room"]["room_id"] == room.room_id


def test_a_co_host_asks_up_too(world):
    world.connect("sam")
    room = world.open("hana")
    for name in ("cleo", "sam"):
        world.join(room, name)
    world.seat(room, "cleo", "cohost")

    world.seat(room, "sam", "speaker", by="cleo")
    world.happen()

    (message,) = world.told("sam")
    assert message["by"]["account_id"] == "cleo"


def test_who_goes_up_by_themselves_was_not_invited(world):
    world.connect("sam")
    room = world.open("hana", who_may_speak="everyone")
    world.join(room, "sam")

    world.seat(room, "sam", "speaker", by="sam")
    world.happen()

    assert world.heard("sam") == []


def test_a_guest_has_no_account_to_be_told(world):
    """Nor can they go on stage: so it is written past the doors."""
    room = world.open("hana")
    (guest,) = world.parts.rooms.members.find(room.room_id, [world.guest(room)])
    entry = Entry.of(Deed.INVITED_UP, "hana", world.now, guest.account_id)

    world.parts.rooms.stage.change_role(room.room_id, guest, Role.SPEAKER, entry)
    world.follow_rooms()

    assert world.messages(ALERTS) == []


@pytest.mark.parametrize(
    ("wanted", "state"), [({}, "ended"), ({"starts_at": "2030-01-02T12:00:00Z"}, "cancelled")]
)
def test_a_host_hears_that_a_moderator_took_the_room_down_even_who_was_away(world, wanted, state):
    world.connect("hana")
    room = world.open("hana", **wanted)

    world.take_down(room)
    world.happen()

    (message,) = world.told("hana")
    assert message["type"] == "room.taken_down"
    assert (message["room"]["room_id"], message["room"]["state"]) == (room.room_id, state)
    assert "mona" not in str(message)
    assert world.parts.inbox.since("hana", world.now).messages == [message]


def test_a_host_who_has_muted_themselves_and_all_alerts_hears_it_too(world):
    world.connect("hana")
    world.prefer("hana", room_live=[], room_speaking=[], tickets=[], muted_hosts=["hana"])
    room = world.open("hana")

    world.take_down(room)
    world.happen()

    assert world.heard("hana") == ["room.taken_down"]


def test_a_host_who_ends_or_cancels_a_room_is_told_nothing_new(world):
    world.connect("hana")
    live, scheduled = world.open("hana"), world.open("hana", starts_at="2030-01-02T12:00:00Z")

    world.end(live)
    rooms.cancel_room(world.parts.rooms, world.account("hana"), scheduled.room_id, world.now)
    world.happen()

    assert world.heard("hana") == []


def test_a_change_that_is_told_twice_has_the_same_event(world):
    world.follow("ada", "hana")
    world.follow("ada", "sam")
    for name in ("ada", "sam"):
        world.connect(name)
    world.connect("hana")
    room = world.open("hana")
    world.join(room, "sam")
    world.seat(room, "sam", "speaker")
    world.take_down(world.open("hana", starts_at="2030-01-02T12:00:00Z"))

    changes = world.stream.changes()
    for change in [*changes, *changes]:
        follow(world.parts, change)
    world.happen()

    for name, kinds in (
        ("ada", {"room.live", "room.speaking"}),
        ("sam", {"invited_up"}),
        ("hana", {"room.taken_down"}),
    ):
        messages = world.told(name)
        assert len(messages) == 2 * len(kinds)
        assert {message["type"] for message in messages} == kinds
        assert len({message["event_id"] for message in messages}) == len(kinds)
    news = world.parts.news.of(["hana", "sam"], world.now)
    assert [each.type for each in news] == [AlertType.ROOM_LIVE, AlertType.ROOM_SPEAKING]
