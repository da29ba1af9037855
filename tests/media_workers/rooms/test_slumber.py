"""A room without anybody costs nothing, and misses nothing by that."""

from datetime import timedelta
from typing import Any

import pytest

from core import messages
from core.roles import Role
from media_workers.process.ticker import TICK
from media_workers.rooms.session import Over
from media_workers.rooms.slumber import DROWSY, Slumber
from media_workers.rooms.vacancy import EMPTY_SECONDS

pytestmark = pytest.mark.anyio


def tick(lab: Any, sessions: Any, seconds: float) -> None:
    end = lab.now + seconds
    while lab.now < end - 1e-9:
        lab.now += TICK
        sessions.tick(lab.now, lab.utc().timestamp())


def break_ticks(session: Any) -> None:
    """A bug: the next slot of this room that begins ends it."""
    session.captions.give_up = session.sound.tick = None


async def test_a_room_without_anybody_is_not_ticked(lab: Any, sessions: Any) -> None:
    session = await sessions.open("r1")
    tick(lab, sessions, DROWSY + 1)
    break_ticks(session)

    tick(lab, sessions, 60)

    assert session.over is None


@pytest.mark.parametrize("who", ["somebody is there", "just opened"])
async def test_a_room_that_is_awake_is_ticked(lab: Any, sessions: Any, who: str) -> None:
    """The twin: a slot that is begun does show."""
    lab.add("bob")
    session = await sessions.open("r1")
    if who == "somebody is there":
        lab.session = session
        lab.join("bob")
        tick(lab, sessions, DROWSY + 1)
    break_ticks(session)

    tick(lab, sessions, 1)

    assert session.over is Over.FAILED


async def test_asleep_a_room_still_loses_those_who_do_not_come_in_time(
    lab: Any, sessions: Any
) -> None:
    lab.add("bob", joined_at=lab.utc() - timedelta(hours=1))
    session = await sessions.open("r1")
    tick(lab, sessions, 29)
    assert session.slumber.asleep

    tick(lab, sessions, 2)
    await lab.settle()

    assert "bob" not in lab.roster.members


async def test_a_room_that_overslept_would_not_lose_them(lab: Any, sessions: Any) -> None:
    """The twin: nothing else wakes the room."""
    lab.add("bob", joined_at=lab.utc() - timedelta(hours=1))
    session = await sessions.open("r1")
    tick(lab, sessions, 29)
    session.slumber.begin(lab.now, until=float("inf"))

    tick(lab, sessions, 2)
    await lab.settle()

    assert "bob" in lab.roster.members


async def test_asleep_a_room_is_abandoned_in_time(lab: Any, sessions: Any) -> None:
    session = await sessions.open("r1")

    tick(lab, sessions, EMPTY_SECONDS - 1)
    assert session.over is None
    tick(lab, sessions, 2)

    assert session.over is Over.ABANDONED
    assert len(sessions) == 0


async def test_whoever_comes_to_a_sleeping_room_is_expected_from_then_on(
    lab: Any, sessions: Any
) -> None:
    session = await sessions.open("r1")
    tick(lab, sessions, 590)
    assert session.slumber.asleep
    lab.add("bob")
    joined = messages.MemberJoined(room_id="r1", member=lab.view("bob"), revision=1)
    sessions.apply(joined, lab.utc())

    tick(lab, sessions, 5)
    await lab.settle()
    lab.session = session
    peer = lab.join("bob")
    tick(lab, sessions, 20)

    assert session.over is None
    assert lab.roster.counts[-1] == 1
    assert peer.closed_reason is None


async def test_the_media_clock_goes_on_while_a_room_sleeps(lab: Any, sessions: Any) -> None:
    lab.add("ada", Role.HOST)
    session = await sessions.open("r1")
    began, at = session.captions._tap.clock_ms, lab.now

    tick(lab, sessions, 100)
    sessions.find("r1")
    tick(lab, sessions, 1)

    passed = session.captions._tap.clock_ms - began
    assert passed == pytest.approx(1000 * (lab.now - at), abs=60)


async def test_that_a_room_slept_is_no_gap_in_its_sound(lab: Any, sessions: Any) -> None:
    lab.add("bob")
    session = await sessions.open("r1")
    tick(lab, sessions, 100)
    lab.session = sessions.find("r1")
    peer = lab.join("bob")
    session.message_received(peer, '{"type": "quality", "wanted": true}')

    tick(lab, sessions, 6)

    assert peer.events("quality")[0]["longest_gap_ms"] <= 100


def test_a_change_cuts_sleep_short_but_keeps_nobody_awake() -> None:
    slumber = Slumber(0.0)
    slumber.begin(DROWSY, until=60.0)

    slumber.cut_short()

    assert slumber.asleep
    assert slumber.until <= DROWSY
