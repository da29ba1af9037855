"""What becomes of a batch when the kernel takes only some of it."""

import socket
import struct
import uuid
from collections.abc import Iterator

import numpy as np
import pytest

from media_workers.transport.mmsg import HAS_MMSG, Sender, Tally, runs, sockaddr

WAYS = [False, True] if HAS_MMSG else [False]
COUNT = 40


@pytest.fixture
def sink() -> Iterator[tuple[socket.socket, bytes]]:
    """A Unix socket and its sockaddr: on loopback only these are ever full."""
    path = b"\0stoa-" + uuid.uuid4().hex[:16].encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(path)
        sock.setblocking(False)
        yield sock, struct.pack("=H", socket.AF_UNIX) + path


def drain(sock: socket.socket) -> list[int]:
    received = []
    while True:
        try:
            received.append(sock.recv(64)[0])
        except BlockingIOError:
            return received


@pytest.mark.parametrize("use_mmsg", WAYS)
def test_what_finds_no_room_is_dropped_and_goes_first_the_next_time(
    sink: tuple[socket.socket, bytes], *, use_mmsg: bool
) -> None:
    receiver, name = sink
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sender = Sender(sock.fileno(), COUNT, 64, use_mmsg=use_mmsg)
        for index in range(COUNT):
            sender.set_address(index, name)
            sender.buffer[index, 0] = index
            sender.lengths[index] = 1

        first = sender.send(COUNT)
        got_first = drain(receiver)
        second = sender.send(COUNT)
        got_second = drain(receiver)

    assert 0 < first < COUNT
    assert got_first == list(range(first))
    assert got_second == [index % COUNT for index in range(first, first + second)]
    assert sender.tally == Tally(sent=first + second, dropped=2 * COUNT - first - second)


@pytest.mark.parametrize("use_mmsg", WAYS)
def test_a_destination_that_is_refused_costs_the_others_nothing(*, use_mmsg: bool) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        other.bind(("127.0.0.1", 0))
        other.setblocking(False)
        sender = Sender(one.fileno(), 5, 64, use_mmsg=use_mmsg)
        sender.buffer[:, 0] = np.arange(5)
        sender.lengths[:] = 1
        for index in range(5):
            bad = index in (0, 3)
            # Broadcast needs a permission that the socket does not have.
            address = ("255.255.255.255", 9) if bad else other.getsockname()
            sender.set_address(index, sockaddr(address))

        assert sender.send(5) == 3
        assert drain(other) == [1, 2, 4]
        assert sender.send(5, holes=[0, 2, 3]) == 2
        assert drain(other) == [1, 4]

    assert sender.tally == Tally(sent=5, failed=2)


@pytest.mark.parametrize(
    ("count", "holes", "expected"),
    [
        (0, [], []),
        (3, [], [(0, 3)]),
        (3, [0, 1, 2], []),
        (6, [0, 3, 5], [(1, 3), (4, 5)]),
        (4, [1, 2], [(0, 1), (3, 4)]),
    ],
)
def test_runs_are_what_lies_between_holes(
    count: int, holes: list[int], expected: list[tuple[int, int]]
) -> None:
    assert list(runs(count, holes)) == expected
