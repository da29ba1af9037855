"""What it costs to send a room to its listeners: CPU per packet beside the kernel's own floor.

    PYTHONPATH=. python bench/fanout.py [--seconds 3] [--listeners 200 1000 3000]

Each row is measured in the same run, a tick every 20 ms: the floor is `sendmmsg` of ready-made
packets of the same size, without headers, encryption or encoder; then `Fanout.send` with one Opus
encode of noisy speech-like sound a tick. The listeners are sockets on loopback whose filter drops
everything, so what they would cost on their own machines is not counted.
"""

import argparse
import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

sys.path.insert(0, str(Path(__file__).parents[1]))

from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM as GCM
from support.sockets import sinks
from support.sound import voice

from media_workers.audio.fanout import Fanout
from media_workers.audio.opus import Encoder
from media_workers.transport.mmsg import Address, Sender, sockaddr
from media_workers.transport.srtp import sending_session

TICK = 0.02
GCM_KEY_AND_SALT = GCM.key_length + GCM.salt_length
TAG = 16
PAYLOAD_TYPE = 111


def source() -> socket.socket:
    """A socket to send from, with as much room as the worker's."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
    sock.bind(("127.0.0.1", 0))
    return sock


class Room:
    """A sender's socket, and those of its listeners."""

    def __init__(self, count: int) -> None:
        self.sinks = sinks(count)
        self.addresses = [sink.getsockname() for sink in self.sinks]
        self.sock = source()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for used in (self.sock, *self.sinks):
            used.close()


def paced(tick: Callable[[int], object], ticks: int) -> tuple[float, float]:
    """CPU seconds of the process for so many ticks; how long 99 in 100 took at most (wall)."""
    used = 0.0
    walls = []
    due = time.monotonic()
    for number in range(-10, ticks):
        due += TICK
        time.sleep(max(0.0, due - time.monotonic()))
        cpu, start = time.process_time(), time.monotonic()
        tick(number)
        if number >= 0:
            used += time.process_time() - cpu
            walls.append(time.monotonic() - start)
    return used, sorted(walls)[int(len(walls) * 0.99)]


def floor(sock: socket.socket, addresses: Sequence[Address], seconds: float) -> float:
    """CPU seconds a packet of `sendmmsg` alone."""
    count, ticks = len(addresses), round(seconds / TICK)
    sizes = voice_sizes()
    sender = Sender(sock.fileno(), count, 512)
    for index, address in enumerate(addresses):
        sender.set_address(index, sockaddr(address))
    sender.buffer[:, :2] = 0x80, PAYLOAD_TYPE

    def send(number: int) -> None:
        sender.lengths[:] = 12 + sizes[number % len(sizes)] + TAG
        sender.send(count)

    cpu, _ = paced(send, ticks)
    return cpu / ticks / count


def voice_sizes() -> list[int]:
    """Bytes of each frame of a voice."""
    encoder = Encoder()
    return [len(encoder.encode(frame)) for frame in voice(8)]


def measure(count: int, seconds: float) -> None:
    """One line of the table."""
    with Room(count) as room:
        least = floor(room.sock, room.addresses, seconds)
        fanout = Fanout(room.sock.fileno())
        for index, address in enumerate(room.addresses):
            session = sending_session(
                os.urandom(GCM_KEY_AND_SALT), GCM.libsrtp_profile, ssrc=index + 1
            )
            fanout.add(
                srtp=session,
                tag_length=TAG,
                ssrc=index + 1,
                payload_type=PAYLOAD_TYPE,
                address=address,
            )
        sound, encoder, encode_cpu = voice(8), Encoder(), 0.0

        def send(number: int) -> None:
            nonlocal encode_cpu
            before = time.process_time()
            payload = encoder.encode(sound[number % len(sound)])
            encode_cpu += (time.process_time() - before) * (number >= 0)
            fanout.send(payload)

        ticks = round(seconds / TICK)
        cpu, nearly_worst = paced(send, ticks)
    each = cpu / ticks / count
    short = fanout.tally.dropped + fanout.tally.failed + fanout.unprotected
    print(
        f"{count:>9} {least * 1e6:>9.2f} {each * 1e6:>9.2f} {each / least:>8.2f}"
        f" {encode_cpu * 1e6 / ticks:>10.0f} {nearly_worst * 1e3:>9.1f}"
        f" {TICK / each:>11.0f} {short:>9}"
    )


def table(counts: list[int], seconds: float) -> None:
    """Print a line for each number of listeners."""
    print("CPU microseconds a packet, paced at 20 ms (encode: us a tick; p99: ms a tick)")
    print("listeners     floor    fanout    ratio     encode       p99  a core for    unsent")
    for count in counts:
        measure(count, seconds)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--listeners", type=int, nargs="+", default=[200, 1000, 3000])
    options = parser.parse_args()
    table(options.listeners, options.seconds)


if __name__ == "__main__":
    main()
