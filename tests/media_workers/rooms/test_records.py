"""The roster follows the room, whatever the cloud does meanwhile."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

pytestmark = pytest.mark.anyio


def failing(times: int, deed: Callable[..., Any]) -> Callable[..., Any]:
    """A deed that the cloud does not answer so many times."""
    left = iter(range(times))

    def attempt(*args: Any) -> Any:
        if next(left, None) is not None:
            raise EndpointConnectionError(endpoint_url="http://dynamodb")
        return deed(*args)

    return attempt


async def test_what_fails_is_repeated_until_it_is_written(lab: Any) -> None:
    lab.add("bob")
    lab.open()
    lab.roster.connected = failing(4, lab.roster.connected)

    peer = lab.join("bob")
    await lab.settle()

    assert lab.roster.members["bob"].peer_id == peer.peer_id
    assert lab.gear.cloud.failures["EndpointConnectionError"] == 4


class Slow:
    """A deed that waits for the test, and knows how often it is under way at once."""

    def __init__(self, deed: Callable[..., Any]) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.most = 0
        self._deed = deed
        self._under_way = 0
        self._lock = threading.Lock()

    def __call__(self, *args: Any) -> Any:
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        self.begun.set()
        self.go_on.wait(5)
        with self._lock:
            self._under_way -= 1
        return self._deed(*args)


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
