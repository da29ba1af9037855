"""One room's rules, with peers in memory and a clock of the test's own."""

from typing import Any

import pytest

from core.errors import NotAllowed
from core.roles import Role
from media_workers.rooms.session import Over
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio


# Coming in.


async def test_only_members_connect(lab: Any) -> None:
    lab.open()

    with pytest.raises(NotAllowed) as refused:
        lab.offer("eve")

    assert refused.value.code == "not_a_member"


async def test_the_barred_do_not_connect(lab: Any) -> None:
    lab.add("bob")
    lab.roster.barred.add("bob")
    lab.open()

    with pytest.raises(NotAllowed) as refused:
        lab.offer("bob")

    assert refused.value.code == "removed"


async def test_a_listener_may_not_send(lab: Any) -> None:
    lab.add("bob")
    lab.open()

    for direction in (Direction.SENDRECV, Direction.SENDONLY):
        with pytest.raises(NotAllowed) as refused:
            lab.offer("bob", direction)
        assert refused.value.code == "role"


async def test_a_connection_is_written_into_the_roster(lab: Any) -> None:
    lab.add("bob")
    lab.open()

    peer = lab.join("bob")
    await lab.settle()

    assert lab.roster.members["bob"].peer_id == peer.peer_id


async def test_a_new_connection_replaces_the_old_once_it_is_up(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    old = lab.join("bob")

    new = lab.offer("bob")
    lab.pass_time(1)
    assert not old.events("ended")
    new.connect()
    lab.pass_time(2)
    await lab.settle()

    assert old.events("ended")[0]["reason"] == "replaced"
    assert old.closed_reason == "replaced"
    assert new.closed_reason is None
    assert lab.roster.members["bob"].peer_id == new.peer_id
    lab.pass_time(5)
    assert "bob" in lab.roster.members


async def test_an_account_has_few_connections_under_way(lab: Any) -> None:
    lab.add("bob")
    lab.open()

    peers = [lab.offer("bob") for _ in range(5)]

    assert [peer.closed_reason for peer in peers] == ["superseded"] * 2 + [None] * 3


# Being heard.


async def test_everybody_hears_who_is_on_the_stage(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, listener = lab.join("ada", Direction.SENDRECV), lab.join("bob")

    lab.speak(host, voice, 1.0)

    assert listener.packets() > 40
    assert listener.events("speaking")[-1]["account_ids"] == ["ada"]


async def test_a_room_in_which_nobody_is_connected_encodes_nothing(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.open()

    lab.pass_time(2)

    assert lab.session.sound.counters == {}


@pytest.mark.parametrize(("profile", "stereo"), [("voice", False), ("music", True), (None, False)])
async def test_a_room_of_music_is_answered_and_sent_in_stereo(
    lab: Any, profile: str | None, *, stereo: bool
) -> None:
    if profile is not None:
        lab.roster.item["profile"] = profile
    lab.add("ada", Role.HOST)
    session = lab.open()

    peer = lab.join("ada", Direction.SENDRECV)

    assert peer.stereo is session.sound.stereo is stereo


async def test_for_how_long_people_listened_is_written_every_minute(lab: Any) -> None:
    lab.roster.item["listened_s"] = 100
    lab.add("ada", Role.HOST)
    for name in ("bob", "eve"):
        lab.add(name)
    lab.open()
    for name in ("ada", "bob", "eve"):
        lab.join(name)

    lab.pass_time(30)
    await lab.settle()
    assert lab.roster.headcounts[-1].listened_s == 100

    lab.pass_time(31)
    await lab.settle()

    assert lab.roster.headcounts[-1].listened_s == pytest.approx(100 + 2 * 60, abs=1)


# Going away.


async def test_a_lost_member_leaves_the_roster_after_a_moment(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, peer = lab.join("ada"), lab.join("bob")
    await lab.settle()

    peer.close("consent_lost")
    lab.pass_time(1.8)
    assert not host.events("member.left")
    lab.pass_time(0.4)
    await lab.settle()

    assert host.events("member.left") == [
        host.events("member.left")[0] | {"account_id": "bob", "reason": "lost"}
    ]
    assert "bob" not in lab.roster.members


async def test_a_member_who_comes_back_in_time_was_never_away(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, peer = lab.join("ada"), lab.join("bob")
    await lab.settle()

    peer.close("left")
    lab.pass_time(1.5)
    lab.join("bob")
    lab.pass_time(5)
    await lab.settle()

    assert not host.events("member.left")
    assert "bob" in lab.roster.members


async def test_a_member_on_the_way_back_is_waited_for(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    lab.join("bob").close("left")
    lab.pass_time(1.5)

    again = lab.offer("bob")
    lab.pass_time(4)
    again.connect()
    await lab.settle()

    assert again.events("room.state")
    assert "bob" in lab.roster.members


async def test_a_newcomer_who_never_connects_is_lost_after_ten_minutes(lab: Any) -> None:
    lab.add("bob")
    lab.open()

    lab.pass_time(590, step=1)
    assert "bob" in lab.roster.members
    lab.pass_time(8.5, step=0.5)
    await lab.settle()
    assert "bob" in lab.roster.members
    lab.pass_time(2, step=0.5)
    await lab.settle()

    assert "bob" not in lab.roster.members


async def test_those_whom_another_worker_served_have_30_seconds(lab: Any) -> None:
    lab.add("bob", peer_id="peer_of_another")
    lab.add("eve", peer_id="peer_of_another_too")
    lab.open()

    lab.pass_time(25, step=0.5)
    lab.join("eve")
    lab.pass_time(10, step=0.5)
    await lab.settle()

    assert set(lab.roster.members) == {"eve"}


async def test_a_member_whom_the_roster_does_not_know_must_join_again(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    del lab.roster.members["bob"]

    peer = lab.join("bob")
    await lab.settle()
    lab.pass_time(2)

    assert peer.events("moved")
    assert peer.closed_reason == "moved"


# The end.


async def test_a_room_that_is_empty_for_ten_minutes_is_over(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    session = lab.open()
    lab.join("ada").close("left")

    lab.pass_time(595, step=0.5)
    assert session.over is None
    lab.pass_time(10, step=0.5)
    await lab.settle()

    assert session.over is Over.ABANDONED
    assert lab.roster.abandoned_at is not None


async def test_a_worker_that_lost_the_lease_sends_everyone_on(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    session = lab.open()
    lab.roster.taken = True

    peer = lab.join("ada")
    await lab.settle()
    lab.pass_time(2)

    assert session.over is Over.MOVED
    assert peer.events("moved")
    assert peer.closed_reason == "moved"
