"""RTP and RTCP as we speak them: RFC 3550 packets, RFC 2198 redundancy, the reports we send."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

RTP_HEADER_SIZE = 12
SENDER_REPORT, RECEIVER_REPORT, SOURCE_DESCRIPTION, GOODBYE = 200, 201, 202, 203
CNAME = 1
MAX_RED_BLOCKS = 8


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """RFC 3550 section 5.1; `payload` is without padding, header extensions are skipped."""

    payload_type: int
    marker: bool
    sequence_number: int
    timestamp: int
    ssrc: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class RedBlock:
    """One encoding within a RED payload; `timestamp_offset` is how much older it is (samples)."""

    payload_type: int
    timestamp_offset: int
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBlock:
    """RFC 3550 section 6.4.1, in the wire's units: how we receive `ssrc`."""

    ssrc: int
    fraction_lost: int  # in 256ths, since the report before
    packets_lost: int
    highest_sequence: int  # extended: cycles in the upper 16 bits
    jitter: int  # in units of the RTP clock
    last_sender_report: int = 0
    delay_since_last: int = 0


def parse_rtp(data: bytes | memoryview) -> RtpPacket | None:
    """The packet, or None if the bytes are not RTP version 2 or contradict themselves."""
    if len(data) < RTP_HEADER_SIZE or data[0] >> 6 != 2:  # noqa: PLR2004 - the version
        return None
    first, second, sequence_number, timestamp, ssrc = struct.unpack_from("!BBHII", data)
    start = RTP_HEADER_SIZE + 4 * (first & 0x0F)
    end = len(data)
    if first & 0x10:
        if start + 4 > end:
            return None
        (words,) = struct.unpack_from("!H", data, start + 2)
        start += 4 + 4 * words
    if first & 0x20:
        padding = data[end - 1]
        if padding == 0:
            return None
        end -= padding
    if start > end:
        return None
    return RtpPacket(
        payload_type=second & 0x7F,
        marker=bool(second & 0x80),
        sequence_number=sequence_number,
        timestamp=timestamp,
        ssrc=ssrc,
        payload=bytes(data[start:end]),
    )


def build_rtp(packet: RtpPacket) -> bytes:
    """The packet on the wire, without padding or extensions."""
    return (
        struct.pack(
            "!BBHII",
            0x80,
            packet.marker << 7 | packet.payload_type,
            packet.sequence_number,
            packet.timestamp,
            packet.ssrc,
        )
        + packet.payload
    )


def split_red(payload: bytes) -> list[RedBlock] | None:
    """RFC 2198: the blocks, oldest first and the primary last; None if they don't fit."""
    headers: list[tuple[int, int, int]] = []
    at = 0
    while at < len(payload) and payload[at] & 0x80:
        if at + 4 > len(payload) or len(headers) == MAX_RED_BLOCKS:
            return None
        (header,) = struct.unpack_from("!I", payload, at)
        headers.append((header >> 24 & 0x7F, header >> 10 & 0x3FFF, header & 0x3FF))
        at += 4
    if at >= len(payload):
        return None
    primary_type = payload[at]
    at += 1
    blocks = []
    for payload_type, offset, size in headers:
        if at + size > len(payload):
            return None
        blocks.append(RedBlock(payload_type, offset, payload[at : at + size]))
        at += size
    return [*blocks, RedBlock(primary_type, 0, payload[at:])]


def sender_report(
    *, ssrc: int, ntp: int, timestamp: int, packets: int, octets: int, cname: str
) -> bytes:
    """An SR and an SDES in one compound packet. `ntp`: 64 bits, seconds since 1900 in the upper."""
    return struct.pack(
        "!BBHIQIII", 0x80, SENDER_REPORT, 6, ssrc, ntp, timestamp, packets, octets
    ) + source_description(ssrc, cname)


def receiver_report(*, ssrc: int, blocks: Sequence[ReportBlock], cname: str) -> bytes:
    """An RR of up to 31 blocks and an SDES in one compound packet."""
    return (
        struct.pack("!BBHI", 0x80 | len(blocks), RECEIVER_REPORT, 1 + 6 * len(blocks), ssrc)
        + b"".join(map(_pack_block, blocks))
        + source_description(ssrc, cname)
    )


def source_description(ssrc: int, cname: str) -> bytes:
    """An SDES with one CNAME (RFC 3550 section 6.5)."""
    name = cname.encode()
    item = struct.pack("!BB", CNAME, len(name)) + name
    item += bytes(4 - len(item) % 4)  # at least one null octet ends the list
    return struct.pack("!BBHI", 0x81, SOURCE_DESCRIPTION, 1 + len(item) // 4, ssrc) + item


def goodbye(ssrc: int) -> bytes:
    """A BYE, behind the empty RR that a compound packet has to begin with."""
    return struct.pack("!BBHI", 0x80, RECEIVER_REPORT, 1, ssrc) + struct.pack(
        "!BBHI", 0x81, GOODBYE, 1, ssrc
    )


def _pack_block(block: ReportBlock) -> bytes:
    return struct.pack(
        "!IIIIII",
        block.ssrc,
        block.fraction_lost << 24 | max(-0x800000, min(block.packets_lost, 0x7FFFFF)) & 0xFFFFFF,
        block.highest_sequence & 0xFFFFFFFF,
        min(block.jitter, 0xFFFFFFFF),
        block.last_sender_report,
        block.delay_since_last,
    )
