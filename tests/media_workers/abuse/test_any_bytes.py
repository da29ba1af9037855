"""Every parser takes any bytes, shaped like its packets or not, and raises nothing."""

import struct
import zlib

from hypothesis import given
from hypothesis import strategies as st

from media_workers.audio.receive import SpeakerReceiver
from media_workers.audio.rtp import parse_rtp, split_red
from media_workers.transport.chunks import cost_of
from media_workers.transport.rtcp import report_blocks
from media_workers.transport.stun import (
    BINDING_REQUEST,
    FINGERPRINT,
    MAGIC_COOKIE,
    MESSAGE_INTEGRITY,
    USERNAME,
    integrity_key,
    parse_binding_request,
)

OPUS, RED = 111, 63
SHORT = st.binary(max_size=40)
LENGTHS = st.integers(0, 0xFFFF) | st.integers(0, 48)
"""Fields that say how long something is, mostly untruly."""

NOBODYS_KEY = integrity_key(b"a password that nobody has")


def marked(message: bytes) -> bytes:
    """With the FINGERPRINT without which nothing else of it is looked at."""
    return message + struct.pack("!HHI", FINGERPRINT, 4, zlib.crc32(message) ^ 0x5354554E)


STUN = st.builds(
    lambda length, transaction_id, attributes: marked(
        BINDING_REQUEST
        + struct.pack("!H", len(b"".join(attributes)) + 8 if length is None else length)
        + MAGIC_COOKIE
        + transaction_id
        + b"".join(attributes)
    ),
    st.none() | LENGTHS,
    st.binary(min_size=12, max_size=12),
    st.lists(
        st.builds(
            lambda kind, length, value: struct.pack("!HH", kind, length) + value,
            st.sampled_from((USERNAME, MESSAGE_INTEGRITY, FINGERPRINT)) | st.integers(0, 0xFFFF),
            st.sampled_from((4, 8, 20)) | LENGTHS,
            st.sampled_from((bytes(4), bytes(20))) | SHORT,
        ),
        max_size=20,
    ),
)
RTP = st.builds(
    lambda first, kind, number, time, ssrc, rest: (
        struct.pack("!BBHII", first, kind, number, time, ssrc) + rest
    ),
    st.integers(0x80, 0xBF),
    st.sampled_from((OPUS, RED, OPUS | 0x80, RED | 0x80)) | st.integers(0, 255),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.integers(1, 2),
    st.binary(max_size=200),
)
RTCP = st.lists(
    st.builds(
        lambda first, kind, words, rest: struct.pack("!BBH", first, kind, words) + rest,
        st.integers(0x80, 0xBF),
        st.integers(199, 208),
        LENGTHS,
        st.binary(max_size=60),
    ),
    max_size=6,
).map(b"".join)
SCTP = st.lists(
    st.builds(
        lambda kind, flags, length, rest: struct.pack("!BBH", kind, flags, length) + rest,
        st.sampled_from((0, 1, 2, 3, 4, 6, 7, 9, 10, 130, 192)) | st.integers(0, 255),
        st.integers(0, 255),
        LENGTHS,
        SHORT,
    ),
    max_size=8,
).map(lambda chunks: bytes(12) + b"".join(chunks))


@given(STUN | st.binary(max_size=200))
def test_any_check_is_understood_or_none(data: bytes) -> None:
    request = parse_binding_request(data)

    assert request is None or not request.verify(NOBODYS_KEY)


@given(st.lists(RTP | st.binary(max_size=200), max_size=20))
def test_any_packets_leave_a_receiver_on_time(packets: list[bytes]) -> None:
    receiver = SpeakerReceiver(OPUS, RED)

    for tick, packet in enumerate(packets):
        receiver.receive(packet, now=0.02 * tick)
        frame = receiver.pull(now=0.02 * tick)
        assert frame is None or len(frame) == 960


@given(st.binary(max_size=200))
def test_any_redundancy_is_split_within_its_bounds_or_none(payload: bytes) -> None:
    blocks = split_red(payload) or []

    assert sum(len(block.payload) for block in blocks) < len(payload) or not blocks


@given(RTP | st.binary(max_size=200))
def test_any_rtp_has_a_payload_within_its_bounds_or_is_none(data: bytes) -> None:
    packet = parse_rtp(data)

    assert packet is None or packet.payload in data[12:]


@given(RTCP | st.binary(max_size=200))
def test_any_reports_say_something_possible(data: bytes) -> None:
    blocks = list(report_blocks(data))

    assert len(blocks) <= len(data) // 24
    assert all(0 <= block.fraction_lost < 1 for block in blocks)


@given(SCTP | st.binary(max_size=200))
def test_any_chunks_have_a_price_that_their_length_bounds(packet: bytes) -> None:
    assert 0 <= cost_of(packet) <= 4096 // 16 + 20 * len(packet)
