"""Which SCTP packets are refused before anything takes them apart, and what the others cost."""

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workers.transport.chunks import cost_of

HEADER = bytes(12)


def chunk(kind: int, body: bytes = b"", *, length: int | None = None) -> bytes:
    size = 4 + len(body) if length is None else length
    return struct.pack("!BBH", kind, 3, size) + body + bytes(-len(body) % 4)


def data(text: bytes = b"hello") -> bytes:
    return chunk(0, bytes(12) + text)


def sack(*gaps: tuple[int, int], duplicates: int = 0, claimed: int | None = None) -> bytes:
    blocks = b"".join(struct.pack("!HH", *gap) for gap in gaps)
    count = len(gaps) if claimed is None else claimed
    return chunk(3, struct.pack("!LLHH", 1, 2, count, duplicates) + blocks + bytes(4 * duplicates))


INIT = chunk(1, bytes(16) + struct.pack("!HH", 0xC000, 4))


@pytest.mark.parametrize(
    ("packet", "cost"),
    [
        (data(), 1),
        (data() * 10, 10),
        (sack(), 1),
        (sack((2, 3), (5, 5), duplicates=2), 1),
        (sack((1, 1600)), 101),
        (INIT, 20),
        (chunk(4, struct.pack("!HH", 1, 8) + bytes(4)), 5),
        (chunk(6), 1),
        (chunk(130, struct.pack("!HH", 13, 18) + bytes(14)), 20),
        (chunk(192, bytes(8)), 20),
        (chunk(77, b"a kind nobody knows"), 1),
    ],
)
def test_sound_chunks_have_their_price(packet: bytes, cost: int) -> None:
    assert cost_of(HEADER + packet) == cost


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x00\x00",
        chunk(0, bytes(2)),
        data(b""),
        chunk(0, length=2),
        data() + chunk(0, length=0),
        chunk(0, bytes(20), length=400),
        INIT + data(),
        data() + INIT,
        chunk(1, bytes(8)),
        chunk(1, bytes(16) + struct.pack("!HH", 0xC000, 0)),
        chunk(4, struct.pack("!HH", 1, 0)),
        chunk(6, struct.pack("!HH", 1, 3)),
        chunk(130, struct.pack("!HH", 13, 0)),
        chunk(3, bytes(4)),
        sack(*[(1, 65535)] * 280),
        sack(*[(1, 2)] * 65),
        sack((1, 5000)),
        sack((1, 3000)) + sack((1, 3000)),
        sack((0, 1)),
        sack((5, 4)),
        sack((1, 1), claimed=2),
        chunk(192, bytes(2)),
        chunk(192, bytes(6)),
        chunk(130, struct.pack("!HH", 13, 12) + bytes(8)),
        chunk(130, struct.pack("!HH", 13, 17) + bytes(16)),
        chunk(130, struct.pack("!HH", 13, 24) + bytes(12)),
        chunk(130, struct.pack("!HH", 16, 8) + bytes(4)),
        chunk(130, struct.pack("!HH", 17, 8) + bytes(4)),
    ],
)
def test_what_would_hang_or_break_aiortc_is_refused(packet: bytes) -> None:
    assert cost_of(HEADER + packet) == 0


@given(st.binary(max_size=1500))
def test_any_packet_is_judged_in_linear_time(packet: bytes) -> None:
    began = time.thread_time()
    cost = cost_of(packet)

    assert cost >= 0
    assert time.thread_time() - began < 0.05
