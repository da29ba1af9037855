"""Nonsense and floods are dropped at next to no cost, and what breaks a rule is a violation."""

import struct
import time

import pytest
from aiortc.rtcsctptransport import SackChunk
from google_crc32c import value as crc32c

from media_workers.transport.bounded_sctp import MAX_FRAGMENTS, WINDOW, ProtocolViolation
from tests.media_workers.transport.call import DCEP, FIRST, LAST, STRING, Call

pytestmark = pytest.mark.anyio


async def test_a_hostile_sack_costs_next_to_nothing(call: Call) -> None:
    sack = SackChunk()
    sack.cumulative_tsn, sack.advertised_rwnd = call.ours._last_sacked_tsn, 1 << 20
    sack.gaps = [(1, 65535)] * 280
    call.send_raw(bytes(sack))

    began = time.thread_time()
    await call.settle()
    took = time.thread_time() - began

    assert took < 0.01
    assert call.dropped == {"sctp_malformed": 1}
    assert call.ours.send("unharmed")


async def test_a_parameter_without_length_does_not_hang(call: Call) -> None:
    for kind in (4, 6, 9, 130):
        call.send_raw(struct.pack("!BBHHH", kind, 0, 8, 1, 0))
    await call.settle()

    assert call.dropped == {"sctp_malformed": 4}
    assert call.ours.is_open


async def test_a_short_chunk_is_refused_and_the_association_goes_on(call: Call) -> None:
    call.send_raw(bytes([0, 3, 0, 6, 1, 2, 0, 0]))
    call.send_raw(call.data(b""))
    await call.settle()

    assert call.dropped == {"sctp_malformed": 2}
    assert call.ours.is_open


async def test_a_bundled_init_is_refused(call: Call) -> None:
    init = bytes([1, 0, 0, 20]) + bytes(16)
    call.send_raw(init + init)
    await call.settle()

    assert call.dropped == {"sctp_malformed": 1}
    assert call.ours.is_open


async def test_a_packet_with_a_wrong_checksum_or_tag_is_ignored(call: Call) -> None:
    call.ours.send("unacknowledged")
    acknowledged = call.ours._last_sacked_tsn + 1 & 0xFFFFFFFF
    sack = struct.pack("!BBHLLHH", 3, 0, 16, acknowledged, 1 << 20, 0, 0)
    header = struct.pack("!HHL", 5000, 5000, call.ours._local_verification_tag)
    call.wire.client.send(header + bytes(4) + sack)
    wrong_tag = struct.pack("!HHL", 5000, 5000, 1)
    call.wire.client.send(wrong_tag + struct.pack("<L", crc32c(wrong_tag + bytes(4) + sack)) + sack)
    call.wire.to_client.clear()
    await call.settle()

    assert len(call.ours._sent_queue) == 1


async def violate(call: Call, *packets: bytes) -> str:
    """What the association says to these packets."""
    for packet in packets:
        call.send_raw(packet)
    with pytest.raises(ProtocolViolation) as violation:
        await call.settle()
    return str(violation.value)


async def test_a_channel_opened_twice_is_a_violation(call: Call) -> None:
    body = struct.pack("!BBHLHH", 3, 0, 0, 0, 6, 0) + b"events"

    assert "DCEP" in await violate(call, call.data(body, kind=DCEP))


async def test_an_acknowledgement_of_no_channel_is_a_violation(call: Call) -> None:
    assert "DCEP" in await violate(call, call.data(b"\x02", kind=DCEP, stream=8))


async def test_a_fifth_channel_is_a_violation(call: Call) -> None:
    for number in range(4):
        call.open(f"another {number}")

    with pytest.raises(ProtocolViolation, match="channels"):
        await call.settle()


@pytest.mark.parametrize("kind", [STRING, DCEP])
async def test_bad_utf_8_is_a_violation(call: Call, kind: int) -> None:
    body = b"\xff\xfe"
    if kind == DCEP:
        body = struct.pack("!BBHLHH", 3, 0, 0, 0, 2, 0) + body
    stream = 0 if kind == STRING else 2

    assert "UTF-8" in await violate(call, call.data(body, kind=kind, stream=stream))


async def test_a_message_over_16_kib_is_a_violation(call: Call) -> None:
    parts = [call.data(b"x" * 1100, flags=FIRST)]
    parts += [call.data(b"x" * 1100, flags=0) for _ in range(14)]
    parts += [call.data(b"x" * 1100, flags=LAST)]

    assert "longer" in await violate(call, *parts)


async def test_endless_fragments_are_a_violation(call: Call) -> None:
    parts = [call.data(b"x", flags=FIRST)]
    parts += [call.data(b"x", flags=0) for _ in range(MAX_FRAGMENTS + 1)]

    assert "without end" in await violate(call, *parts)


async def test_messages_on_ever_more_streams_are_a_violation(call: Call) -> None:
    parts = [call.data(b"x", stream=stream) for stream in range(2, 40)]

    assert "streams" in await violate(call, *parts)


async def test_data_far_ahead_is_dropped_and_not_kept(call: Call) -> None:
    for ahead in range(1, 500):
        call.send_raw(call.data(b"x", ahead=ahead))
    await call.settle()

    assert len(call.ours._sack_misordered) == WINDOW - 1  # that of the next one is free
    assert call.ours.is_open


async def test_more_packets_than_anybody_needs_are_dropped(call: Call) -> None:
    heartbeat = struct.pack("!BBHHH", 4, 0, 8, 1, 4)
    for _ in range(300):
        call.send_raw(heartbeat)
    await call.settle()

    assert 100 <= call.dropped["sctp_flood"] <= 130
    assert call.ours.is_open


async def test_a_datagram_full_of_small_chunks_takes_under_fifty_ms(call: Call) -> None:
    chunks = b"".join(call.data(b"x", flags=0, ahead=ahead) for ahead in range(64, 1, -1))
    call.send_raw(chunks)

    began = time.thread_time()
    await call.settle()

    assert time.thread_time() - began < 0.05
