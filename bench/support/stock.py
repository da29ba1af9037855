"""Stock aiortc as a server of one-to-many sound, its clients in a process of their own."""

import asyncio
import fractions
import multiprocessing
import os
import time
from typing import Any

import aioice.ice
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamTrack
from av import AudioFrame, Packet

from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE
from support.sound import packets, voice

TICK = 0.02
SETTLE_SECONDS = 3.0


def stock(count: int, seconds: float, *, shared: bool) -> float:
    """CPU seconds a packet of the server, which sends each listener 50 a second.

    `shared`: the track is encoded once, for all; else a MediaRelay's, which each sender encodes.
    """
    context = multiprocessing.get_context("spawn")
    server, server_end = context.Pipe()
    clients, clients_end = context.Pipe()
    processes = [
        context.Process(target=_serve, args=(server_end, clients_end, count, seconds, shared)),
        context.Process(target=_listen, args=(clients, count)),
    ]
    for process in processes:
        process.start()
    measured: float = server.recv()
    for process in processes:
        process.join()
    return measured


class _Track(MediaStreamTrack):  # type: ignore[misc]  # aiortc is not looked into
    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._due = time.monotonic()
        self._number = 0

    async def _next(self) -> int:
        self._due += TICK
        self._number += 1
        await asyncio.sleep(self._due - time.monotonic())
        return self._number


class _Voice(_Track):
    """Frames, to be encoded."""

    _sound = voice(8)

    async def recv(self) -> AudioFrame:
        number = await self._next()
        frame = AudioFrame.from_ndarray(
            self._sound[number % len(self._sound)][np.newaxis], "s16", "mono"
        )
        frame.sample_rate, frame.pts = SAMPLE_RATE, number * FRAME_SIZE
        frame.time_base = fractions.Fraction(1, SAMPLE_RATE)
        return frame


class _Encoded(_Track):
    """Packets, as aiortc's sender takes them too."""

    _sound = packets(8)

    async def recv(self) -> Packet:
        number = await self._next()
        packet = Packet(self._sound[number % len(self._sound)])
        packet.pts = number * FRAME_SIZE
        packet.time_base = fractions.Fraction(1, SAMPLE_RATE)
        return packet


def _connection() -> RTCPeerConnection:
    aioice.ice.get_host_addresses = lambda **_: ["127.0.0.1"]  # which it leaves out
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def _serve(result: Any, clients: Any, count: int, seconds: float, shared: bool) -> None:  # noqa: FBT001
    async def sent(connections: list[RTCPeerConnection]) -> int:
        reports = [await connection.getStats() for connection in connections]
        return sum(
            stats.packetsSent
            for report in reports
            for stats in report.values()
            if stats.type == "outbound-rtp"
        )

    async def serve() -> None:
        relay, track = MediaRelay(), _Encoded() if shared else _Voice()
        connections = []
        for _ in range(count):
            connection = _connection()
            connections.append(connection)
            offer = await asyncio.to_thread(clients.recv)
            await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            connection.addTrack(relay.subscribe(track))
            await connection.setLocalDescription(await connection.createAnswer())
            clients.send(connection.localDescription.sdp)
        await asyncio.sleep(SETTLE_SECONDS)
        packets_before, cpu = await sent(connections), time.process_time()
        await asyncio.sleep(seconds)
        cpu = time.process_time() - cpu
        result.send(cpu / (await sent(connections) - packets_before))
        clients.send(None)
        os._exit(0)  # as the clients

    asyncio.run(serve())


def _listen(server: Any, count: int) -> None:
    async def drop(*_: Any, **__: Any) -> None:
        """A listener's decoder is not the server's affair."""

    RTCRtpReceiver._handle_rtp_packet = drop

    async def listen() -> None:
        connections = []
        for _ in range(count):
            connection = _connection()
            connections.append(connection)
            connection.addTransceiver("audio", direction="recvonly")
            await connection.setLocalDescription(await connection.createOffer())
            server.send(connection.localDescription.sdp)
            answer = await asyncio.to_thread(server.recv)
            await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await asyncio.to_thread(server.recv)
        os._exit(0)  # aiortc leaves tasks that nobody awaits

    asyncio.run(listen())
