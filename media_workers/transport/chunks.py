"""What an SCTP packet would cost us, found out before aiortc takes it apart (RFC 9260 section 3).

aiortc trusts its authenticated peer: a parameter of length 0 makes it loop for ever, a SACK with
280 gap blocks takes it 1.2 s, a short chunk or a bundled INIT raises what it does not catch.
"""

from collections.abc import Mapping

DATA, INIT, INIT_ACK, SACK, HEARTBEAT, HEARTBEAT_ACK, ABORT, SHUTDOWN = range(8)
SHUTDOWN_ACK, ERROR, COOKIE_ECHO, COOKIE_ACK = range(8, 12)
SHUTDOWN_COMPLETE, RECONFIG, FORWARD_TSN = 14, 130, 192

MAX_GAP_BLOCKS = 64
MAX_GAP_SPAN = 4096
"""How many TSNs all gap blocks of a packet may name together; what we keep in flight is less."""

_COMMON_HEADER = 12
_CHUNK_HEADER = 4
_INIT_HEADER = 20
_SACK_HEADER = 16

# (least length with the chunk header, cost); others are skipped by aiortc. DATA must carry a byte.
_CHUNKS = {
    DATA: (17, 1),
    INIT: (_INIT_HEADER, 20),
    INIT_ACK: (_INIT_HEADER, 20),
    SACK: (_SACK_HEADER, 1),
    HEARTBEAT: (4, 5),
    HEARTBEAT_ACK: (4, 1),
    ABORT: (4, 1),
    SHUTDOWN: (8, 20),
    SHUTDOWN_ACK: (4, 1),
    ERROR: (4, 1),
    COOKIE_ECHO: (4, 20),
    COOKIE_ACK: (4, 1),
    SHUTDOWN_COMPLETE: (4, 1),
    RECONFIG: (8, 20),
    FORWARD_TSN: (8, 20),
}
_UNKNOWN = (_CHUNK_HEADER, 1)
_PARAMETERS_AT = {
    INIT: _INIT_HEADER,
    INIT_ACK: _INIT_HEADER,
    HEARTBEAT: _CHUNK_HEADER,
    HEARTBEAT_ACK: _CHUNK_HEADER,
    ABORT: _CHUNK_HEADER,
    ERROR: _CHUNK_HEADER,
    RECONFIG: _CHUNK_HEADER,
}

# The least lengths of what aiortc reads in a RECONFIG (RFC 6525 section 4), with their headers.
_RECONFIG_PARAMETERS = {13: 16, 16: 12, 17: 12}


def cost_of(packet: bytes) -> int:
    """What handling a packet costs, in DATA chunks (about 20 us each); 0 if it is to be refused.

    Takes time linear in the packet's length. The checksum is left to aiortc.
    """
    at, end, cost, span = _COMMON_HEADER, len(packet), 0, 0
    while at + _CHUNK_HEADER <= end:
        kind = packet[at]
        length = packet[at + 2] << 8 | packet[at + 3]
        least, price = _CHUNKS.get(kind, _UNKNOWN)
        following = at + (length + 3 & ~3)
        if length < least or at + length > end:
            return 0
        if kind == INIT and (cost or following < end):
            return 0
        if kind in _PARAMETERS_AT:
            known = _RECONFIG_PARAMETERS if kind == RECONFIG else {}
            count = _parameters(packet, at + _PARAMETERS_AT[kind], at + length, known)
            if count < 0:
                return 0
            price += count // 8
        elif kind == FORWARD_TSN and length % 4:  # half a stream
            return 0
        elif kind == SACK:
            named = _gap_span(packet, at, length)
            span += named
            if named < 0 or span > MAX_GAP_SPAN:
                return 0
            price += named // 16
        cost += price
        at = following
    return cost


def _parameters(packet: bytes, at: int, end: int, known: Mapping[int, int]) -> int:
    """How many parameters there are; -1 if one is shorter than its header or than is `known`."""
    count = 0
    while at + _CHUNK_HEADER <= end:
        kind = packet[at] << 8 | packet[at + 1]
        length = packet[at + 2] << 8 | packet[at + 3]
        if length < known.get(kind, _CHUNK_HEADER):
            return -1
        if kind in known and (at + length > end or length % 2):
            return -1
        count += 1
        at += length + 3 & ~3
    return count


def _gap_span(packet: bytes, at: int, length: int) -> int:
    """How many TSNs a SACK's gap blocks name; -1 if they are not all there, or make no sense."""
    blocks = packet[at + 12] << 8 | packet[at + 13]
    duplicates = packet[at + 14] << 8 | packet[at + 15]
    if blocks > MAX_GAP_BLOCKS or length < _SACK_HEADER + 4 * (blocks + duplicates):
        return -1
    span = 0
    for block in range(at + _SACK_HEADER, at + _SACK_HEADER + 4 * blocks, 4):
        start = packet[block] << 8 | packet[block + 1]
        stop = packet[block + 2] << 8 | packet[block + 3]
        if not 0 < start <= stop:
            return -1
        span += stop - start + 1
    return span
