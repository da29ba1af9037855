"""What it costs to send a room to its listeners: CPU per packet beside the kernel's own floor.

    PYTHONPATH=. python bench/fanout.py [--seconds 3] [--listeners 200 1000 3000]

Each row is measured in the same run, a tick every 20 ms: the floor is `sendmmsg` of ready-made
packets of the same size, without headers, encryption or encoder; then `Fanout.send` with one Opus
encode of noisy speech-like sound a tick. The listeners are sockets on loopback whose filter drops
everything, so what they would cost on their own machines is not counted.
"""

import argparse
import ctypes
import os
import socket
import struct
import time
from collections.abc import Callable

import numpy as np
from pylibsrtp import Policy, Session

from media_workers.audio.fanout import Fanout
from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE, Encoder
from media_workers.transport.mmsg import Sender, sockaddr

TICK = 0.02
SO_ATTACH_FILTER = 26
GCM_KEY_AND_SALT = 28
TAG = 16
DROP_ALL = struct.pack("HBBI", 0x06, 0, 0, 0)  # BPF: return 0 bytes


def listeners(count: int) -> list[socket.socket]:
    """Sockets on addresses of their own, that take nothing in."""
    program = ctypes.create_string_buffer(DROP_ALL)
    attach = struct.pack("HL", 1, ctypes.addressof(program))
    sockets = []
    for index in range(count):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, attach)
        sock.bind((f"127.0.{index >> 12}.{(index >> 4 & 255) + 1}", 0))
        sockets.append(sock)
    return sockets


def voice(seconds: int) -> np.ndarray:
    """Harmonics that glide and come in syllables, over a little noise: work for the encoder."""
    time_axis = np.arange(seconds * SAMPLE_RATE) / SAMPLE_RATE
    phase = 2 * np.pi * np.cumsum(140 + 40 * np.sin(2 * np.pi * 0.7 * time_axis)) / SAMPLE_RATE
    sound = sum(np.sin(n * phase) / n for n in range(1, 20))
    sound *= np.clip(np.sin(2 * np.pi * 2.5 * time_axis), 0, 1)
    noise = np.random.default_rng(1).normal(0, 0.003, len(time_axis))
    return ((sound / 3 + noise) * 9000).astype(np.int16)


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


def measure(count: int, seconds: float) -> None:
    """One line of the table."""
    ticks = round(seconds / TICK)
    sinks = listeners(count)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
    sock.bind(("127.0.0.1", 0))
    sound = voice(8).reshape(-1, FRAME_SIZE)
    encoder = Encoder()
    sizes = [len(encoder.encode(frame)) for frame in sound]

    floor = Sender(sock.fileno(), count, 512)
    for index, sink in enumerate(sinks):
        floor.set_address(index, sockaddr(sink.getsockname()))

    def send_floor(number: int) -> None:
        floor.lengths[:] = 12 + sizes[number % len(sizes)] + TAG
        floor.send(count)

    floor_cpu, _ = paced(send_floor, ticks)

    fanout = Fanout(sock.fileno())
    for index, sink in enumerate(sinks):
        policy = Policy(
            key=os.urandom(GCM_KEY_AND_SALT),
            ssrc_type=Policy.SSRC_ANY_OUTBOUND,
            srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
        )
        fanout.add(
            srtp=Session(policy),
            tag_length=TAG,
            ssrc=index + 1,
            payload_type=111,
            address=sink.getsockname(),
        )
    encode_cpu = 0.0

    def send_fanout(number: int) -> None:
        nonlocal encode_cpu
        before = time.process_time()
        payload = encoder.encode(sound[number % len(sound)])
        encode_cpu += (time.process_time() - before) * (number >= 0)
        fanout.send(payload)

    cpu, nearly_worst = paced(send_fanout, ticks)
    packets = ticks * count
    micro = 1e6 / packets
    short = fanout.tally.dropped + fanout.tally.failed + fanout.unprotected
    print(
        f"{count:>9} {floor_cpu * micro:>9.2f} {cpu * micro:>9.2f} {cpu / floor_cpu:>8.2f}"
        f" {encode_cpu * 1e6 / ticks:>10.0f} {nearly_worst * 1e3:>9.1f}"
        f" {TICK / cpu * packets:>11.0f} {short:>9}"
    )
    for used in (sock, *sinks):
        used.close()


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
