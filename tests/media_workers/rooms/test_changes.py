"""What the doors have written becomes true in the room, in whatever order it arrives."""

from typing import Any

import pytest

from core import messages
from core.errors import NotAllowed
from core.people import Hand
from core.roles import Role
from media_workers.rooms.session import Over
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio


async def test_a_member_whom_no_command_has_told_of_is_looked_up(lab: Any) -> None:
    lab.open()
    lab.add("bob")

    await lab.session.changes.look_up("bob")
    peer = lab.join("bob")

    assert peer.events("room.state")


async def test_a_muted_speaker_is_not_heard_whatever_he_sends(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, listener = lab.join("ada", Direction.SENDRECV), lab.join("bob")
    lab.speak(host, voice, 1.0)

    lab.apply(messages.Muted(room_id="r1", account_id="ada", muted=True, revision=2, by="bob"))
    lab.speak(host, voice, 1.0)
    listener.packets()
    lab.speak(host, voice, 2.0)

    assert listener.packets() <= 6  # an empty frame every 400 ms
    assert listener.events("speaking")[-1]["account_ids"] == []
    assert listener.events("muted")[0]["by"] == "bob"


async def test_a_speaker_moved_to_the_audience_is_not_heard(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.SPEAKER)
    lab.add("bob")
    lab.open()
    speaker, listener = lab.join("ada", Direction.SENDRECV), lab.join("bob")
    lab.speak(speaker, voice, 1.0)

    view = lab.view("ada", Role.LISTENER)
    lab.apply(messages.RoleChanged(room_id="r1", member=view, revision=2, by="bob"))
    lab.speak(speaker, voice, 1.0)
    listener.packets()
    lab.speak(speaker, voice, 2.0)

    assert listener.packets() <= 6
    assert listener.events("role.changed")[0]["role"] == "listener"


async def test_an_older_revision_changes_nothing(lab: Any, voice: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, listener = lab.join("ada", Direction.SENDRECV), lab.join("bob")

    lab.apply(messages.Muted(room_id="r1", account_id="ada", muted=False, revision=3, by="ada"))
    lab.apply(messages.Muted(room_id="r1", account_id="ada", muted=True, revision=2, by="bob"))
    lab.speak(host, voice, 1.0)

    assert len(listener.events("muted")) == 1
    assert listener.packets() > 40


async def test_whoever_leaves_by_the_door_is_gone_at_once(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, peer = lab.join("ada"), lab.join("bob")

    lab.apply(messages.MemberLeft(room_id="r1", account_id="bob"))
    lab.pass_time(0.02)

    assert peer.closed_reason == "left"
    assert host.events("member.left")[0]["reason"] == "left"


async def test_a_departure_sent_before_the_last_arrival_is_old_news(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    peer = lab.join("bob")
    joined = messages.MemberJoined(room_id="r1", member=lab.view("bob"), revision=1)

    lab.apply(joined)
    lab.apply(messages.MemberLeft(room_id="r1", account_id="bob"), seconds=1)

    assert peer.closed_reason is None


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (messages.Removed(room_id="r1", account_id="bob", by="ada"), "removed"),
        (messages.Blocked(room_id="r1", account_id="bob"), "blocked"),
    ],
)
async def test_the_removed_and_the_blocked_are_told_and_kept_out(
    lab: Any, voice: Any, command: Any, reason: str
) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, peer = lab.join("ada", Direction.SENDRECV), lab.join("bob")

    lab.apply(command)
    lab.speak(host, voice, 1.0)

    assert peer.packets() == 0
    assert peer.events("ended")[0]["reason"] == reason
    lab.pass_time(0.5)
    assert peer.closed_reason == reason
    assert host.events("member.left")[0]["reason"] == "removed"
    with pytest.raises(NotAllowed) as refused:
        lab.offer("bob")
    assert refused.value.code == reason


async def test_who_comes_in_after_a_block_is_let_in(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    blocked = messages.Blocked(room_id="r1", account_id="bob")
    joined = messages.MemberJoined(room_id="r1", member=lab.view("bob"), revision=1)

    lab.apply(blocked, seconds=2)
    lab.apply(joined, seconds=1)
    lab.apply(blocked, seconds=2)  # twice, and late

    assert lab.join("bob").closed_reason is None


async def test_hands_keep_their_order_whatever_the_order_of_the_news(lab: Any) -> None:
    for account_id in ("ada", "bob", "eve"):
        lab.add(account_id)
    lab.open()
    peer = lab.join("ada")
    hands = {
        name: Hand(
            **lab.view(name).model_dump(include={"account_id", "handle", "name"}),
            avatar_url=None,
            place=place,
        )
        for place, name in enumerate(("bob", "eve"), 1)
    }

    lab.apply(messages.HandRaised(room_id="r1", hand=hands["eve"]))
    lab.apply(messages.HandRaised(room_id="r1", hand=hands["bob"]))
    lab.apply(messages.HandRaised(room_id="r1", hand=hands["bob"]))
    lab.apply(messages.HandLowered(room_id="r1", account_id="bob"))
    lab.pass_time(0.02)

    raised = [(event["account_id"], event["place"]) for event in peer.events("hand.raised")]
    assert raised == [("eve", 1), ("bob", 1)]
    assert peer.events("hand.lowered")[0]["account_id"] == "bob"


async def test_a_changed_room_is_read_and_told_anew(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    peer = lab.join("bob")

    lab.roster.item["title"] = "Good evening"
    lab.apply(messages.RoomChanged(room_id="r1"))
    await lab.settle()
    lab.pass_time(0.02)

    assert peer.events("room.state")[-1]["room"]["title"] == "Good evening"
    assert peer.events("room.state")[-1]["you"]["account_id"] == "bob"


@pytest.mark.parametrize(("taken_down", "reason"), [(False, "ended"), (True, "taken_down")])
async def test_an_ended_room_tells_everyone_and_sends_them_away(
    lab: Any, taken_down: Any, reason: str
) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    session = lab.open()
    peers = [lab.join("ada"), lab.join("bob"), lab.offer("bob")]

    lab.apply(messages.RoomEnded(room_id="r1", taken_down=taken_down))
    lab.pass_time(2)

    assert session.over is Over(reason)
    assert peers[0].events("ended")[0]["reason"] == reason
    assert [peer.closed_reason for peer in peers] == [reason] * 3
