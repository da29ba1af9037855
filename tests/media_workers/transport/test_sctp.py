"""The association against aiortc's own, over DTLS in memory: what it carries, loses and refuses."""

import asyncio
import contextlib
import struct
import time
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import pytest
from aiortc.rtcdatachannel import RTCDataChannel, RTCDataChannelParameters
from aiortc.rtcsctptransport import DataChunk, RTCSctpCapabilities, RTCSctpTransport, SackChunk
from google_crc32c import value as crc32c

from media_workers.transport.bounded_sctp import MAX_FRAGMENTS, WINDOW, ProtocolViolation
from media_workers.transport.deadlines import Deadlines
from media_workers.transport.sctp import Association

pytestmark = pytest.mark.anyio

STRING, DCEP = 51, 50
FIRST, LAST, WHOLE = 2, 1, 3


def drive(coroutine: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(StopIteration):
        coroutine.send(None)


class Call:
    """Our association and aiortc's, joined by the wire; the clock is the test's."""

    def __init__(self, wire: Any) -> None:
        wire.connect()
        self.wire = wire
        self.now = 50.0
        self.heard: list[str] = []
        self.dropped: Counter[str] = Counter()
        self.opened = 0
        self.received: list[str] = []
        self.ours = Association(
            wire.server,
            opened=self._opened,
            message_received=lambda text, now: self.heard.append(text),
            dropped=self.dropped,
            now=self.now,
        )
        self.theirs = RTCSctpTransport(wire.client)
        self.theirs._loop = Deadlines(self.now)
        self.ours.connect(port=5000, max_message_size=65536)
        drive(self.theirs.start(RTCSctpCapabilities(16384), 5000))

    def open(self, label: str = "events", **parameters: Any) -> RTCDataChannel:
        channel = RTCDataChannel(self.theirs, RTCDataChannelParameters(label=label, **parameters))
        channel.on("message", self.received.append)
        return channel

    async def settle(self) -> None:
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            up, down = self.wire.carry()
            for packet in up:
                self.ours.receive(packet, self.now)
            for packet in down:
                drive(self.theirs._handle_data(packet))
            quiet = 0 if up or down else quiet + 1

    async def later(self, seconds: float) -> None:
        self.now += seconds
        self.ours.tick(self.now)
        self.theirs._loop.expire(self.now)
        await self.settle()

    def send_raw(self, chunks: bytes) -> None:
        """A packet with a good tag and checksum, whatever is in it."""
        header = struct.pack("!HHL", 5000, 5000, self.ours._local_verification_tag)
        checksum = crc32c(header + bytes(4) + chunks)
        self.wire.client.send(header + struct.pack("<L", checksum) + chunks)

    def data(
        self,
        text: bytes,
        *,
        flags: int = WHOLE,
        ahead: int = 0,
        stream: int = 0,
        kind: int = STRING,
    ) -> bytes:
        """A DATA chunk of the client's, and the next TSN used up if it is not one ahead."""
        chunk = DataChunk(flags=flags)
        chunk.tsn = self.theirs._local_tsn + ahead & 0xFFFFFFFF
        chunk.stream_id, chunk.protocol, chunk.user_data = stream, kind, text
        chunk.stream_seq = self.theirs._outbound_stream_seq.get(stream, 0)
        if not ahead:
            self.theirs._local_tsn = chunk.tsn + 1 & 0xFFFFFFFF
        return bytes(chunk)

    def _opened(self) -> None:
        self.opened += 1


@pytest.fixture
async def call(wire: Any) -> Call:
    call = Call(wire)
    call.open()
    await call.settle()
    assert call.opened == 1
    return call


async def test_messages_arrive_in_order_both_ways(call: Call) -> None:
    texts = ["a", "ü" * 500, "long " * 2000, "b"]

    for text in texts:
        assert call.ours.send(text)
        call.theirs._data_channels[0].send(text)
    await call.settle()

    assert call.received == texts
    assert call.heard == texts


async def test_nothing_stays_in_flight(call: Call) -> None:
    for number in range(100):
        call.ours.send(f"message {number}")
        await call.settle()

    assert call.received == [f"message {number}" for number in range(100)]
    assert (call.ours._flight_size, len(call.ours._sent_queue)) == (0, 0)
    assert call.ours._t3_handle is None


@pytest.mark.parametrize("seed", range(6))
async def test_everything_arrives_in_spite_of_loss(call: Call, seed: int) -> None:
    def pattern(step: int) -> list[bool]:
        return [(number * 7 + seed * 3 + step) % 5 == 0 for number in range(150)]

    call.wire.lose(server=pattern(0), client=pattern(1))
    texts = [f"{number} " * (1 + number * 13 % 300) for number in range(40)]

    for text in texts:
        assert call.ours.send(text)
        call.theirs._data_channels[0].send(text)
        await call.settle()
    for _ in range(40):
        await call.later(1.5)

    assert call.received == texts
    assert call.heard == texts
    assert not call.ours._sent_queue


async def test_an_association_comes_up_in_spite_of_loss(wire: Any) -> None:
    call = Call(wire)
    wire.to_client.clear()
    wire.to_server.clear()
    call.open()

    for _ in range(4):
        await call.later(3.1)

    assert call.opened == 1


async def test_sending_before_the_channel_is_open_is_refused(wire: Any) -> None:
    call = Call(wire)

    assert not call.ours.is_open
    assert not call.ours.send("too early")


async def test_an_empty_message_is_not_sent(call: Call) -> None:
    assert not call.ours.send("")


@pytest.mark.parametrize("size", [100, 1000, 20000])
async def test_at_most_64_kib_wait_for_a_client_that_is_gone(call: Call, size: int) -> None:
    sent = 0
    while call.ours.send("x" * size):
        sent += size

    assert 65536 - size < sent <= 65536
    assert not call.ours.send("x" * size)


async def test_at_most_1024_messages_wait_for_a_client_that_is_gone(call: Call) -> None:
    sent = sum(call.ours.send("x") for _ in range(2000))

    assert sent == 1024


async def test_a_message_longer_than_the_client_takes_is_not_sent(call: Call) -> None:
    assert not call.ours.send("x" * 65537)
    assert call.ours.send("x" * 65536)


async def test_a_closed_channel_takes_nothing_and_may_be_opened_again(call: Call) -> None:
    call.theirs._data_channels[0].close()
    await call.settle()
    assert not call.ours.send("into the void")

    call.open()
    await call.settle()

    assert call.opened == 2
    assert call.ours.send("back")


@pytest.mark.parametrize(
    ("label", "parameters"),
    [("chat", {}), ("events", {"ordered": False}), ("events", {"maxRetransmits": 0})],
)
async def test_other_channels_are_opened_but_not_ours(
    wire: Any, label: str, parameters: dict[str, Any]
) -> None:
    call = Call(wire)
    channel = call.open(label, **parameters)
    await call.settle()

    channel.send("to nobody")
    await call.settle()

    assert channel.readyState == "open"
    assert (call.opened, call.heard) == (0, [])
    assert not call.ours.send("not there")


async def test_an_abort_ends_the_association(call: Call) -> None:
    await call.theirs.stop()
    await call.settle()

    assert call.ours.ended
    assert not call.ours.is_open


async def test_aborting_tells_the_client(call: Call) -> None:
    call.ours.abort()
    call.ours.abort()
    await call.settle()

    assert call.theirs.state == "closed"
    assert not call.ours.send("too late")


async def test_a_hostile_sack_costs_next_to_nothing(call: Call) -> None:
    sack = SackChunk()
    sack.cumulative_tsn, sack.advertised_rwnd = call.ours._last_sacked_tsn, 1 << 20
    sack.gaps = [(1, 65535)] * 280
    call.send_raw(bytes(sack))

    began = time.perf_counter()
    await call.settle()
    took = time.perf_counter() - began

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

    began = time.perf_counter()
    await call.settle()

    assert time.perf_counter() - began < 0.05
