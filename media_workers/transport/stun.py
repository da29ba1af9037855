"""STUN Binding as an ICE-lite agent needs it: requests in, success responses out (RFC 8489, 8445).

    request   BINDING_REQUEST   USERNAME ("ours:theirs")  [USE-CANDIDATE]  MESSAGE-INTEGRITY
    response  BINDING_SUCCESS   XOR-MAPPED-ADDRESS                         MESSAGE-INTEGRITY

Both end with FINGERPRINT, so that a response is never longer than the request it answers.
Everything else that a request may carry is of no use here.
"""

import hmac
import secrets
import socket
import struct
import zlib
from dataclasses import dataclass

from media_workers.transport.mmsg import Address

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
_FINGERPRINT_XOR = 0x5354554E
_IPV4_MAPPED = bytes(10) + b"\xff\xff"
_MAX_ATTRIBUTES = 16  # a browser sends eight


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingRequest:
    """A well-formed request that names a user; `verify` tells whether that user sent it."""

    transaction_id: bytes
    username: bytes
    use_candidate: bool
    signed: bytes
    integrity: bytes

    def verify(self, password: bytes) -> bool:
        """Whether MESSAGE-INTEGRITY was made with this password (RFC 8489 14.5)."""
        return hmac.compare_digest(hmac.digest(password, self.signed, "sha1"), self.integrity)


def parse_binding_request(data: bytes) -> BindingRequest | None:
    """The Binding request in a datagram; None if it is anything else, or not all there.

    Attributes after MESSAGE-INTEGRITY don't count; FINGERPRINT must be there (RFC 8445 7.2).
    """
    username: bytes | None = None
    integrity_at = 0
    use_candidate = marked = False
    for kind, at, value in _attributes(data):
        if kind == FINGERPRINT:
            marked = value == _fingerprint(data[:at])
            break
        if integrity_at:
            continue
        if kind == MESSAGE_INTEGRITY and len(value) == _INTEGRITY_LENGTH:
            integrity_at = at
        elif kind == USERNAME and username is None:
            username = value
        elif kind == USE_CANDIDATE:
            use_candidate = True
    if username is None or not integrity_at or not marked:
        return None
    return BindingRequest(
        transaction_id=data[8:HEADER_LENGTH],
        username=username,
        use_candidate=use_candidate,
        signed=_with_length(data[:integrity_at], integrity_at + 4),
        integrity=data[integrity_at + 4 : integrity_at + 4 + _INTEGRITY_LENGTH],
    )


def success_response(request: BindingRequest, address: Address, password: bytes) -> bytes:
    """The answer to a verified request that came from `address`."""
    host, port = address[0], address[1]
    family = 1
    if ":" not in host:
        packed = socket.inet_aton(host)
    else:
        packed = socket.inet_pton(socket.AF_INET6, host)
        if packed.startswith(_IPV4_MAPPED):  # an IPv4 client of a dual-stack socket
            packed = packed[len(_IPV4_MAPPED) :]
        else:
            family = 2
    mask = (MAGIC_COOKIE + request.transaction_id)[: len(packed)]
    masked = int.from_bytes(packed) ^ int.from_bytes(mask)
    value = struct.pack("!BBH", 0, family, port ^ 0x2112) + masked.to_bytes(len(packed))
    return _signed(
        BINDING_SUCCESS, request.transaction_id, _attribute(XOR_MAPPED_ADDRESS, value), password
    )


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
    return _signed(BINDING_REQUEST, transaction_id or secrets.token_bytes(12), attributes, password)


def _attributes(data: bytes) -> list[tuple[int, int, bytes]]:
    """The attributes of a Binding request as (type, offset, value); none unless all are sound."""
    if (
        len(data) < HEADER_LENGTH
        or data[:2] != BINDING_REQUEST
        or data[4:8] != MAGIC_COOKIE
        or int.from_bytes(data[2:4], "big") != len(data) - HEADER_LENGTH
    ):
        return []
    attributes: list[tuple[int, int, bytes]] = []
    at = HEADER_LENGTH
    while at + 4 <= len(data) and len(attributes) < _MAX_ATTRIBUTES:
        kind, length = struct.unpack_from("!HH", data, at)
        attributes.append((kind, at, data[at + 4 : at + 4 + length]))
        at += 4 + (length + 3 & ~3)
    return attributes if at == len(data) else []


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _signed(kind: bytes, transaction_id: bytes, attributes: bytes, password: bytes) -> bytes:
    message = kind + bytes(2) + MAGIC_COOKIE + transaction_id + attributes
    message = _with_length(message, len(message) + 4)
    message += _attribute(MESSAGE_INTEGRITY, hmac.digest(password, message, "sha1"))
    message = _with_length(message, len(message) - HEADER_LENGTH + 8)
    return message + _attribute(FINGERPRINT, _fingerprint(message))


def _with_length(message: bytes, length: int) -> bytes:
    return message[:2] + struct.pack("!H", length) + message[4:]


def _fingerprint(message: bytes) -> bytes:
    return struct.pack("!I", zlib.crc32(message) ^ _FINGERPRINT_XOR)
