"""The clients of docs/clients, run as they stand there."""

import asyncio
import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import ClientSession
from playwright.async_api import expect

from local.voice import Voice
from tests.journeys.conftest import SAMPLE_RATE, Visit, tone
from tests.journeys.stack import Stack

pytestmark = pytest.mark.anyio
CLIENTS = Path(__file__).parents[2] / "docs" / "clients"
LOW = 440.0
IGNORED: dict[str, Callable[[Any], None]] = {"on_event": lambda _: None, "on_track": lambda _: None}
JOIN = """async ([api, roomId]) => {
  const { createDataChannel } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createDataChannel = function (...given) {
    return (window.channel = createDataChannel.apply(this, given));
  };
  const { join } = await import("/join.js");
  window.room = await join(api, roomId, { media: window.room?.media });
  window.audio ??= new Audio(); // one, so that only the newest connection is heard
  audio.srcObject = room.stream;
  await audio.play();
}"""
# What the worker tells some minutes later.
RENEW = """() => {
  const tell = (token) =>
    channel.onmessage({ data: JSON.stringify({ type: "token.renewed", token, expires_at: "" }) });
  const { token } = room.media;
  tell("newer");
  const newest = room.media.token;
  tell(token);
  return newest;
}"""


def load(name: str) -> Any:
    """The file of this name as a module."""
    spec = importlib.util.spec_from_file_location(name, CLIENTS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def hears(track: Any, frequency: float) -> None:
    """Returns once half a second of sound is this tone and little else."""
    while True:
        frames = [await track.recv() for _ in range(25)]
        samples = np.concatenate(
            [
                frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0].astype(float)
                for frame in frames
            ]
        )
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        strongest = np.argmax(spectrum) * SAMPLE_RATE / len(samples)
        if np.sqrt(np.mean(samples**2)) > 300 and abs(strongest - frequency) < 10:
            return


async def test_the_python_client_talks_hears_and_leaves(stack: Stack) -> None:
    join = load("join")
    host = stack.sign_in("clio", followers=600)
    room_id = stack.open_room(host)
    tracks: asyncio.Queue[Any] = asyncio.Queue()
    told: asyncio.Queue[Any] = asyncio.Queue()

    async with ClientSession() as http, asyncio.timeout(20):
        speaker = await join.Room(http, stack.url, room_id, host.token).connect(
            microphone=Voice(tone(LOW, 1)), **IGNORED | {"on_event": told.put_nowait}
        )
        listener = await join.Room(http, stack.url, room_id, None).connect(
            **IGNORED | {"on_track": tracks.put_nowait}
        )
        await hears(await tracks.get(), LOW)

        await listener.close()
        await until(told, lambda event: event["type"] == "member.left")
        await speaker.close()


async def test_the_python_client_stays_until_the_room_ends(stack: Stack) -> None:
    join = load("join")
    host = stack.sign_in("cora", followers=600)
    room_id = stack.open_room(host)
    told: asyncio.Queue[Any] = asyncio.Queue()
    async with ClientSession() as http, asyncio.timeout(20):
        room = join.Room(http, stack.url, room_id, None)
        staying = asyncio.create_task(room.stay(**IGNORED | {"on_event": told.put_nowait}))
        await until(told, lambda event: event["type"] == "room.state")

        end = asyncio.to_thread(stack.api, "POST", f"/rooms/{room_id}/end", by=host, body={})
        assert (await end).status == 200

        await staying


async def test_the_browsers_client_hears_through_a_restart_comes_back_and_leaves(
    stack: Stack, visit: Visit
) -> None:
    join = load("join")
    host = stack.sign_in("cyra", followers=600)
    room_id = stack.open_room(host)
    told: asyncio.Queue[Any] = asyncio.Queue()
    guest = await visit()
    await guest.page.route("**/join.js", lambda route: route.fulfill(path=CLIENTS / "join.js"))
    await guest.go("/docs")
    await expect(guest.page.get_by_text("/rooms/{room_id}/join")).to_be_visible()
    await guest.page.mouse.click(5, 5)  # without a gesture no page may play sound
    async with ClientSession() as http, asyncio.timeout(30):
        speaker = await join.Room(http, stack.url, room_id, host.token).connect(
            microphone=Voice(tone(LOW, 1)), **IGNORED | {"on_event": told.put_nowait}
        )
        await until(told, lambda event: event["type"] == "room.state")

        await guest.page.evaluate(JOIN, [stack.url, room_id])
        await guest.hears(LOW)
        await guest.page.evaluate("room.restart()")
        await guest.hears(LOW, since=time.time())

        assert await guest.page.evaluate(RENEW) == "newer"
        await guest.page.evaluate(JOIN, [stack.url, room_id])
        await guest.hears(LOW, since=time.time())
        await guest.page.evaluate("room.leave()")
        events = [await told.get()]
        while events[-1]["type"] != "member.left":
            events.append(await told.get())
        came = [each["member"] for each in events if each["type"] == "member.joined"]
        assert {member["account_id"] for member in came} == {events[-1]["account_id"]}
        await speaker.close()


async def test_a_room_that_is_over_is_refused_with_its_code(stack: Stack) -> None:
    join = load("join")
    host = stack.sign_in("cleo", followers=600)
    room_id = stack.open_room(host)
    assert stack.api("POST", f"/rooms/{room_id}/end", by=host, body={}).status == 200

    async with ClientSession() as http:
        with pytest.raises(join.Refused) as refusal:
            await join.Room(http, stack.url, room_id, None).stay(**IGNORED)

    assert refusal.value.code == "not_live"


async def until(told: asyncio.Queue[Any], wanted: Callable[[Any], bool]) -> None:
    """Returns once such an event has come."""
    while not wanted(await told.get()):
        pass
