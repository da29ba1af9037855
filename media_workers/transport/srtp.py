"""SRTP (RFC 3711, 7714): the sessions of a connection, and a client's packets within bounds."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pylibsrtp import Error, Policy, Session

from media_workers.transport.rate import Allowance

MAX_SSRCS = 8
"""Each SSRC that a client sends costs state in libsrtp for as long as the session lives."""


_MEMORY = ThreadPoolExecutor(max_workers=1, thread_name_prefix="srtp-memory")
"""Where sessions that send are made. glibc gives each thread an arena of its own, so they lie side
by side there, and a tick passes over thousands of them in half the time that it would take if they
were strewn among everything else that a process allocates (docs/performance.md).
"""


def sending_session(key: bytes, profile: int, *, ssrc: int | None) -> Session:
    """Protects what is sent as `ssrc`, or as any SSRC if None. `key`: master key and salt."""
    policy = Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile)
    if ssrc is not None:  # half as large: no template, from which the stream would be copied
        policy.ssrc_type, policy.ssrc_value = Policy.SSRC_SPECIFIC, ssrc
    return _MEMORY.submit(Session, policy).result()


def receiving_session(key: bytes, profile: int) -> Session:
    """Unprotects whatever a client sends, late by up to 1,024 packets."""
    policy = Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile)
    policy.window_size = 1024
    return Session(policy)


class SrtpReceiver:
    """Packets of a client in, decrypted ones out; what is not passed on counts in `dropped`.

    The rates are well above a speaker's 50 packets and a report or two a second: what is beyond
    them is not worth decrypting.
    """

    def __init__(self, session: Session, dropped: Counter[str], *, now: float) -> None:
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
        except Error:  # forged, replayed or garbled
            self._dropped["srtp_rejected"] += 1
            return None
        self._ssrcs.add(ssrc)
        return packet
