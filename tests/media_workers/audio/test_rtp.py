"""Packets and reports on the wire; aiortc's parsers are the second opinion."""

import struct

import pytest
from aiortc import rtp as oracle

from media_workers.audio.rtp import (
    RedBlock,
    ReportBlock,
    RtpPacket,
    build_rtp,
    goodbye,
    parse_rtp,
    receiver_report,
    sender_report,
    split_red,
)
from media_workers.transport.rtcp import report_blocks

PACKET = RtpPacket(
    payload_type=111,
    marker=True,
    sequence_number=65535,
    timestamp=0xFFFFFFFF,
    ssrc=0xDEADBEEF,
    payload=b"opus",
)
HEADER = build_rtp(PACKET)[:12]


def test_a_packet_survives_the_wire() -> None:
    data = build_rtp(PACKET)

    assert parse_rtp(data) == PACKET
    assert parse_rtp(memoryview(data)) == PACKET
    other = oracle.RtpPacket.parse(data)
    assert (other.marker, other.payload_type, other.sequence_number) == (1, 111, 65535)
    assert (other.timestamp, other.ssrc, other.payload) == (0xFFFFFFFF, 0xDEADBEEF, b"opus")


def test_contributors_extensions_and_padding_are_left_out() -> None:
    data = (
        bytes([0x80 | 0x20 | 0x10 | 2])
        + HEADER[1:]
        + bytes(8)  # two CSRCs
        + struct.pack("!HH", 0xBEDE, 1)
        + b"ext."
        + b"opus"
        + b"\0\0\3"
    )

    packet = parse_rtp(data)

    assert packet is not None
    assert packet.payload == b"opus"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEADER[:11],
        b"\x40" + HEADER[1:],  # version 1
        b"\x8f" + HEADER[1:],  # fifteen CSRCs that are not there
        b"\x90" + HEADER[1:] + b"\xbe\xde",  # half an extension header
        b"\x90" + HEADER[1:] + b"\xbe\xde\xff\xff",  # an extension of 256 KiB
        b"\xa0" + HEADER[1:] + b"\x00",  # padding of no bytes
        b"\xa0" + HEADER[1:] + b"\x09",  # padding longer than the packet
    ],
)
def test_what_contradicts_itself_is_no_packet(data: bytes) -> None:
    assert parse_rtp(data) is None


def test_redundancy_is_split_oldest_first() -> None:
    payload = (
        ((0x80 | 111) << 24 | 1920 << 10 | 3).to_bytes(4)
        + ((0x80 | 111) << 24 | 960 << 10 | 2).to_bytes(4)
        + bytes([111])
        + b"aaabbcccc"
    )

    assert split_red(payload) == [
        RedBlock(111, 1920, b"aaa"),
        RedBlock(111, 960, b"bb"),
        RedBlock(111, 0, b"cccc"),
    ]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xef",  # a header cut off
        b"\xef\x00\x00\x02",  # no primary header
        b"\xef\x00\x00\x02\x6f\x00",  # a block longer than what is there
        b"\xef\x00\x00\x00" * 400 + b"\x6f",  # more blocks than anybody sends
        b"\xff" * 1200,
    ],
)
def test_redundancy_that_does_not_fit_is_none(payload: bytes) -> None:
    assert split_red(payload) is None


def test_a_sender_report_carries_time_counts_and_name() -> None:
    data = sender_report(
        ssrc=7, ntp=0xE0000000_80000000, timestamp=4_000_000_000, packets=3, octets=99, cname="stoa"
    )

    report, description = oracle.RtcpPacket.parse(data)

    assert report.ssrc == 7
    assert report.sender_info == oracle.RtcpSenderInfo(
        ntp_timestamp=0xE0000000_80000000,
        rtp_timestamp=4_000_000_000,
        packet_count=3,
        octet_count=99,
    )
    assert description.chunks == [oracle.RtcpSourceInfo(ssrc=7, items=[(1, b"stoa")])]


@pytest.mark.parametrize("lost", [0, 5, -3, 0x900000])
def test_a_receiver_report_is_read_by_others_as_it_was_meant(lost: int) -> None:
    block = ReportBlock(
        ssrc=9, fraction_lost=64, packets_lost=lost, highest_sequence=0x10002, jitter=480
    )

    data = receiver_report(ssrc=7, blocks=[block], cname="stoa")

    report, _ = oracle.RtcpPacket.parse(data)
    assert (report.ssrc, report.reports[0].ssrc) == (7, 9)
    assert report.reports[0].packets_lost == min(lost, 0x7FFFFF)
    assert report.reports[0].highest_sequence == 0x10002
    (ours,) = report_blocks(data)
    assert (ours.ssrc, ours.fraction_lost, ours.jitter) == (9, 0.25, 0.01)


def test_a_goodbye_stands_in_a_whole_compound_packet() -> None:
    empty, bye = oracle.RtcpPacket.parse(goodbye(7))

    assert (empty.ssrc, empty.reports) == (7, [])
    assert bye.sources == [7]
