"""The report blocks in a compound RTCP packet (RFC 3550 6.4), which say how a client hears us."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

CLOCK_RATE = 48000
_SENDER_REPORT, _RECEIVER_REPORT = 200, 201
_BLOCKS_AT = {_SENDER_REPORT: 28, _RECEIVER_REPORT: 8}
_BLOCK_LENGTH = 24
_LONGEST = 60 << 16
"""Units of 1/65536 s: a round trip beyond a minute is a client's mistake, or lies in the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBlock:
    """What one receiver says of one SSRC: loss since its last report as 0..1, jitter in seconds.

    `last_sender_report` and `delay_since_last` are as on the wire, 0 before any sender report.
    """

    ssrc: int
    fraction_lost: float
    jitter: float
    last_sender_report: int = 0
    delay_since_last: int = 0

    def round_trip(self, ntp: int) -> float | None:
        """Seconds to the receiver and back (RFC 3550 6.4.1), None if the block does not tell.

        `ntp`: when the block came; 64 bits, seconds since 1900 in the upper half.
        """
        if not self.last_sender_report:
            return None
        units = ((ntp >> 16) - self.last_sender_report - self.delay_since_last) & 0xFFFFFFFF
        return units / 65536 if units <= _LONGEST else None


def report_blocks(packet: bytes) -> Iterator[ReportBlock]:
    """Every whole block in SRs and RRs; ends quietly where the packet stops making sense."""
    at = 0
    while at + 4 <= len(packet):
        count = packet[at] & 0x1F
        end = at + 4 * (1 + (packet[at + 2] << 8 | packet[at + 3]))
        if end > len(packet):
            return
        if packet[at + 1] in _BLOCKS_AT:
            start = at + _BLOCKS_AT[packet[at + 1]]
            for block in range(start, start + count * _BLOCK_LENGTH, _BLOCK_LENGTH):
                if block + _BLOCK_LENGTH > end:
                    return
                ssrc, lost, jitter, last, delay = struct.unpack_from("!IB7xIII", packet, block)
                yield ReportBlock(
                    ssrc=ssrc,
                    fraction_lost=lost / 256,
                    jitter=jitter / CLOCK_RATE,
                    last_sender_report=last,
                    delay_since_last=delay,
                )
        at = end
