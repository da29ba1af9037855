"""Two media workers: if one sleeps or dies the room goes on at the other, and only there."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from local.voice import Voice
from tests.journeys.caller import LOUD, Caller
from tests.journeys.test_room import LOW, join, sine

pytestmark = [pytest.mark.anyio, pytest.mark.alone]
CANDIDATE = re.compile(r"a=candidate:.* udp \d+ \S+ (\d+) typ host")
Come = Callable[..., Awaitable[Caller]]


@pytest.fixture
def fleet(run_stack: Any) -> Iterator[Any]:
    """A stack with two media workers."""
    with run_stack(STOA_WORKERS="2", STOA_CAPTIONS="off") as stack:
        yield stack


@pytest.fixture
async def callers(fleet: Any) -> AsyncIterator[list[Caller]]:
    """Whoever is in here hangs up in the end, so that no worker has people to move."""
    callers: list[Caller] = []
    yield callers
    for caller in callers:
        await caller.close()


def worker_of(caller: Caller) -> int:
    """The process that this caller's media goes to."""
    found = CANDIDATE.search(caller.connection.remoteDescription.sdp)
    assert found
    rows = [line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
    inode = next(row[9] for row in rows if row[1].endswith(f":{int(found[1]):04X}"))
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(link.readlink()) == f"socket:[{inode}]":
                return int(link.parts[2])
    raise LookupError(found[0])


async def test_a_worker_that_wakes_up_is_silent_and_one_that_dies_is_followed(
    fleet: Any, callers: list[Caller]
) -> None:
    ada, bob, eve = (fleet.sign_in(name, followers=600) for name in ("ada", "bob", "eve"))
    room = f"/rooms/{fleet.open_room(ada)}"
    loop = asyncio.get_running_loop()

    async def come(person: Any, *, talks: bool = False) -> Caller:
        media = await asyncio.to_thread(join, fleet, person, room)
        callers.append(await Caller.call(fleet, media, Voice(sine(LOW)) if talks else None))
        return callers[-1]

    await come(ada, talks=True)
    before = await come(bob)
    await before.hears(LOW)
    assert fleet.api("PUT", f"{room}/hand", by=bob).status < 300

    sleeper = worker_of(before)
    os.kill(sleeper, signal.SIGSTOP)
    await come(ada, talks=True)
    after = await come(bob)
    await after.hears(LOW)
    assert worker_of(after) != sleeper
    woken_at = loop.time()
    os.kill(sleeper, signal.SIGCONT)
    await before.event("moved")

    loud = [frame.at for frame in before.frames if frame.rms > LOUD and frame.at > woken_at]
    assert len(loud) <= 1, "no more than the packet that it had in its hand"

    os.kill(worker_of(after), signal.SIGKILL)
    await come(ada, talks=True)
    again = await come(eve)
    await again.hears(LOW)

    assert worker_of(again) == sleeper
    stage = fleet.api("GET", f"{room}/members?role=host", by=ada).json["items"]
    assert [one["account_id"] for one in stage] == [ada.account_id]
    hands = fleet.api("GET", f"{room}/hands", by=ada).json["items"]
    assert [hand["account_id"] for hand in hands] == [bob.account_id]
