from datetime import timedelta

import pytest

from core.clock import to_rfc3339
from core.errors import Conflict, NotAllowed
from core.messages import RoomChanged, RoomEnded
from core.placement import Placement
from core.roster import Roster
from functions.rooms import actions, finding
from functions.rooms.life import State
from functions.rooms.requests import ChangedRoom, NewRoom, RoomQuery


def in_(now, **ahead):
    return to_rfc3339(now + timedelta(**ahead))


def browse(house, viewer=None, *, state=State.LIVE, now=None, **query):
    caller = house.account(viewer) if viewer else None
    page = finding.browse(house.parts, caller, RoomQuery(state=state, **query), now or house.now)
    return [room.title for room in page.rooms], page.next


@pytest.mark.parametrize(("followers", "allowed"), [(599, False), (600, True)])
def test_hosting_takes_six_hundred_followers(house, followers, allowed):
    house.account("hana", followers=followers)

    if allowed:
        assert house.open().state is State.LIVE
    else:
        with pytest.raises(NotAllowed) as refused:
            house.open()
        assert refused.value.code == "not_eligible_to_host"
        assert refused.value.facts == {"follower_count": 599, "needed": 600}


def test_a_room_without_a_start_is_live_at_once_with_its_host_on_stage(house):
    room = house.open(topics=["Sea", "Moon"], who_may_speak="followed")

    assert house.read(room) == room
    assert (room.state, room.started_at, room.start) == (State.LIVE, house.now, None)
    assert room.stage == {"hana"}


def test_a_room_with_a_start_is_scheduled(house):
    room = house.open(starts_local="2030-01-05T20:00", zone="Europe/Lisbon")

    assert house.read(room) == room
    assert (room.state, room.stage) == (State.SCHEDULED, frozenset())
    assert room.start.zone == "Europe/Lisbon"


def test_a_room_that_its_worker_found_abandoned_keeps_nobody_from_the_next(house):
    room = house.open()
    placement = Placement(house.database)
    lease, _, _ = placement.place(room.room_id, house.now)
    Roster(house.database).abandoned(lease, house.now)

    following = house.open()

    assert house.read(room).state is State.ENDED
    assert house.read(following).state is State.LIVE


def test_a_host_schedules_ten_rooms_at_most(house):
    rooms = [house.open(starts_at=in_(house.now, hours=hour)) for hour in range(1, 11)]

    with pytest.raises(Conflict) as refused:
        house.open(starts_at=in_(house.now, hours=11))
    actions.cancel_room(house.parts, house.account("hana"), rooms[0].room_id, house.now)

    assert refused.value.code == "too_many_scheduled"
    assert house.open(starts_at=in_(house.now, hours=11)).state is State.SCHEDULED


def test_a_started_room_is_found_among_the_live_ones_and_makes_room_for_another(house):
    rooms = [house.open(starts_at=in_(house.now, hours=hour)) for hour in range(1, 11)]

    started = actions.start_room(house.parts, house.account("hana"), rooms[0].room_id, house.now)

    assert house.read(rooms[0]) == started
    assert (started.started_at, started.stage) == (house.now, {"hana"})
    assert browse(house)[0] == ["On tides"]
    assert house.open(starts_at=in_(house.now, hours=11))


def test_an_ended_room_is_empty_and_its_worker_knows(house):
    room = house.open()
    house.join(room, "hana", "lena", "sam")
    house.seat(room, "sam", "speaker")
    house.worker.heard()

    ended = actions.end_room(house.parts, house.account("hana"), room.room_id, house.now)

    assert house.read(room) == ended
    assert (ended.state, ended.ended_at) == (State.ENDED, house.now)
    assert (ended.stage, ended.listener_count) == (frozenset(), 0)
    assert house.parts.members.page(room.room_id, None, 100, None).members == []
    assert house.parts.rooms.last_on_stage(["hana", "sam"]) == {}
    assert house.worker.heard() == [RoomEnded(room_id=room.room_id)]


@pytest.mark.parametrize("deed", [actions.start_room, actions.end_room, actions.cancel_room])
def test_what_is_over_stays_over(house, deed):
    room = house.open(starts_at=in_(house.now, hours=1))
    hana = house.account("hana")
    actions.cancel_room(house.parts, hana, room.room_id, house.now)

    with pytest.raises(Conflict) as refused:
        deed(house.parts, hana, room.room_id, house.now)

    assert (refused.value.code, refused.value.facts) == ("wrong_state", {"state": "cancelled"})


def test_a_live_room_can_be_described_anew_and_its_worker_knows(house):
    room = house.open(captions={"language": "de", "enabled": False})
    house.join(room, "hana")
    house.worker.heard()
    wanted = ChangedRoom(
        title="On ebb", topics=["Moon"], captions={"enabled": True}, who_may_speak="everyone"
    )

    changed = actions.change_room(
        house.parts, house.account("hana"), room.room_id, wanted, house.now
    )

    assert (changed.title, changed.topics, changed.description) == ("On ebb", ("Moon",), "")
    assert (changed.captions.language, changed.captions.enabled) == ("de", True)
    assert house.read(room) == changed
    assert house.worker.heard() == [RoomChanged(room_id=room.room_id)]
    assert browse(house, topic="moon")[0] == ["On ebb"]


@pytest.mark.parametrize(
    "change",
    [{"access": "followers"}, {"starts_at": "2030-01-03T12:00:00Z"}, {"profile": "music"}],
)
def test_access_start_and_profile_are_settled_once_the_room_is_live(house, change):
    scheduled = house.open(starts_at=in_(house.now, hours=1))
    live = house.open()
    hana, wanted = house.account("hana"), ChangedRoom(**change)

    actions.change_room(house.parts, hana, scheduled.room_id, wanted, house.now)
    with pytest.raises(Conflict) as refused:
        actions.change_room(house.parts, hana, live.room_id, wanted, house.now)

    assert refused.value.code == "wrong_state"


def test_a_room_put_off_is_listed_by_its_new_start(house):
    first = house.open(title="first", starts_at=in_(house.now, hours=1))
    house.open(title="second", starts_at=in_(house.now, hours=2))
    wanted = ChangedRoom(starts_at=in_(house.now, hours=3))

    actions.change_room(house.parts, house.account("hana"), first.room_id, wanted, house.now)

    assert browse(house, state=State.SCHEDULED)[0] == ["second", "first"]
    assert browse(house, state=State.SCHEDULED, host="hana")[0] == ["second", "first"]


def test_a_change_of_nothing_changes_nothing(house):
    room = house.open()

    unchanged = actions.change_room(
        house.parts, house.account("hana"), room.room_id, ChangedRoom(), house.now
    )

    assert unchanged == room
    assert house.log(room) == [("opened", "hana", None)]


def test_the_log_tells_who_did_what_to_whom(house):
    room = house.open(starts_at=in_(house.now, hours=1))
    hana = house.account("hana")
    steps = iter(range(1, 100))

    def later():
        house.now += timedelta(seconds=next(steps))
        return house.now

    actions.start_room(house.parts, hana, room.room_id, later())
    house.join(room, "hana", "sam", "cleo")
    for name, role in [("sam", "speaker"), ("cleo", "cohost"), ("sam", "listener")]:
        later()
        house.seat(room, name, role)
    later()
    house.seat(room, "cleo", "speaker")
    later()
    house.remove(room, "sam")
    actions.end_room(house.parts, hana, room.room_id, later())

    assert house.log(room) == [
        ("opened", "hana", None),
        ("started", "hana", None),
        ("invited_up", "hana", "sam"),
        ("named_cohost", "hana", "cleo"),
        ("moved_down", "hana", "sam"),
        ("dismissed_cohost", "hana", "cleo"),
        ("removed", "hana", "sam"),
        ("ended", "hana", None),
    ]


def test_new_rooms_default_to_open_by_invitation_and_for_voices():
    wanted = NewRoom(title="On tides")

    assert (wanted.access, wanted.who_may_speak, wanted.recording) == ("open", "invited", False)
    assert wanted.profile == "voice"


def test_what_the_sound_is_made_for_is_said_when_the_room_is_opened_or_before_it_starts(house):
    concert = house.open(profile="music")
    talk = house.open(starts_at=in_(house.now, hours=1))

    changed = actions.change_room(
        house.parts, house.account("hana"), talk.room_id, ChangedRoom(profile="music"), house.now
    )

    assert house.read(concert).profile == "music"
    assert house.read(talk) == changed
    assert changed.profile == "music"
