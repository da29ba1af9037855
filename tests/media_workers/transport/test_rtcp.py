import struct
from dataclasses import replace

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


def test_a_report_tells_the_round_trip_of_the_sender_report_that_it_answers() -> None:
    """The example of RFC 3550, figure 2."""
    block = replace(EXPECTED, last_sender_report=0xB7052000, delay_since_last=0x00054000)

    assert block.round_trip(0xB44D_B710_8000 << 16) == 6.125


@pytest.mark.parametrize(
    ("sent", "waited"),
    [(0, 0), (0xB7108001, 0), (0xB7052000, 0x000C0000), (1, 0)],
    ids=["there was none", "it came before it was sent", "it waited for longer", "hours ago"],
)
def test_an_absurd_report_tells_no_round_trip(sent: int, waited: int) -> None:
    block = replace(EXPECTED, last_sender_report=sent, delay_since_last=waited)

    assert block.round_trip(0xB44D_B710_8000 << 16) is None


def test_a_block_has_the_sender_report_that_it_answers_and_when_that_came() -> None:
    data = struct.pack("!BBHI", 0x81, 201, 7, 1) + BLOCK[:-8] + struct.pack("!II", 5, 6)

    (block,) = report_blocks(data)

    assert (block.last_sender_report, block.delay_since_last) == (5, 6)


def test_a_count_beyond_the_packet_gives_the_blocks_that_are_there() -> None:
    assert list(report_blocks(b"\x9f" + RR[1:])) == [EXPECTED]
