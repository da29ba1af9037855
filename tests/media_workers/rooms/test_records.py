"""The roster follows the room, whatever the cloud does meanwhile."""

import asyncio
from typing import Any

import pytest

from tests.media_workers.rooms.memory import Slow, failing

pytestmark = pytest.mark.anyio


async def test_what_fails_is_repeated_until_it_is_written(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    lab.roster.connected = failing(4, lab.roster.connected)

    peer = lab.join("bob")
    await lab.settle()

    assert lab.roster.members["bob"].peer_id == peer.peer_id
    assert lab.gear.cloud.failures["EndpointConnectionError"] == 4


async def test_whoever_is_lost_while_he_is_being_written_down_is_lost_afterwards(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    slow = lab.roster.connected = Slow(lab.roster.connected)
    peer = lab.join("bob")
    await asyncio.to_thread(slow.begun.wait, 5)

    peer.close("left")
    lab.pass_time(3)
    slow.go_on.set()
    await lab.settle()

    assert "bob" not in lab.roster.members


async def test_one_member_is_written_by_one_writer_at_a_time(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    slow = lab.roster.connected = Slow(lab.roster.connected)
    lab.join("bob")
    await asyncio.to_thread(slow.begun.wait, 5)

    slow.begun.clear()
    newest = lab.join("bob")
    await asyncio.sleep(0)  # a second writer would begin now
    assert not await asyncio.to_thread(slow.begun.wait, 0.05)
    slow.go_on.set()
    await lab.settle()

    assert slow.most == 1
    assert lab.roster.members["bob"].peer_id == newest.peer_id


async def test_of_many_changes_during_an_outage_the_last_is_written(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    lab.roster.connected = failing(3, lab.roster.connected)

    peers = [lab.join("bob") for _ in range(4)]
    await lab.settle()

    assert lab.roster.members["bob"].peer_id == peers[-1].peer_id


async def test_a_room_goes_on_while_the_cloud_is_away(lab: Any) -> None:
    lab.add("ada")
    lab.add("bob")
    lab.open()
    lab.roster.connected = failing(3, lab.roster.connected)

    host = lab.join("ada")
    lab.join("bob").close("left")
    lab.pass_time(3)

    assert host.events("member.left")
    await lab.settle()
