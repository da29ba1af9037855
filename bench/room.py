"""How quick a room is: the real worker, real connections, in one run.

    python bench/room.py [--joins 40] [--bursts 40] [--mutes 20]

Join to first audio: from asking the API to join until the first packet that holds sound. Mouth to
ear: from a sound's first sample to its first sample out of the listener's decoder, which plays at
once: the 20 ms of the speaker's packet and the worker's buffer are in it, the network and a
browser's own playout delay are not. Mute to silence: from asking the API until a listener gets the
last sound of a speaker whose client goes on sending.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.client import Client
from support.stack import Stack, running

from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE, Decoder, Encoder
from media_workers.transport.dtls import Certificate

T = TypeVar("T")
LOUD = 600  # peak of int16: far above comfort noise, far below the tone
TICK = 0.02
SILENCE_TICKS = 40
SILENCE = 1.0  # s after a mute has been answered
BURST_TICKS = 10


def tone() -> np.ndarray:
    """A second of 1 kHz in frames, which a frame's edge does not interrupt."""
    time_axis = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    return (9000 * np.sin(2 * np.pi * 1000 * time_axis)).astype(np.int16).reshape(-1, FRAME_SIZE)


async def paced(each: Callable[[int], None], ticks: int | None = None) -> None:
    """Call on every tick of 20 ms."""
    due = time.perf_counter()
    number = 0
    while ticks is None or number < ticks:
        each(number)
        number += 1
        due += TICK
        await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def joined(stack: Stack, room_id: str, token: str | None = None) -> dict[str, str]:
    """The media door of a new member."""
    return (await join(stack, room_id, token))["media"]


async def join(stack: Stack, room_id: str, token: str | None) -> dict[str, Any]:
    """What who joins is told."""
    return await asyncio.to_thread(stack.api, "POST", f"/rooms/{room_id}/join", {}, token)


async def talking(speaker: Client, work: Awaitable[T]) -> T:
    """Do the work while the speaker hums without a pause."""
    encoder, frames = Encoder(), tone()
    humming = asyncio.create_task(
        paced(lambda number: speaker.send_frame(encoder.encode(frames[number % len(frames)])))
    )
    try:
        return await work
    finally:
        humming.cancel()


async def time_to_sound(stack: Stack, certificate: Certificate, room_id: str) -> float:
    """Seconds from asking to join to the first packet with sound in it."""
    heard: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    decoder = Decoder()

    def received(packet: bytes, at: float) -> None:
        payload = client.payload(packet)
        if payload and not heard.done() and np.abs(decoder.decode(payload)).max() > LOUD:
            heard.set_result(at)

    start = time.perf_counter()
    media = await joined(stack, room_id)
    client = await asyncio.to_thread(Client, certificate, media, received=received)
    running_client = asyncio.create_task(client.run())
    try:
        return await asyncio.wait_for(heard, 10) - start
    finally:
        running_client.cancel()


async def mouth_to_ear(speaker: Client, listener: Client, bursts: int) -> list[float]:
    """Seconds of delay, for each burst after a silence."""
    encoder, decoder, frames = Encoder(), Decoder(), tone()
    spoken: list[float] = []
    heard: list[float] = []
    quiet = 0

    def received(packet: bytes, at: float) -> None:
        nonlocal quiet
        payload = listener.payload(packet)
        pcm = np.abs(decoder.decode(payload).astype(np.int32)) if len(payload) > 1 else np.zeros(1)
        if pcm.max() <= LOUD:
            quiet += 1
        elif quiet > SILENCE_TICKS // 20:
            quiet = 0
            heard.append(at + int(np.argmax(pcm > LOUD)) / SAMPLE_RATE)

    def speak(number: int) -> None:
        place = number % (SILENCE_TICKS + BURST_TICKS)
        frame = np.zeros(FRAME_SIZE, np.int16) if place < SILENCE_TICKS else frames[place]
        if place == SILENCE_TICKS:
            spoken.append(time.perf_counter() - TICK)
        speaker.send_frame(encoder.encode(frame))

    listener._received = received
    await paced(speak, bursts * (SILENCE_TICKS + BURST_TICKS))
    await asyncio.sleep(0.3)
    delays = []
    for start in spoken:
        after = [at - start for at in heard if 0 < at - start < SILENCE_TICKS * TICK]
        delays += after[:1]
    return delays


async def mute_to_silence(
    listener: Client, mute: Callable[..., Awaitable[None]], times: int
) -> list[float]:
    """Seconds from each mute to the last sound, of somebody who hums all the time."""
    decoder = Decoder()
    loud: list[float] = []
    sounds = asyncio.Event()

    def received(packet: bytes, at: float) -> None:
        payload = listener.payload(packet)
        if len(payload) > 1 and np.abs(decoder.decode(payload).astype(np.int32)).max() > LOUD:
            loud.append(at)
            sounds.set()

    listener._received = received
    delays = []
    for _ in range(times):
        sounds.clear()
        await sounds.wait()
        asked = time.perf_counter()
        await mute(muted=True)
        await asyncio.sleep(SILENCE)
        delays.append(loud[-1] - asked)
        await mute(muted=False)
    return delays


def quantiles(name: str, values: list[float], unit: str = "ms") -> None:
    """One line: p50 and p95."""
    p50, p95 = np.percentile(np.array(values) * 1e3, [50, 95])
    print(f"{name:<24} p50 {p50:6.0f} {unit}   p95 {p95:6.0f} {unit}   n {len(values)}", flush=True)


async def room(options: argparse.Namespace, stack: Stack) -> None:
    """Measure on a running stack."""
    certificate = Certificate.generate()
    token, room_id = await asyncio.to_thread(stack.host, "bench")
    host = await join(stack, room_id, token)
    speaker = await asyncio.to_thread(Client, certificate, host["media"], sends=True)
    listener = await asyncio.to_thread(
        Client, certificate, await joined(stack, room_id), received=lambda _packet, _at: None
    )
    clients = [asyncio.create_task(client.run()) for client in (speaker, listener)]
    await speaker.connected.wait()
    await listener.connected.wait()

    async def join_often() -> list[float]:
        return [await time_to_sound(stack, certificate, room_id) for _ in range(options.joins)]

    async def mute(*, muted: bool) -> None:
        path = f"/rooms/{room_id}/members/{host['member']['account_id']}/muted"
        await asyncio.to_thread(stack.api, "PUT", path, {"muted": muted}, token)

    quantiles("join to first audio", await talking(speaker, join_often()))
    quantiles("mouth to ear", await mouth_to_ear(speaker, listener, options.bursts))
    silences = mute_to_silence(listener, mute, options.mutes)
    quantiles("mute to silence", await talking(speaker, silences))
    for client in clients:
        client.cancel()


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--joins", type=int, default=40)
    parser.add_argument("--bursts", type=int, default=40)
    parser.add_argument("--mutes", type=int, default=20)
    options = parser.parse_args()
    with running() as stack:
        asyncio.run(room(options, stack))


if __name__ == "__main__":
    main()
