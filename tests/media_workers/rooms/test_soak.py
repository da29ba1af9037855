"""Nothing of those who have gone is left. `bench/soak.py` does the same for hours."""

import gc
import threading
from pathlib import Path
from typing import Any

import pytest

from core.roles import Role
from media_workers.transport.sdp import Direction

pytestmark = pytest.mark.anyio
CYCLES = 50
DESCRIPTORS = Path("/proc/self/fd")
PER_CYCLE = 2
"""Objects: what the room counts and remembers has a bound, but is not full yet."""


def open_descriptors() -> int:
    """0 where the system does not tell."""
    return sum(1 for _ in DESCRIPTORS.glob("*"))


async def come_and_go(lab: Any, voice: Any) -> None:
    for direction in (Direction.RECVONLY, Direction.SENDRECV):
        peer = lab.join("bob", direction)
        lab.session.rtp_received(peer, voice.packet(), lab.now)
        lab.pass_time(0.1)
        peer.close("left")
        peer.sock.close()
    await lab.settle()
    lab.peers.clear()
    lab.roster.headcounts.clear()


async def test_whoever_has_gone_leaves_no_object_thread_or_descriptor_behind(
    lab: Any, voice: Any
) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob", Role.SPEAKER)
    lab.open()
    for _ in range(10):
        await come_and_go(lab, voice)
    gc.collect()
    objects, threads = len(gc.get_objects()), threading.active_count()
    descriptors = open_descriptors()

    for _ in range(CYCLES):
        await come_and_go(lab, voice)

    gc.collect()
    assert lab.session.peers == 0
    assert not lab.session.sound.voices
    assert threading.active_count() == threads
    assert len(gc.get_objects()) - objects < PER_CYCLE * CYCLES
    assert open_descriptors() == descriptors
