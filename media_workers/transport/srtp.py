"""Unprotects a client's SRTP and SRTCP, within bounds (RFC 3711, 7714)."""

from collections import Counter
from collections.abc import Callable

import pylibsrtp

from media_workers.transport.rate import Allowance

MAX_SSRCS = 8
"""Each SSRC that a client sends costs state in libsrtp for as long as the session lives."""


class SrtpReceiver:
    """Packets of a client in, decrypted ones out; what is not passed on counts in `dropped`.

    The rates are well above a speaker's 50 packets and a report or two a second: what is beyond
    them is not worth decrypting.
    """

    def __init__(self, session: pylibsrtp.Session, dropped: Counter[str], *, now: float) -> None:
        self._session = session
        self._dropped = dropped
        self._ssrcs: set[bytes] = set()
        self._packets = Allowance(rate=200, burst=200, now=now)
        self._reports = Allowance(rate=20, burst=40, now=now)

    def rtp(self, data: bytes, now: float) -> bytes | None:
        """One RTP packet, authentic and not a replay; None if it is not."""
        if not self._packets.take(now):
            self._dropped["rtp_flood"] += 1
            return None
        return self._unprotected(self._session.unprotect, data, data[8:12])

    def rtcp(self, data: bytes, now: float) -> bytes | None:
        """One compound RTCP packet, authentic and not a replay; None if it is not."""
        if not self._reports.take(now):
            self._dropped["rtcp_flood"] += 1
            return None
        return self._unprotected(self._session.unprotect_rtcp, data, data[4:8])

    def _unprotected(
        self, unprotect: Callable[[bytes], bytes], data: bytes, ssrc: bytes
    ) -> bytes | None:
        if ssrc not in self._ssrcs and len(self._ssrcs) >= MAX_SSRCS:
            self._dropped["ssrc_surplus"] += 1
            return None
        try:
            packet = unprotect(data)
        except pylibsrtp.Error:  # forged, replayed or garbled
            self._dropped["srtp_rejected"] += 1
            return None
        self._ssrcs.add(ssrc)
        return packet
