"""People are sent on a few at a time, and are not cut off before they have gone."""

import asyncio

import pytest

from media_workers.peers.handover import GRACE, TOLD_A_TICK, Handover

pytestmark = pytest.mark.anyio


class Traveller:
    """Somebody who goes when the test says."""

    def __init__(self) -> None:
        self.closed_reason: str | None = None
        self.told: list[str] = []

    def send_message(self, text: str) -> bool:
        self.told.append(text)
        return True


def crowd(handover: Handover, count: int) -> list[Traveller]:
    travellers = [Traveller() for _ in range(count)]
    for traveller in travellers:
        handover.send_on(traveller, "moved")
    return travellers


async def test_a_few_are_told_in_each_tick_and_each_once() -> None:
    handover = Handover()
    travellers = crowd(handover, 3 * TOLD_A_TICK)

    handover.tick(0.0)
    first = [list(traveller.told) for traveller in travellers]
    handover.tick(0.02)
    handover.tick(0.04)

    assert first == [["moved"]] * TOLD_A_TICK + [[]] * 2 * TOLD_A_TICK
    assert [traveller.told for traveller in travellers] == [["moved"]] * 3 * TOLD_A_TICK


async def test_it_is_over_as_soon_as_everybody_has_gone() -> None:
    handover = Handover()
    handover.tick(0.0)  # as all the time before
    travellers = crowd(handover, 2)
    over = asyncio.create_task(handover.over())
    handover.tick(0.0)
    await asyncio.sleep(0)
    assert not over.done()

    for traveller in travellers:
        traveller.closed_reason = "left"
    handover.tick(0.02)

    await asyncio.wait_for(over, 1)


async def test_whoever_does_not_go_is_waited_for_a_moment_only() -> None:
    handover = Handover()
    handover.tick(0.0)
    crowd(handover, 1)
    over = asyncio.create_task(handover.over())

    handover.tick(0.0)
    handover.tick(GRACE - 0.02)
    await asyncio.sleep(0)
    assert not over.done()
    handover.tick(GRACE)

    await asyncio.wait_for(over, 1)


async def test_where_nobody_is_there_is_nothing_to_wait_for() -> None:
    await asyncio.wait_for(Handover().over(), 1)
