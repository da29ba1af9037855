"""What people hear when a media worker is killed, stopped, or falls asleep and wakes up again.

    python bench/faults.py [kill zombie stop address] [--times 2] [--listeners 100] [--stale]

The real local stack with two media workers, one room on one of them: five people on the stage who
hum without a pause, and listeners, all signed in, who do what the page does (`support/guest.py`).
The gap is the longest time in which a listener was sent no sound. The baseline is a browser's own:
Chromium takes 5 to 7 s to see that nothing comes any more, before anything is done about it.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.guest import Guest
from support.stack import Stack, running

from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE, Encoder
from media_workers.transport.dtls import Certificate

SPEAKERS = 5
HANDS = 3
TICK = 0.02
WITHIN = 30.0
ASLEEP_SECONDS = 8.0
STANDBY_SECONDS = 10.0
"""Until the worker that takes the place of the one before is there: its start takes 4 s or more."""

LISTENING = "0A"


class Crowd:
    """A room with its people."""

    def __init__(self, stack: Stack, listeners: int, *, keeps_pass: bool = True) -> None:
        self.stack = stack
        self.keeps_pass = keeps_pass
        self.certificate = Certificate.generate()
        host, self.room_id = stack.host("host", who_may_speak="invited")
        self.host = host
        with ThreadPoolExecutor(8) as pool:
            names = [f"somebody{n}" for n in range(SPEAKERS - 1 + listeners)]
            tokens = list(pool.map(self._sign_in, names))
            list(pool.map(self._join, tokens))
        stage, audience = tokens[: SPEAKERS - 1], tokens[SPEAKERS - 1 :]
        for token in stage:
            account_id = self._raise_hand(token)
            path = f"/rooms/{self.room_id}/members/{account_id}/role"
            stack.api("PUT", path, {"role": "speaker"}, host)
        for token in audience[:HANDS]:
            self._raise_hand(token)
        self.speakers = [self._guest(token, talks=True) for token in (host, *stage)]
        self.listeners = [self._guest(token) for token in audience]

    @property
    def everyone(self) -> list[Guest]:
        """Those on the stage first."""
        return [*self.speakers, *self.listeners]

    def standing(self) -> Any:
        """Who is on the stage in which role, and whose hands are up in which order."""
        room = f"/rooms/{self.room_id}"
        stage = self.stack.api("GET", f"{room}/members?role=speaker", None, self.host)["items"]
        hands = self.stack.api("GET", f"{room}/hands", None, self.host)["items"]
        return (
            sorted((one["account_id"], one["role"]) for one in stage),
            [one["account_id"] for one in hands],
        )

    async def talk(self) -> None:
        """Hum until cancelled."""
        axis = np.arange(SAMPLE_RATE) / SAMPLE_RATE
        frames = []
        for number in range(SPEAKERS):
            wave = 5000 * np.sin(2 * np.pi * 200 * (number + 1) * axis)
            pcm, encoder = wave.astype(np.int16).reshape(-1, FRAME_SIZE), Encoder()
            frames.append([encoder.encode(frame) for frame in pcm])
        due, number = time.perf_counter(), 0
        while True:
            for guest, hum in zip(self.speakers, frames, strict=True):
                guest.say(hum[number % len(hum)])
            number += 1
            due += TICK
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    def _sign_in(self, handle: str) -> str:
        return str(self.stack.api("POST", "/local/sign-in", {"handle": handle})["token"])

    def _join(self, token: str) -> dict[str, str]:
        answer = self.stack.api("POST", f"/rooms/{self.room_id}/join", {}, token)
        return dict(answer["media"])

    def _raise_hand(self, token: str) -> str:
        hand = self.stack.api("PUT", f"/rooms/{self.room_id}/hand", None, token)
        return str(hand["account_id"])

    def _guest(self, token: str, *, talks: bool = False) -> Guest:
        return Guest(
            self.certificate,
            lambda: self._join(token),
            talks=talks,
            keeps_pass=self.keeps_pass,
        )


async def until(holds: Callable[[], bool], seconds: float) -> None:
    """Returns when it holds, or after so long."""
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline and not holds():  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.05)


def worker_of(crowd: Crowd) -> int:
    """The process id of the worker that the listeners hear."""
    port = Counter(guest.line._server[1] for guest in crowd.listeners if guest.line)
    ((media_port, _),) = port.most_common(1)
    rows = [line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
    inode = next(row[9] for row in rows if row[1].endswith(f":{media_port:04X}"))
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(link.readlink()) == f"socket:[{inode}]":
                return int(link.parts[2])
    raise LookupError(media_port)


def report(name: str, gaps: list[float], goal: float, *more: str) -> None:
    """One line."""
    p50, p95 = np.percentile(gaps, [50, 95])
    words = "".join(f"   {one}" for one in more)
    print(
        f"{name:<9} gap p50 {p50:5.2f} s   p95 {p95:5.2f} s   worst {max(gaps):5.2f} s"
        f"   goal p95 <= {goal:g} s   n {len(gaps)}{words}",
        flush=True,
    )


async def moved(crowd: Crowd, before: dict[Guest, int], since: float) -> list[float]:
    """The listeners' gaps, once everybody has another connection and listeners hear through it."""

    def back() -> bool:
        again = all(guest.connections > before[guest] for guest in crowd.everyone)
        recent = time.perf_counter() - 0.5
        return again and all(guest.heard_at > recent for guest in crowd.listeners)

    await until(back, WITHIN)
    return [guest.gap(since) for guest in crowd.listeners]


async def kill(crowd: Crowd) -> None:
    """SIGKILL."""
    before, standing = {guest: guest.connections for guest in crowd.everyone}, crowd.standing()
    at = time.perf_counter()
    os.kill(worker_of(crowd), signal.SIGKILL)
    gaps = await moved(crowd, before, at)
    await asyncio.sleep(1)
    same = "same" if crowd.standing() == standing else "NOT THE SAME"
    report("kill", gaps, 6.0, f"roles and hands: {same}")


async def zombie(crowd: Crowd) -> None:
    """SIGSTOP, and SIGCONT once others have its room. Old sockets stay to see what it sends."""
    before = {guest: guest.connections for guest in crowd.everyone}
    witnesses = [guest.line for guest in crowd.listeners if guest.line]
    for line in witnesses:
        line.stay = True
    pid, at = worker_of(crowd), time.perf_counter()
    os.kill(pid, signal.SIGSTOP)
    gaps = await moved(crowd, before, at)
    await until(lambda: time.perf_counter() - at > ASLEEP_SECONDS, ASLEEP_SECONDS)
    heard = sum(line.packets for line in witnesses)
    os.kill(pid, signal.SIGCONT)
    await asyncio.sleep(3)
    sent = sum(line.packets for line in witnesses) - heard
    for line in witnesses:
        line.stay = False
        line.stop()
    report("zombie", gaps, 6.0, f"packets of the old worker after SIGCONT: {sent}")


async def stop(crowd: Crowd) -> None:
    """SIGTERM."""
    before, standing = {guest: guest.connections for guest in crowd.everyone}, crowd.standing()
    ended = len(crowd.stack.endings)
    at = time.perf_counter()
    os.kill(worker_of(crowd), signal.SIGTERM)
    gaps = await moved(crowd, before, at)
    await until(lambda: len(crowd.stack.endings) > ended, WITHIN)
    took = time.perf_counter() - at
    same = "same" if crowd.standing() == standing else "NOT THE SAME"
    end = f"{crowd.stack.endings[ended]} after {took:.1f} s"
    report("stop", gaps, 1.0, f"roles and hands: {same}", end)


async def address(crowd: Crowd) -> None:
    """The listeners' packets come from another address from now on."""
    before = {guest: guest.connections for guest in crowd.listeners}
    at = time.perf_counter()
    lines = [guest.line for guest in crowd.listeners[:20] if guest.line]
    for line in lines:
        line.move("127.0.0.2")
    await asyncio.sleep(6)
    gaps = [guest.gap(at) for guest in crowd.listeners[:20]]
    anew = sum(guest.connections - before[guest] for guest in crowd.listeners)
    for line in lines:
        line.move("127.0.0.1")
    await asyncio.sleep(6)
    report("address", gaps, 1.5, f"new handshakes: {anew}")


FAULTS = {"kill": kill, "zombie": zombie, "stop": stop, "address": address}


async def measure(stack: Stack, options: argparse.Namespace) -> None:
    """One crowd, one fault after the other."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(64))
    crowd = await asyncio.to_thread(Crowd, stack, options.listeners, keeps_pass=not options.stale)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(crowd.talk())]
        for guest in crowd.everyone:
            tasks.append(group.create_task(guest.run()))
            await asyncio.sleep(0.03)
        await until(lambda: all(guest.heard_at for guest in crowd.listeners), WITHIN)
        for name in options.faults:
            for _ in range(1 if name == "address" else options.times):
                await asyncio.sleep(STANDBY_SECONDS)
                await FAULTS[name](crowd)
        for task in tasks:
            task.cancel()


def main() -> None:
    """Prints the figures."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # a full pool is no news
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("faults", nargs="*", choices=FAULTS, default=list(FAULTS))
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--listeners", type=int, default=100)
    parser.add_argument("--stale", action="store_true", help="room passes are over: all join anew")
    options = parser.parse_args()
    with running(STOA_WORKERS="2", STOA_CAPTIONS="off") as stack:
        asyncio.run(measure(stack, options))


if __name__ == "__main__":
    main()
