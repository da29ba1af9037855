from dataclasses import replace

import pytest

from core.dynamo import Put
from core.placement import Lease
from core.roles import Role
from core.room_items import META, Member, member_key, room_key
from core.roster import Headcount, LeaseLost, Roster
from tests.members import newcomer

LEASE = Lease(room_id="room_1", worker_id="w1", term=3)
STALE = [
    Lease(room_id="room_1", worker_id="w1", term=2),
    Lease(room_id="room_1", worker_id="w2", term=3),
    Lease(room_id="room_2", worker_id="w1", term=3),
]
PK = room_key("room_1")
PEOPLED = Headcount(listeners=5, away=frozenset(), empty_since=None, listened_s=60)


@pytest.fixture
def roster(database):
    return Roster(database)


@pytest.fixture
def held_room(open_room):
    """A live room that w1 runs; host and bea are on stage."""
    return open_room("room_1", lease_worker="w1", lease_term=3, stage={"host", "bea"})


@pytest.fixture
def enter(rooms, now):
    """`enter("ada", Role.SPEAKER)` writes a member."""

    def write(account_id, role=Role.LISTENER, **changes):
        member = newcomer(account_id, role, now, **changes)
        rooms.write(Put(item=member.to_item("room_1")))
        return member

    return write


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"handle": None},
        {"avatar_url": "https://x.test/a.png", "hand": "hand_1", "peer_id": "p1", "muted": True},
    ],
)
def test_a_member_comes_back_as_it_was_written(enter, rooms, changes):
    member = enter("ada", **changes)

    assert Member.from_item(rooms.get(PK, member_key("ada"))) == member


def test_the_worker_loads_the_room_its_members_and_who_is_barred(roster, held_room, enter, rooms):
    members = [enter("ada"), enter("bea", Role.SPEAKER, peer_id="p1")]
    rooms.write(Put(item={"pk": PK, "sk": "bar#eve", "account_id": "eve"}))

    sheet = roster.load(LEASE)

    assert sheet.room["stage"] == {"host", "bea"}
    assert sheet.members == members
    assert sheet.barred == {"eve"}


@pytest.mark.usefixtures("held_room")
@pytest.mark.parametrize("lease", STALE)
def test_whoever_lost_the_lease_neither_reads_nor_writes(roster, enter, rooms, lease, now):
    bea = enter("bea", Role.SPEAKER)
    before = rooms.query(PK).items

    with pytest.raises(LeaseLost):
        roster.load(lease)
    with pytest.raises(LeaseLost):
        roster.connected(lease, "bea", "p1")
    with pytest.raises(LeaseLost):
        roster.lost(lease, bea)
    with pytest.raises(LeaseLost):
        roster.lost(lease, replace(bea, role=Role.HOST))
    with pytest.raises(LeaseLost):
        roster.counted(lease, PEOPLED)
    with pytest.raises(LeaseLost):
        roster.abandoned(lease, now)

    assert rooms.query(PK).items == before


def test_a_member_is_heard_through_its_newest_peer(roster, held_room, enter, rooms):
    enter("ada")

    assert roster.connected(LEASE, "ada", "p1")
    assert roster.connected(LEASE, "ada", "p2")

    assert rooms.get(PK, member_key("ada"))["peer_id"] == "p2"


def test_who_has_left_does_not_come_back_by_connecting(roster, held_room, rooms):
    assert not roster.connected(LEASE, "ada", "p1")

    assert rooms.get(PK, member_key("ada")) is None


def test_a_lost_speaker_leaves_the_roster_and_the_stage(roster, held_room, enter, rooms):
    bea = enter("bea", Role.SPEAKER, peer_id="p1")

    assert roster.lost(LEASE, bea)

    assert rooms.get(PK, member_key("bea")) is None
    assert rooms.get(PK, META)["stage"] == {"host"}


@pytest.mark.parametrize("role", [Role.HOST, Role.COHOST, Role.LISTENER])
def test_others_leave_the_roster_only(roster, held_room, enter, rooms, role):
    member = enter("host", role, peer_id="p1")

    assert roster.lost(LEASE, member)

    assert rooms.get(PK, member_key("host")) is None
    assert rooms.get(PK, META)["stage"] == {"host", "bea"}


def test_who_came_back_through_another_peer_is_not_lost(roster, held_room, enter, rooms):
    before = enter("bea", Role.SPEAKER, peer_id="p1")
    roster.connected(LEASE, "bea", "p2")

    assert not roster.lost(LEASE, before)

    assert rooms.get(PK, member_key("bea"))["peer_id"] == "p2"
    assert rooms.get(PK, META)["stage"] == {"host", "bea"}


def test_who_never_connected_is_lost_unless_it_connects_first(roster, held_room, enter, rooms):
    ada, bea = enter("ada"), enter("bea", Role.SPEAKER)
    roster.connected(LEASE, "ada", "p1")

    assert not roster.lost(LEASE, ada)
    assert roster.lost(LEASE, bea)

    assert [item["sk"] for item in rooms.query(PK, begins="member#").items] == ["member#ada"]


def test_who_has_left_already_is_not_lost_twice(roster, held_room, enter):
    bea = enter("bea", Role.SPEAKER, peer_id="p1")
    roster.lost(LEASE, bea)

    assert not roster.lost(LEASE, bea)


@pytest.mark.parametrize("counts", [["PEOPLED"], ["EMPTY"], ["EMPTY", "PEOPLED"]])
def test_the_newest_count_replaces_what_was_counted(roster, held_room, rooms, now, counts):
    known = {
        "PEOPLED": PEOPLED,
        "EMPTY": Headcount(listeners=0, away=frozenset({"host"}), empty_since=now, listened_s=65),
    }

    for name in counts:
        roster.counted(LEASE, known[name])

    assert Headcount.of(rooms.get(PK, META)) == known[counts[-1]]


def test_an_abandoned_room_is_ended_and_listed_as_such(roster, held_room, rooms, now):
    roster.abandoned(LEASE, now)

    room = rooms.get(PK, META)
    assert (room["state"], room["ended_at"], room["listener_count"]) == (
        "ended",
        "2030-01-01T12:00:00.000Z",
        0,
    )
    assert room.keys().isdisjoint({"stage", "lease_worker"})
    assert [item["room_id"] for item in rooms.query("ended", index="by_state").items] == ["room_1"]


def test_a_room_that_is_not_written_is_none(roster):
    assert roster.room("room_1") is None
