"""A worker that slept says nothing where another may speak by now."""

import math
from dataclasses import dataclass
from typing import Any

import pytest

from core.roles import Role
from media_workers.fleet.fence import ASLEEP, OVERDUE, Fence
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio
TICK = 0.02


@dataclass
class Sleeper:
    """A room with a voice, run as the worker runs it: whoever slept asks whose its rooms are."""

    lab: Any
    sessions: Any
    fence: Fence
    voice: Any
    speaker: Any
    listener: Any

    async def live(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK)):
            self.lab.now += TICK
            self.fence.reported(self.lab.now)
            self.tick()

    def tick(self) -> None:
        self.lab.session.rtp_received(self.speaker, self.voice.packet(), self.lab.now)
        self.fence.woke(self.lab.now)
        if self.fence.closed:
            self.sessions.hold(self.lab.now)
        else:
            self.sessions.tick(self.lab.now, self.lab.utc().timestamp())
        self.lab.gear.farewells.tick(self.lab.now)

    async def settle(self) -> None:
        sleeps = self.fence.sleeps
        await self.sessions.check_leases()
        self.fence.open(sleeps)


@pytest.fixture
async def sleeper(lab: Any, sessions: Any, voice: Any) -> Sleeper:
    """Ada talks, Bob listens, and all is well."""
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.session = await sessions.open("r1")
    speaker = lab.join("ada", Direction.SENDRECV)
    sleeper = Sleeper(lab, sessions, Fence(lab.now), voice, speaker, lab.join("bob"))
    await sleeper.live(1)
    assert sleeper.listener.packets() > 40
    await lab.settle()
    return sleeper


def taken_over(sleeper: Sleeper, placement: Any) -> None:
    """It sleeps for ten seconds, in which another worker takes its room."""
    placement.held = []
    sleeper.lab.now += 10
    sleeper.lab.roster.headcounts.clear()


async def test_whoever_wakes_up_is_silent_before_its_first_packet_and_writes_nothing(
    sleeper: Sleeper, placement: Any
) -> None:
    taken_over(sleeper, placement)

    for _ in range(50):
        sleeper.tick()
        sleeper.lab.now += TICK
    await sleeper.settle()
    for _ in range(50):
        sleeper.tick()
        sleeper.lab.now += TICK

    assert sleeper.listener.packets() == 0
    assert sleeper.listener.events("moved")
    assert sleeper.lab.roster.counts == []
    assert len(sleeper.sessions) == 0


async def test_without_the_fence_two_workers_are_heard(sleeper: Sleeper, placement: Any) -> None:
    sleeper.fence = Fence(sleeper.lab.now, asleep=math.inf)
    taken_over(sleeper, placement)

    for _ in range(10):
        sleeper.tick()
        sleeper.lab.now += TICK
    await sleeper.settle()

    assert sleeper.listener.packets() > 0


async def test_whoever_still_holds_its_rooms_goes_on(sleeper: Sleeper) -> None:
    sleeper.lab.now += 2
    sleeper.tick()
    await sleeper.settle()
    assert sleeper.listener.packets() == 0

    await sleeper.live(1)

    assert sleeper.listener.packets() > 40
    assert sleeper.lab.session.over is None


def test_a_short_pause_and_a_worker_just_heard_of_are_beyond_doubt() -> None:
    fence = Fence(0.0)
    assert not fence.woke(ASLEEP - TICK)

    fence.reported(10.0 - OVERDUE + TICK)
    assert not fence.woke(10.0)

    assert fence.woke(10.0 + OVERDUE)
    assert fence.closed


def test_a_cloud_that_is_away_for_fifteen_minutes_is_no_reason_for_silence() -> None:
    fence = Fence(0.0)

    for tick in range(15 * 60 * 50):
        assert not fence.woke(tick * TICK)

    assert not fence.closed


def test_whoever_falls_asleep_while_it_asks_has_to_ask_again() -> None:
    fence = Fence(0.0)
    fence.woke(5.0)
    asked = fence.sleeps
    fence.woke(10.0)

    fence.open(asked)
    assert fence.closed

    fence.open(fence.sleeps)
    assert not fence.closed
