from datetime import timedelta

import pytest

from core.clock import to_rfc3339
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.messages import RoomChanged, RoomEnded
from core.placement import Placement
from core.roles import Role
from core.roster import Roster
from core.tables import ROOMS
from functions.rooms import actions
from functions.rooms.life import State
from functions.rooms.model import OnStage
from functions.rooms.requests import ChangedRoom, NewRoom


def in_(now, **ahead):
    return to_rfc3339(now + timedelta(**ahead))


def browse(house, viewer=None, *, state=State.LIVE, now=None, **query):
    caller = house.account(viewer) if viewer else None
    query = {"topic": None, "handle": None, "limit": 50, "cursor": None, **query}
    page = actions.browse(house.parts, caller, now or house.now, state=state, **query)
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
    placement = Placement(house.database.table(ROOMS), house.worker.fleet)
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


@pytest.mark.parametrize("change", [{"access": "followers"}, {"starts_at": "2030-01-03T12:00:00Z"}])
def test_access_and_start_are_settled_once_the_room_is_live(house, change):
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
    assert browse(house, state=State.SCHEDULED, handle="hana")[0] == ["second", "first"]


def test_a_change_of_nothing_changes_nothing(house):
    room = house.open()

    unchanged = actions.change_room(
        house.parts, house.account("hana"), room.room_id, ChangedRoom(), house.now
    )

    assert unchanged == room
    assert house.log(room) == [("opened", "hana", None)]


def test_the_newest_live_room_comes_first_page_by_page(house):
    for minute, host in enumerate(["hana", "hugo", "hedi"]):
        house.now += timedelta(minutes=minute)
        house.open(host, title=host)

    first, cursor = browse(house, limit=2)
    second, end = browse(house, limit=2, cursor=cursor)

    assert (first, second, end) == (["hedi", "hugo"], ["hana"], None)


def test_scheduled_rooms_are_listed_until_they_are_hours_overdue(house):
    house.open(title="soon", starts_at=in_(house.now, hours=1))
    house.open(title="later", starts_at=in_(house.now, hours=5))

    assert browse(house, state=State.SCHEDULED)[0] == ["soon", "later"]
    later = house.now + timedelta(hours=8)
    assert browse(house, state=State.SCHEDULED, now=later)[0] == ["later"]


def test_rooms_are_found_by_topic_whatever_its_case(house):
    house.open("hana", title="salt", topics=["Sea", "Food"])
    house.open("hugo", title="stars", topics=["Space"])

    assert browse(house, topic="sea")[0] == ["salt"]
    assert browse(house, topic="se")[0] == []


def test_ended_rooms_are_listed_by_host_only(house):
    room = house.open()
    actions.end_room(house.parts, house.account("hana"), room.room_id, house.now)

    assert browse(house, state=State.ENDED, handle="hana")[0] == ["On tides"]
    with pytest.raises(Invalid) as refused:
        browse(house, state=State.ENDED)
    assert refused.value.code == "host_needed"


def test_whom_a_host_has_blocked_can_not_see_the_rooms(house):
    room = house.open()
    house.block("hana", "bob")

    assert browse(house, "bob")[0] == []
    assert browse(house, "lena")[0] == ["On tides"]
    with pytest.raises(NotFound) as refused:
        browse(house, "bob", handle="hana")
    assert refused.value.code == "account_not_found"
    with pytest.raises(NotFound) as refused:
        actions.read_room(house.parts, house.account("bob"), room.room_id)
    assert refused.value.code == "room_not_found"


def test_who_is_on_stage_is_live_in_that_room(house):
    room = house.open()
    house.join(room, "hana", "lena", "sam")
    house.seat(room, "sam", "speaker")

    live = actions.live_of(house.parts.rooms, ["hana", "lena", "sam", "nobody"])

    assert live == {
        "hana": OnStage(room_id=room.room_id, role=Role.HOST),
        "sam": OnStage(room_id=room.room_id, role=Role.SPEAKER),
    }


def test_a_hint_that_the_room_does_not_confirm_is_not_believed(house):
    room = house.open()
    house.parts.rooms.remember_on_stage("lena", room.room_id)
    house.parts.rooms.remember_on_stage("sam", "room_that_never_was")

    assert actions.live_of(house.parts.rooms, ["lena", "sam"]) == {}


def test_live_rooms_of_those_i_follow_show_whom_i_follow_in_them(house):
    for followed in ("hana", "sam", "hugo", "lena"):
        house.follow("zoe", followed)
    tides, stars = house.open("hana", title="tides"), house.open("hugo", title="stars")
    house.open("hedi", title="strangers")
    house.join(tides, "sam", "lena")
    house.seat(tides, "sam", "speaker")
    house.block("hugo", "zoe")

    items, cursor = actions.followed_live(house.parts, house.account("zoe"), limit=50, cursor=None)

    assert cursor is None
    assert [item.room.title for item in items] == ["tides"]
    assert {(person.handle, on.role) for person, on in items[0].people} == {
        ("hana", Role.HOST),
        ("sam", Role.SPEAKER),
    }
    assert stars.state is State.LIVE


def test_following_many_who_are_not_live_still_finds_the_one_who_is(house):
    for number in range(5):
        house.follow("zoe", f"a{number}")
    house.follow("zoe", "hana")
    house.open("hana")

    items, cursor = actions.followed_live(house.parts, house.account("zoe"), limit=1, cursor=None)

    assert [item.room.title for item in items] == ["On tides"]
    assert cursor is None or actions.followed_live(
        house.parts, house.account("zoe"), limit=1, cursor=cursor
    ) == ([], None)


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


def test_new_rooms_default_to_open_and_by_invitation():
    wanted = NewRoom(title="On tides")

    assert (wanted.access, wanted.who_may_speak, wanted.recording) == ("open", "invited", False)
