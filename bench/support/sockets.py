"""Sockets that drop in the kernel what a listener on another machine would have taken."""

import ctypes
import socket
import struct

SO_ATTACH_FILTER = 26
_LOAD_BYTE, _IF_AT_LEAST, _RETURN = 0x30, 0x35, 0x06
_PAYLOAD = 8  # a UDP socket's filter sees the header first
_EVERYTHING = 0xFFFFFFFF

NOTHING = struct.pack("HBBI", _RETURN, 0, 0, 0)
BELOW_RTP = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in (
        (_LOAD_BYTE, 0, 0, _PAYLOAD),
        (_IF_AT_LEAST, 0, 1, 128),
        (_RETURN, 0, 0, 0),
        (_RETURN, 0, 0, _EVERYTHING),
    )
)
"""STUN and DTLS pass, SRTP and SRTCP do not (RFC 7983)."""


def attach(sock: socket.socket, instructions: bytes) -> None:
    """Let the socket take in what this classic BPF program says."""
    memory = ctypes.create_string_buffer(instructions)
    program = struct.pack("HL", len(instructions) // 8, ctypes.addressof(memory))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def sinks(count: int) -> list[socket.socket]:
    """Sockets on addresses of their own, that take nothing in."""
    sockets = []
    for index in range(count):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        attach(sock, NOTHING)
        sock.bind((f"127.1.{index >> 12}.{(index >> 4 & 255) + 1}", 0))  # as ELSEWHERE
        sockets.append(sock)
    return sockets
