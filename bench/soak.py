"""What a worker has left over after hours of a room, a thousand visits, and a thousand at once.

    python bench/soak.py [--hours 0.2] [--cycles 1000] [--joins 1000]

Hours: one room in simulated time, as fast as it goes: one talks half of the time, people come and
go, all of it through the real session, mixer, encoder, SRTP and fan-out. Memory is
that of this process, from a first stretch of warming up to the end.

Cycles and joins: the worker's own process at its own door, with room tokens such as `join` gives:
the whole path is as slow as moto, which writes 150 to 450 items a second. A cycle is an offer, ICE,
DTLS, a moment of sound, and a goodbye. The joins are spread evenly over five seconds.
"""

import argparse
import asyncio
import gc
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.client import Client
from support.rig import Rig, rig

from core.roles import Role
from media_workers.transport.dtls import Certificate
from media_workers.transport.sdp import Direction
from tests.media_workers.rooms.lab import RoomLab, Voice

TICKS_A_MINUTE = 3000
PAGE = 4096
IN_SECONDS = 5.0
AT_ONCE = 20
WARM = 200
"""Visits before memory is looked at."""

CONNECTS_WITHIN = 10.0
MEGABYTE = 1e6


def resident(pid: int | str = "self") -> float:
    """MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MEGABYTE


def left_open(pid: int | str) -> tuple[int, int]:
    """Threads and descriptors."""
    return tuple(sum(1 for _ in Path(f"/proc/{pid}/{kind}").iterdir()) for kind in ("task", "fd"))


async def hours(simulated: float) -> None:
    """A room for so long."""
    lab, voice = RoomLab(), Voice()
    lab.add("ada", Role.HOST)
    for number in range(15):
        lab.add(f"guest{number}")
    lab.open()
    speaker = lab.join("ada", Direction.SENDRECV)
    for number in range(15):
        lab.join(f"guest{number}")
    minutes = round(simulated * 60)
    warm = max(1, minutes // 12)
    began, before = time.process_time(), 0.0
    for minute in range(minutes):
        if minute == warm:
            gc.collect()
            before = resident()
        name = f"guest{minute % 15}"
        for peer in [peer for peer in lab.peers if peer.account_id == name]:
            peer.close("left")
            peer.sock.close()
            lab.peers.remove(peer)
        lab.join(name)
        for tick in range(TICKS_A_MINUTE):
            if tick < TICKS_A_MINUTE // 2:
                lab.session.rtp_received(speaker, voice.packet(), lab.now)
            lab.pass_time(0.02)
        await lab.settle()
        for peer in lab.peers:
            peer.told.clear()
            peer.rtcp.clear()
        lab.roster.counts.clear()
    gc.collect()
    grown, passed = resident() - before, (minutes - warm) / 60
    print(
        f"hours     {simulated:g} simulated in {time.process_time() - began:.0f} CPU s:"
        f" memory {grown / passed:+.2f} MB an hour   goal < 5   threads {threading.active_count()}",
        flush=True,
    )


async def visit(certificate: Certificate, door: dict[str, str], stay: float) -> bool:
    """Whether it came to a connection."""
    try:
        client = await asyncio.to_thread(Client, certificate, door)
    except (RuntimeError, OSError):
        return False
    running = asyncio.create_task(client.run())
    try:
        await asyncio.wait_for(client.connected.wait(), CONNECTS_WITHIN)
        await asyncio.sleep(stay)
    except TimeoutError:
        return False
    finally:
        running.cancel()
    return True


async def cycles(worker: Rig, doors: list[dict[str, str]], count: int) -> None:
    """Twenty people come and go, each as soon as he has gone."""
    certificate = Certificate.generate()
    done = failed = 0
    before = 0.0, (0, 0)

    async def come_and_go(door: dict[str, str]) -> None:
        nonlocal done, failed, before
        while done + failed < WARM + count:
            if await visit(certificate, door, 0.2):
                done += 1
            else:
                failed += 1
            if done == WARM:
                before = resident(worker.pid), left_open(worker.pid)

    await asyncio.gather(*(come_and_go(door) for door in doors))
    await asyncio.sleep(1)
    memory, (threads, descriptors) = before
    now_threads, now_descriptors = left_open(worker.pid)
    print(
        f"cycles    {done - WARM}, {failed} failed: memory {resident(worker.pid) - memory:+.1f} MB"
        f"   goal < 10   threads {now_threads - threads:+d}"
        f"   descriptors {now_descriptors - descriptors:+d}",
        flush=True,
    )


async def joins(worker: Rig, doors: list[dict[str, str]]) -> None:
    """So many in five seconds."""
    certificate = Certificate.generate()
    began, took = time.perf_counter(), []

    async def one(number: int, door: dict[str, str]) -> bool:
        await asyncio.sleep(
            max(0.0, began + number * IN_SECONDS / len(doors) - time.perf_counter())
        )
        at = time.perf_counter()
        good = await visit(certificate, door, 0.0)
        took.append(time.perf_counter() - at)
        return good

    before = worker.read()
    good = await asyncio.gather(*(one(number, door) for number, door in enumerate(doors)))
    cpu = worker.read().cpu - before.cpu
    p50, p95 = np.percentile(took, [50, 95])
    print(
        f"joins     {len(doors)} in {time.perf_counter() - began:.1f} s:"
        f" {100 * sum(good) / len(good):.2f} % succeed   goal >= 99.9   p50 {p50:.2f} s"
        f"   p95 {p95:.2f} s   {1e3 * cpu / len(doors):.2f} ms CPU of the worker each",
        flush=True,
    )


async def at_the_door(options: argparse.Namespace) -> None:
    """What needs a worker."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(32))
    with rig() as worker:
        if options.cycles:
            doors = worker.open_room("cycles", listeners=AT_ONCE)[1:]
            await cycles(worker, doors, options.cycles)
        if options.joins:
            doors = worker.open_room("joins", listeners=options.joins)[1:]
            await joins(worker, doors)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=0.2)
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--joins", type=int, default=1000)
    options = parser.parse_args()
    if options.hours:
        asyncio.run(hours(options.hours))
    if options.cycles or options.joins:
        asyncio.run(at_the_door(options))


if __name__ == "__main__":
    main()
