"""Which rooms a worker runs, and what keeps them apart."""

from typing import Any

import pytest

from core import messages
from core.errors import Unavailable
from core.roles import Role
from media_workers.peers.handover import TOLD_A_TICK, Handover
from media_workers.rooms.session import Over
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio


def tick(lab: Any, sessions: Any, seconds: float = 0.02) -> None:
    end = lab.now + seconds
    while lab.now < end - 1e-9:
        lab.now += 0.02
        sessions.tick(lab.now, lab.utc().timestamp())
        lab.gear.farewells.tick(lab.now)


def admit(lab: Any, session: Any, account_id: str) -> Any:
    lab.session = session
    return lab.join(account_id)


async def test_a_lease_that_came_back_begins_a_new_session(
    lab: Any, sessions: Any, placement: Any
) -> None:
    lab.add("bob")
    before = await sessions.open("r1")
    peer = admit(lab, before, "bob")

    lab.roster.item["lease_term"] = 3
    sessions.apply(messages.Placed(room_id="r1", term=3), lab.utc())
    await lab.settle()
    tick(lab, sessions, 2)

    assert before.over is Over.MOVED
    assert peer.events("moved")
    assert sessions.find("r1").lease.term == 3
    assert placement.handed_back == []


async def test_an_ended_room_is_dropped_and_handed_back(
    lab: Any, sessions: Any, placement: Any
) -> None:
    session = await sessions.open("r1")

    sessions.apply(messages.RoomEnded(room_id="r1"), lab.utc())
    tick(lab, sessions)
    await lab.settle()

    assert len(sessions) == 0
    assert placement.handed_back == [session.lease]


async def test_after_a_gap_only_the_rooms_still_held_go_on(
    lab: Any, sessions: Any, placement: Any
) -> None:
    session = await sessions.open("r1")
    await sessions.check_leases()
    assert session.over is None

    placement.held = []
    await sessions.check_leases()
    tick(lab, sessions)

    assert session.over is Over.MOVED
    assert len(sessions) == 0
    assert placement.handed_back == []


async def test_a_room_that_fails_ends_alone(
    lab: Any, sessions: Any, placement: Any, caplog: pytest.LogCaptureFixture
) -> None:
    lab.add("bob")
    session = await sessions.open("r1")
    peer = admit(lab, session, "bob")
    session.sound.tick = None  # a bug: it can't be called

    tick(lab, sessions, 2)
    await lab.settle()

    assert peer.events("moved")
    assert placement.handed_back == [session.lease]
    assert "session.failed" in caplog.text


async def test_it_is_quiet_only_if_nobody_is_heard_in_any_room(
    lab: Any, sessions: Any, voice: Any
) -> None:
    lab.add("ada", Role.HOST)
    session = lab.session = await sessions.open("r1")
    assert sessions.quiet
    peer = lab.join("ada", Direction.SENDRECV)

    for _ in range(50):
        session.rtp_received(peer, voice.packet(), lab.now)
        tick(lab, sessions)
    talking = sessions.quiet
    tick(lab, sessions, 5)

    assert (talking, sessions.quiet) == (False, True)


async def test_a_crowd_is_told_a_few_at_a_time_and_in_order(lab: Any, sessions: Any) -> None:
    names = [f"guest{number}" for number in range(500)]
    for name in names:
        lab.add(name)
    session = await sessions.open("r1")
    peers = [admit(lab, session, name) for name in names]
    for _ in range(3):
        sessions.apply(messages.Reacted(room_id="r1", account_id="guest0", emoji="*"), lab.utc())

    tick(lab, sessions)
    told = [len(peer.events("reaction")) for peer in peers]
    tick(lab, sessions, 0.2)

    assert sum(told) == 200
    assert all(len(peer.events("reaction")) == 3 for peer in peers)


async def test_a_drain_hands_back_first_and_then_sends_everyone_on(
    lab: Any, sessions: Any, placement: Any
) -> None:
    lab.add("bob")
    session = await sessions.open("r1")
    peer = admit(lab, session, "bob")

    await sessions.drain()
    assert placement.handed_back == [session.lease]
    assert session.over is None
    sessions.end_all()
    tick(lab, sessions, 2)

    assert peer.events("moved")
    assert sessions.peers == 0
    with pytest.raises(Unavailable) as refused:
        await sessions.open("r1")
    assert refused.value.code == "draining"


async def test_those_who_are_sent_on_hear_until_they_go_and_nothing_is_written(
    lab: Any, sessions: Any, placement: Any, voice: Any
) -> None:
    for name, role in (("bob", Role.LISTENER), ("ada", Role.HOST)):
        lab.add(name, role)
    session = lab.session = await sessions.open("r1")
    listener, speaker = lab.join("bob"), lab.join("ada", Direction.SENDRECV)
    await lab.settle()
    await sessions.drain()
    lab.roster.taken = True  # by the worker that runs the room next
    written = list(lab.roster.counts)

    handover = Handover()
    sessions.move(handover)
    handover.tick(lab.now)
    listener.packets()
    for _ in range(100):
        session.rtp_received(speaker, voice.packet(), lab.now)
        tick(lab, sessions)
    listener.close("left")
    await lab.settle()

    assert speaker.events("moved")
    assert listener.packets() > 90
    assert session.over is None
    assert lab.roster.counts == written
    assert set(lab.roster.members) == {"ada", "bob"}


async def test_the_stage_is_sent_on_first(lab: Any, sessions: Any) -> None:
    lab.add("ada", Role.HOST)
    names = [f"guest{number}" for number in range(TOLD_A_TICK)]
    for name in names:
        lab.add(name)
    lab.session = await sessions.open("r1")
    listeners = [lab.join(name) for name in names]
    speaker = lab.join("ada", Direction.SENDRECV)

    handover = Handover()
    sessions.move(handover)
    handover.tick(lab.now)

    assert speaker.events("moved")
    assert not listeners[-1].events("moved")
