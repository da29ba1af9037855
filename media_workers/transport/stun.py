"""STUN Binding as an ICE-lite agent needs it: requests in, success responses out (RFC 8489, 8445).

    request   BINDING_REQUEST   USERNAME ("ours:theirs")  [USE-CANDIDATE]  MESSAGE-INTEGRITY
    response  BINDING_SUCCESS   XOR-MAPPED-ADDRESS                         MESSAGE-INTEGRITY

Both end with FINGERPRINT, so that a response is never longer than the request it answers.
Everything else that a request may carry is of no use here.
"""

import hmac
import secrets
import struct
import zlib
from dataclasses import dataclass

HEADER_LENGTH = 20
MAGIC_COOKIE = b"\x21\x12\xa4\x42"
BINDING_REQUEST = b"\x00\x01"
BINDING_SUCCESS = b"\x01\x01"

USERNAME = 0x0006
MESSAGE_INTEGRITY = 0x0008
XOR_MAPPED_ADDRESS = 0x0020
PRIORITY = 0x0024
USE_CANDIDATE = 0x0025
FINGERPRINT = 0x8028
ICE_CONTROLLING = 0x802A

_INTEGRITY_LENGTH = 20
_FINGERPRINT_LENGTH = 8  # with its header
_FINGERPRINT_XOR = 0x5354554E
_IPV4_NAME_LENGTH = 16  # of a sockaddr_in
_IPV4_MAPPED = bytes(10) + b"\xff\xff"
_MAX_ATTRIBUTES = 16  # a browser sends eight

_HEAD = struct.Struct("!HH")
_LENGTH = struct.Struct("!H")


def integrity_key(password: bytes) -> hmac.HMAC:
    """What MESSAGE-INTEGRITY is made with (RFC 8489 14.5), ready to be copied.

    To begin with the password each time costs more than twice as much.
    """
    return hmac.new(password, digestmod="sha1")


@dataclass(frozen=True, slots=True)
class BindingRequest:
    """A well-formed request that names a user; `verify` tells whether that user sent it."""

    transaction_id: bytes
    username: bytes
    use_candidate: bool
    signed: bytes
    integrity: bytes

    def verify(self, key: hmac.HMAC) -> bool:
        """Whether MESSAGE-INTEGRITY was made with this key."""
        return hmac.compare_digest(_integrity(key, self.signed), self.integrity)


def parse_binding_request(data: bytes) -> BindingRequest | None:
    """The Binding request in a datagram; None if it is anything else, or not all there.

    FINGERPRINT must be there (RFC 8445 7.2), as the last; what is between MESSAGE-INTEGRITY and it
    doesn't count.
    """
    end = len(data) - _FINGERPRINT_LENGTH
    if (
        end < HEADER_LENGTH
        or data[:2] != BINDING_REQUEST
        or data[4:8] != MAGIC_COOKIE
        or _LENGTH.unpack_from(data, 2)[0] != len(data) - HEADER_LENGTH
        or data[end:] != _fingerprint(data[:end])
    ):
        return None
    username = b""
    use_candidate = False
    at = HEADER_LENGTH
    for _ in range(_MAX_ATTRIBUTES):
        kind, length = _HEAD.unpack_from(data, at)
        if kind == MESSAGE_INTEGRITY:
            break
        if kind == USERNAME and not username:
            username = data[at + 4 : at + 4 + length]
        elif kind == USE_CANDIDATE:
            use_candidate = True
        at += 4 + (length + 3 & ~3)
        if at >= end:
            return None
    start = at + 4
    if kind != MESSAGE_INTEGRITY or start + _INTEGRITY_LENGTH > end or not username:
        return None
    signed = _with_length(data[:at], start)
    integrity = data[start : start + _INTEGRITY_LENGTH]
    return BindingRequest(data[8:HEADER_LENGTH], username, use_candidate, signed, integrity)


def success_response(request: BindingRequest, name: bytes, key: hmac.HMAC) -> bytes:
    """The answer to a verified request that came from the `sockaddr` in `name`."""
    family, packed = 1, name[4:8]
    if len(name) != _IPV4_NAME_LENGTH:
        family, packed = 2, name[8:24]
        if packed.startswith(_IPV4_MAPPED):  # an IPv4 client of a dual-stack socket
            family, packed = 1, packed[len(_IPV4_MAPPED) :]
    # The mask begins with the cookie, of which the port has the first half to itself.
    masked = name[2:4] + packed
    mask = MAGIC_COOKIE[:2] + (MAGIC_COOKIE + request.transaction_id)[: len(packed)]
    value = int.from_bytes(masked) ^ int.from_bytes(mask)
    attribute = _attribute(XOR_MAPPED_ADDRESS, bytes((0, family)) + value.to_bytes(len(masked)))
    return _signed(BINDING_SUCCESS, request.transaction_id, attribute, key)


def binding_request(
    *,
    username: bytes,
    password: bytes,
    use_candidate: bool = False,
    transaction_id: bytes | None = None,
) -> bytes:
    """A connectivity check such as a controlling client sends."""
    attributes = (
        _attribute(USERNAME, username)
        + _attribute(PRIORITY, struct.pack("!I", 1853824767))
        + _attribute(ICE_CONTROLLING, secrets.token_bytes(8))
    )
    if use_candidate:
        attributes += _attribute(USE_CANDIDATE, b"")
    key = integrity_key(password)
    return _signed(BINDING_REQUEST, transaction_id or secrets.token_bytes(12), attributes, key)


def _attribute(kind: int, value: bytes) -> bytes:
    return _HEAD.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _signed(kind: bytes, transaction_id: bytes, attributes: bytes, key: hmac.HMAC) -> bytes:
    start = kind + bytes(2) + MAGIC_COOKIE + transaction_id + attributes
    integrity = _integrity(key, _with_length(start, len(start) + 4))
    length = len(start) + 4 + _INTEGRITY_LENGTH - HEADER_LENGTH + _FINGERPRINT_LENGTH
    message = _with_length(start, length) + _attribute(MESSAGE_INTEGRITY, integrity)
    return message + _fingerprint(message)


def _integrity(key: hmac.HMAC, signed: bytes) -> bytes:
    mac = key.copy()
    mac.update(signed)
    return mac.digest()


def _with_length(message: bytes, length: int) -> bytes:
    return message[:2] + _LENGTH.pack(length) + message[4:]


def _fingerprint(message: bytes) -> bytes:
    """The attribute that ends this message."""
    return struct.pack("!HHI", FINGERPRINT, 4, zlib.crc32(message) ^ _FINGERPRINT_XOR)
