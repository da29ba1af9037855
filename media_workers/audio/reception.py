"""What a receiver report says about a stream (RFC 3550 appendices A.3 and A.8)."""

from media_workers.audio.opus import SAMPLE_RATE
from media_workers.audio.rtp import ReportBlock

MAX_DROPOUT = 3000
"""A greater step of the sequence number is a restart, not a loss (RFC 3550 appendix A.1)."""


class Reception:
    """Counts one SSRC's packets, late and duplicate ones too, as they come off the network.

    `interval`: how many were expected and how many lost from the last report but one to the last.
    """

    def __init__(self, ssrc: int) -> None:
        self.ssrc = ssrc
        self._received = 0
        self._base = 0
        self._highest = -1
        self._reported = (0, 0)  # expected and received at the last report
        self.interval = (0, 0)
        self._transit: float | None = None
        self._jitter = 0.0

    def add(self, sequence_number: int, timestamp: int, now: float) -> None:
        """Takes note of a packet that has just arrived."""
        step = (sequence_number - self._highest) & 0xFFFF
        if self._highest < 0 or MAX_DROPOUT < step < 0x10000 - MAX_DROPOUT:
            self._base = self._highest = sequence_number
            self._received = 0
            self._reported = (0, 0)
            self._transit = None
        elif step < 1 << 15:
            self._highest += step
        self._received += 1
        transit = (int(now * SAMPLE_RATE) - timestamp) & 0xFFFFFFFF
        if self._transit is not None:
            change = (transit - self._transit) % (1 << 32)
            self._jitter += (min(change, (1 << 32) - change) - self._jitter) / 16
        self._transit = transit

    def report(self) -> ReportBlock | None:
        """The block for the next report, its loss counted since the last one; None at first."""
        if self._highest < 0:
            return None
        expected = self._highest - self._base + 1
        expected_before, received_before = self._reported
        self._reported = (expected, self._received)
        due = expected - expected_before
        lost = due - (self._received - received_before)
        self.interval = (max(due, 0), max(lost, 0))
        return ReportBlock(
            ssrc=self.ssrc,
            fraction_lost=min(lost * 256 // due, 255) if due > 0 and lost > 0 else 0,
            packets_lost=expected - self._received,
            highest_sequence=self._highest,
            jitter=int(self._jitter),
        )
