import struct

import pytest

from media_workers.transport.rtcp import ReportBlock, report_blocks

BLOCK = struct.pack("!IB3xIIII", 77, 128, 9, 480, 0, 0)
RR = struct.pack("!BBHI", 0x81, 201, 7, 1) + BLOCK
SR = struct.pack("!BBHI", 0x81, 200, 12, 1) + bytes(20) + BLOCK
SDES = struct.pack("!BBHI", 0x81, 202, 2, 1) + bytes(4)
EXPECTED = ReportBlock(ssrc=77, fraction_lost=0.5, jitter=0.01)


@pytest.mark.parametrize("packet", [RR, SR, SDES + RR, RR + SDES])
def test_blocks_are_found_in_any_compound(packet: bytes) -> None:
    assert list(report_blocks(packet)) == [EXPECTED]


@pytest.mark.parametrize(
    "packet", [b"", RR[:-1], SDES, b"\x9f" + RR[1:8], struct.pack("!BBHI", 0x9F, 201, 1, 1)]
)
def test_what_is_not_all_there_has_no_blocks(packet: bytes) -> None:
    assert list(report_blocks(packet)) == []


def test_a_count_beyond_the_packet_gives_the_blocks_that_are_there() -> None:
    assert list(report_blocks(b"\x9f" + RR[1:])) == [EXPECTED]
