"""What junk costs: datagrams of each kind at a real worker with a room that talks, beside none.

    python bench/junk.py [--rate 10000] [--seconds 5] [--listeners 100]

First what one datagram costs the edge in CPU, with the kernel's filter and without. Then the
worker: the CPU that it uses more, and the sound that is lost on the way in (concealed) and out
(packets that a listener misses). Part of it comes from a member's own validated address, and one
run has a handshake left half done, when the socket is read at once and not on the tick.
"""

import argparse
import asyncio
import multiprocessing
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.client import Client
from support.crowd import Crowd
from support.rig import Reading, Rig, rig

from media_workers.transport import bpf
from media_workers.transport.dtls import Certificate
from media_workers.transport.edge import Edge
from media_workers.transport.stun import binding_request

SOURCES = 64
BURST = 0.002
ROOM = "junk"
EACH_ALONE, AT_ONCE = 20_000, 50

Make = Callable[[bytes], bytes]


def a_check(username: bytes, password: bytes = b"guessed") -> bytes:
    """A connectivity check, new each time."""
    return binding_request(username=username, password=password, use_candidate=True)


# What strangers send; `username` is what one who listens in has seen a member send.
STRANGERS: dict[str, Make] = {
    "random bytes": lambda _: secrets.token_bytes(200),
    "empty": lambda _: b"",
    "STUN, unknown user": lambda _: a_check(b"0123456789abcdef:abcdefgh"),
    "STUN, wrong password": a_check,
    "like DTLS": lambda _: b"\x16\xfe\xfd" + secrets.token_bytes(150),
    "like SRTP": lambda _: b"\x80\x6f" + secrets.token_bytes(110),
    "like SRTP, 1,200 bytes": lambda _: b"\x80\x6f" + secrets.token_bytes(1198),
}
MEMBERS: dict[str, Make] = {
    "member: like SRTP": lambda _: b"\x80\x6f" + secrets.token_bytes(110),
    "member: like DTLS": lambda _: b"\x17\xfe\xfd\x00\x01" + secrets.token_bytes(150),
}
MIXED = "all of these, in turn"
HALF_DONE = "the same, and a handshake half done"


def alone(make: Make, *, filtered: bool) -> tuple[float, float]:
    """(CPU us a datagram, share that the kernel dropped) at an edge of our own."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        if filtered:
            bpf.attach(sock)
        edge = Edge(sock, advertised_address=("127.0.0.1", 9))
        used = 0.0
        for start in range(0, EACH_ALONE, AT_ONCE):
            for datagram in [make(b"0123456789abcdef:abcdefgh") for _ in range(AT_ONCE)]:
                sender.sendto(datagram, sock.getsockname())
            began = time.thread_time()
            edge.poll(start / 10_000)
            used += time.thread_time() - began
        seen = edge.counters.total()
    return 1e6 * used / EACH_ALONE, 1 - seen / EACH_ALONE


class Flooder(Client):
    """A member who also sends junk, from sockets of strangers and from his own."""

    def flood(self, kinds: list[str], rate: int, seconds: float) -> int:
        """So many datagrams a second for so long; how many were sent."""
        strangers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(SOURCES)]
        pool = [
            (kind in MEMBERS, (STRANGERS | MEMBERS)[kind](self._username))
            for _ in range(500)
            for kind in kinds
        ]
        began, sent = time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < seconds:
            while sent < passed * rate:
                by_member, datagram = pool[sent % len(pool)]
                source = self._socket if by_member else strangers[sent % SOURCES]
                source.sendto(datagram, self._server)
                sent += 1
            time.sleep(BURST)
        for sock in strangers:
            sock.close()
        return sent


def flooder(pipe: Any, media: list[dict[str, str]]) -> None:
    """A process of its own: a member, who floods when he is told to."""
    certificate = Certificate.generate()
    member = Flooder(certificate, media[0])
    threading.Thread(target=asyncio.run, args=(member.run(),), daemon=True).start()
    while not member.connected.is_set():
        time.sleep(0.01)
    pipe.send(0)
    while (order := pipe.recv()) is not None:
        kinds, rate, seconds, half_done = order
        if half_done:
            Client(certificate, media[1])  # makes an offer, and never goes on
        pipe.send(member.flood(kinds, rate, seconds))


class Ear:
    """A listener who notes what reaches him, in a thread of his own."""

    def __init__(self, media: dict[str, str]) -> None:
        self._numbers: list[int] = []
        client = Client(Certificate.generate(), media, received=self._received)
        threading.Thread(target=asyncio.run, args=(client.run(),), daemon=True).start()
        while not client.connected.is_set():
            time.sleep(0.01)

    def _received(self, packet: bytes, _at: float) -> None:
        self._numbers.append(int.from_bytes(packet[2:4], "big"))

    def missed(self) -> float:
        """The share of the packets that did not arrive since last asked."""
        numbers, self._numbers = self._numbers, []
        sent = (numbers[-1] - numbers[0] & 0xFFFF) + 1 if numbers else 1
        return 1 - len(numbers) / sent


def frames(reading: Reading, *origins: str) -> float:
    """The speaker's frames by what they were made of."""
    name = 'stoa_voice_frames_total{{origin="{}"}}'
    return sum(reading.metrics.get(name.format(origin), 0.0) for origin in origins)


def watched(worker: Rig, ear: Ear, flood: Callable[[], int]) -> tuple[float, float, float, float]:
    """(share of a core, datagrams a second, share concealed, share missed)."""
    ear.missed()
    before = worker.read()
    sent = flood()
    after = worker.read()
    seconds = after.at - before.at
    concealed = frames(after, "concealed", "silent") - frames(before, "concealed", "silent")
    every = ("concealed", "silent", "real", "fec", "red")
    total = frames(after, *every) - frames(before, *every)
    return (after.cpu - before.cpu) / seconds, sent / seconds, concealed / total, ear.missed()


def at_a_worker(options: argparse.Namespace) -> None:
    """The second table."""
    context = multiprocessing.get_context("spawn")
    with rig() as worker:
        media = worker.open_room(ROOM, listeners=options.listeners + 3)
        crowd = Crowd()
        crowd.join(media[:1], speak=True)
        crowd.join(media[4:])
        ear = Ear(media[1])
        pipe, theirs = context.Pipe()
        process = context.Process(target=flooder, args=(theirs, media[2:4]), daemon=True)
        process.start()
        pipe.recv()
        time.sleep(3.0)

        def flood(kinds: list[str], *, half_done: bool = False) -> Callable[[], int]:
            def run() -> int:
                pipe.send((kinds, options.rate, options.seconds, half_done))
                return int(pipe.recv())

            return run

        def quiet() -> int:
            time.sleep(options.seconds)
            return 0

        everything = [*STRANGERS, *MEMBERS]
        runs = {
            "none": quiet,
            **{kind: flood([kind]) for kind in everything},
            MIXED: flood(everything),
            HALF_DONE: flood(everything, half_done=True),
            "none again": quiet,
        }
        print(f"\n{'junk at the worker':<38} a second  of a core   more  concealed  missed")
        base = None
        for name, run in runs.items():
            share, rate, concealed, missed = watched(worker, ear, run)
            base = share if base is None else base
            print(
                f"{name:<38} {rate:8.0f} {100 * share:9.1f} % {100 * (share - base):5.1f} %"
                f" {100 * concealed:8.2f} % {100 * missed:5.2f} %",
                flush=True,
            )
        pipe.send(None)
        process.join()
        crowd.leave()


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--listeners", type=int, default=100)
    options = parser.parse_args()
    print(f"{'junk at the edge alone':<38} us each without filter, with it  dropped by it")
    for kind, make in STRANGERS.items():
        without, _ = alone(make, filtered=False)
        with_it, dropped = alone(make, filtered=True)
        print(f"{kind:<38} {without:22.2f} {with_it:9.2f} {100 * dropped:12.0f} %")
    at_a_worker(options)


if __name__ == "__main__":
    main()
