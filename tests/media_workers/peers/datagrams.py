"""A client's RTP and receiver reports, and the first bytes that tell datagrams apart."""

import struct
from collections.abc import Callable

OfferText = Callable[..., str]
DTLS = range(20, 64)
SRTP = range(128, 192)


def rtp(
    sequence_number: int = 1, *, ssrc: int = 7, payload: bytes = b"opus", payload_type: int = 111
) -> bytes:
    return struct.pack("!BBHII", 0x80, payload_type, sequence_number, 960, ssrc) + payload


def receiver_report(*, about: int, ssrc: int = 7, lost: int = 64, jitter: int = 480) -> bytes:
    return struct.pack("!BBHIIB3xIIII", 0x81, 201, 7, ssrc, about, lost, 0, jitter, 0, 0)
