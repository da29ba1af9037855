"""A stock aiortc client, in real time on loopback, against one edge and one peer."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, MediaStreamTrack

pytestmark = pytest.mark.anyio

SILENCE = b"\xf8\xff\xfe"  # an Opus frame of 20 ms


class Stock:
    """An RTCPeerConnection that counts what it hears, with its `events` channel.

    `picture`: it offers video, too, before or after its sound.
    """

    def __init__(self, picture: str) -> None:
        policy = RTCBundlePolicy.BALANCED if picture == "no" else RTCBundlePolicy.MAX_BUNDLE
        configuration = RTCConfiguration(iceServers=[], bundlePolicy=policy)
        self.connection = RTCPeerConnection(configuration)
        self.picture = picture
        if picture == "before":
            self.connection.addTransceiver("video")
        self.frames = 0
        self.messages: list[Any] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.connection.on("track", lambda track: self.tasks.append(self._listen(track)))

    def _listen(self, track: MediaStreamTrack) -> asyncio.Task[None]:
        async def listen() -> None:
            with contextlib.suppress(MediaStreamError):
                while True:
                    await track.recv()
                    self.frames += 1

        return asyncio.create_task(listen())

    async def offer(self) -> str:
        if self.picture == "after":
            self.connection.addTransceiver("video")
        self.channel = self.connection.createDataChannel("events")
        self.channel.on("message", self.messages.append)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        sdp: str = self.connection.localDescription.sdp
        return sdp

    async def take(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))


@pytest.fixture(params=["no", "before", "after"], ids="{} picture".format)
async def stock(request: pytest.FixtureRequest) -> AsyncIterator[Stock]:
    stock = Stock(request.param)
    yield stock
    await stock.connection.close()
    await asyncio.gather(*stock.tasks)


@pytest.fixture
async def ticking(lab: Any) -> AsyncIterator[Callable[[], None]]:
    """The media tick: read, keep deadlines, and send every connected client 20 ms of silence."""
    loop = asyncio.get_running_loop()
    sequence = iter(range(1, 60000))

    async def tick() -> None:
        while True:
            lab.now = loop.time()
            lab.edge.poll(lab.now)
            for peer in lab.peers:
                peer.tick(lab.now)
                if peer.connected and peer.direction.client_receives:
                    number = next(sequence)
                    header = struct.pack(
                        "!BBHII", 0x80, peer.payload_type, number, number * 960, peer.ssrc
                    )
                    lab.edge.sendto(peer.srtp_tx.protect(header + SILENCE), peer.address)
            await asyncio.sleep(0.02)

    lab.now = loop.time()
    task = asyncio.create_task(tick())
    yield lambda: None
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until(condition: Callable[[], Any], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - aiortc has no event for most of them
            await asyncio.sleep(0.005)


async def test_a_stock_client_talks_hears_and_is_told_goodbye(
    lab: Any, stock: Stock, ticking: Any
) -> None:
    stock.connection.addTrack(AudioStreamTrack())
    peer, _, heard = lab.join(await stock.offer())
    running = asyncio.create_task(peer.run())
    await stock.take(peer.answer)

    await until(lambda: stock.channel.readyState == "open" and peer.channel_open)
    stock.channel.send("hello")
    peer.send_message("welcome")
    await until(lambda: stock.messages == ["welcome"] and heard.of("message"))
    await until(lambda: len(heard.rtp) > 20 and stock.frames > 10)
    peer.close("removed")
    await until(lambda: stock.connection.connectionState == "closed")
    await asyncio.wait_for(running, 1)

    assert heard.of("message") == [("message", "hello")]
    assert heard.of("closed") == [("closed", "removed")]


async def test_a_stock_client_that_only_listens_hears_and_leaves(
    lab: Any, stock: Stock, ticking: Any
) -> None:
    stock.connection.addTransceiver("audio", direction="recvonly")
    peer, _, heard = lab.join(await stock.offer())
    running = asyncio.create_task(peer.run())
    await stock.take(peer.answer)

    await until(lambda: stock.frames > 10)
    await stock.connection.close()
    await asyncio.wait_for(running, 5)

    assert heard.rtp == []
    assert heard.of("closed") == [("closed", "left")]
