import asyncio
from typing import Any

import pytest

from media_workers.peers.farewells import CLOSED_A_TICK, LINGER, TOLD_A_TICK, Farewells

pytestmark = pytest.mark.anyio


class Leaver:
    def __init__(self) -> None:
        self.did = []

    def send_message(self, text: Any) -> bool:
        self.did.append(text)
        return True

    def tick(self, now: Any) -> None:
        pass

    def close(self, reason: Any) -> None:
        self.did.append(reason)


async def test_everyone_is_told_before_the_door_closes() -> None:
    farewells, peer = Farewells(), Leaver()

    farewells.dismiss(peer, "goodbye", "moved")
    farewells.tick(10.0)
    farewells.tick(10.0 + LINGER - 0.01)
    assert peer.did == ["goodbye"]
    farewells.tick(10.0 + LINGER)

    assert peer.did == ["goodbye", "moved"]


async def test_a_crowd_leaves_a_few_at_a_time() -> None:
    farewells, peers = Farewells(), [Leaver() for _ in range(200)]
    for peer in peers:
        farewells.dismiss(peer, "goodbye", "ended")

    farewells.tick(10.0)
    assert sum(map(len, (peer.did for peer in peers))) == TOLD_A_TICK
    for _ in range(3):
        farewells.tick(10.0)
    farewells.tick(20.0)

    assert len(farewells) == 200 - CLOSED_A_TICK


async def test_one_can_wait_until_all_are_gone() -> None:
    farewells = Farewells()
    await farewells.over()
    farewells.dismiss(Leaver(), "goodbye", "moved")

    waiting = asyncio.create_task(farewells.over())
    farewells.tick(10.0)
    await asyncio.sleep(0)
    assert not waiting.done()
    farewells.tick(20.0)

    await asyncio.wait_for(waiting, 1)
