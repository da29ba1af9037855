"""How a room comes to a worker, also when the cloud is away just then."""

import asyncio
from typing import Any

import pytest

from core import messages
from core.errors import NotFound, Unavailable
from core.placement import Lease
from core.roles import Role
from media_workers.rooms.sessions import Sessions
from tests.media_workers.rooms.memory import Slow, failing

pytestmark = pytest.mark.anyio


async def test_a_room_that_is_leased_to_this_worker_is_opened_when_asked_for(
    lab: Any, sessions: Any
) -> None:
    first, second = await asyncio.gather(sessions.open("r1"), sessions.open("r1"))

    assert first is second
    assert sessions.find("r1") is first


async def test_a_room_of_another_worker_is_not_here(lab: Any, sessions: Any) -> None:
    lab.roster.item["lease_worker"] = "w2"

    for room_id in ("r1", "r2"):
        with pytest.raises(NotFound) as refused:
            await sessions.open(room_id)
        assert refused.value.code == "room_not_here"


async def test_a_room_that_is_over_is_not_opened(lab: Any, sessions: Any) -> None:
    lab.roster.item["state"] = "ended"

    with pytest.raises(NotFound):
        await sessions.open("r1")


async def test_a_room_whose_lease_is_lost_while_it_is_read_is_not_here(
    lab: Any, sessions: Any
) -> None:
    lab.roster.taken = True

    with pytest.raises(NotFound):
        await sessions.open("r1")


async def test_who_asks_without_the_cloud_may_ask_again(lab: Any, sessions: Any) -> None:
    lab.roster.room = failing(1, lab.roster.room)
    with pytest.raises(Unavailable) as refused:
        await sessions.open("r1")

    assert refused.value.code == "unavailable"
    assert await sessions.open("r1")


async def test_a_placed_room_is_opened_as_soon_as_it_can_be_read_though_nobody_comes(
    lab: Any, sessions: Any
) -> None:
    lab.add("ada", Role.HOST)
    lab.roster.load = failing(3, lab.roster.load)

    sessions.apply(messages.Placed(room_id="r1", term=1), lab.utc())
    await lab.settle()

    assert sessions.find("r1").knows("ada")


async def test_who_comes_to_a_room_that_can_not_be_read_yet_is_asked_to_come_again(
    lab: Any, placement: Any
) -> None:
    sessions = Sessions("w1", placement, lab.gear, lab.now, patience=0)
    slow = lab.roster.load = Slow(lab.roster.load)

    with pytest.raises(Unavailable) as refused:
        await sessions.open("r1")
    assert refused.value.code == "unavailable"
    slow.go_on.set()
    await lab.settle()

    assert sessions.find("r1")


async def test_a_lease_that_comes_back_while_the_room_can_not_be_read_counts(
    lab: Any, sessions: Any
) -> None:
    slow = lab.roster.load = Slow(lab.roster.load)
    sessions.apply(messages.Placed(room_id="r1", term=1), lab.utc())
    await asyncio.to_thread(slow.begun.wait, 5)

    lab.roster.item["lease_term"] = 3
    sessions.apply(messages.Placed(room_id="r1", term=3), lab.utc())
    slow.go_on.set()
    await lab.settle()

    assert sessions.find("r1").lease.term == 3


async def test_a_room_that_it_has_no_place_for_is_handed_back(lab: Any, placement: Any) -> None:
    full = Sessions("w1", placement, lab.gear, lab.now, max_sessions=0)

    full.apply(messages.Placed(room_id="r1", term=1), lab.utc())
    await lab.settle()

    assert full.full
    assert placement.handed_back == [Lease(room_id="r1", worker_id="w1", term=1)]


async def test_a_drain_hands_back_what_could_not_be_read_yet(
    lab: Any, sessions: Any, placement: Any
) -> None:
    slow = lab.roster.load = Slow(lab.roster.load)
    sessions.apply(messages.Placed(room_id="r1", term=1), lab.utc())
    await asyncio.to_thread(slow.begun.wait, 5)

    await sessions.drain()
    slow.go_on.set()
    await lab.settle()

    assert placement.handed_back == [Lease(room_id="r1", worker_id="w1", term=1)]
    assert len(sessions) == 0


async def test_a_command_places_a_room_here(lab: Any, sessions: Any) -> None:
    sessions.apply(messages.Placed(room_id="r1", term=1), lab.utc())
    await lab.settle()

    assert sessions.find("r1").lease.term == 1


async def test_what_is_said_while_a_room_is_opened_is_not_lost(lab: Any, sessions: Any) -> None:
    lab.add("ada", Role.HOST)
    sessions.apply(messages.Placed(room_id="r1", term=1), lab.utc())
    joined = messages.MemberJoined(room_id="r1", member=lab.view("bob"), revision=1)

    sessions.apply(joined, lab.utc())
    await lab.settle()

    assert sessions.find("r1").knows("bob")
