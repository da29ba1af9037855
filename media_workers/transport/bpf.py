"""A classic BPF program that drops junk in the kernel, before it costs a wake-up. Linux only.

An accelerator: the edge applies the same rules, and finer ones, to whatever gets through.
The filter of a UDP socket sees the UDP header first, and its `len` counts it too.
"""

import ctypes
import socket
import struct

from media_workers.transport.edge import MAX_DATAGRAM

_SO_ATTACH_FILTER = 26
_SO_MEMINFO = 55
_SK_MEMINFO_DROPS = 8
_UDP_HEADER = 8

_LOAD_LENGTH, _X_LENGTH = 0x80, 0x81
_LOAD_BYTE, _LOAD_HALF, _LOAD_WORD = 0x30, 0x28, 0x20
_IF_EQUAL, _IF_GREATER, _IF_AT_LEAST, _IF_ANY_BIT, _IF_EQUAL_X = 0x15, 0x25, 0x35, 0x45, 0x1D
_ADD, _RETURN = 0x04, 0x06

# (label, operation, operand, where to go if true, if false); no label: the next instruction.
_PROGRAM = (
    ("", _LOAD_LENGTH, 0, "", ""),
    ("", _IF_GREATER, _UDP_HEADER + MAX_DATAGRAM, "drop", ""),
    ("", _IF_AT_LEAST, _UDP_HEADER + 12, "", "drop"),
    ("", _LOAD_BYTE, _UDP_HEADER, "", ""),
    ("", _IF_AT_LEAST, 192, "drop", ""),
    ("", _IF_AT_LEAST, 128, "pass", ""),  # SRTP, SRTCP
    ("", _IF_AT_LEAST, 64, "drop", ""),
    ("", _IF_AT_LEAST, 20, "dtls", ""),
    ("", _LOAD_HALF, _UDP_HEADER, "", ""),
    ("", _IF_EQUAL, 0x0001, "", "drop"),  # a Binding request, its cookie, its true length
    ("", _LOAD_WORD, _UDP_HEADER + 4, "", ""),
    ("", _IF_EQUAL, 0x2112A442, "", "drop"),
    ("", _LOAD_HALF, _UDP_HEADER + 2, "", ""),
    ("", _IF_ANY_BIT, 0b11, "drop", ""),
    ("", _ADD, _UDP_HEADER + 20, "", ""),
    ("", _X_LENGTH, 0, "", ""),
    ("", _IF_EQUAL_X, 0, "pass", "drop"),
    ("dtls", _LOAD_BYTE, _UDP_HEADER, "", ""),
    ("", _IF_GREATER, 23, "drop", ""),  # DTLS 1.3 will need 26 and 32..63 too
    ("", _LOAD_BYTE, _UDP_HEADER + 1, "", ""),
    ("", _IF_EQUAL, 0xFE, "pass", "drop"),
    ("drop", _RETURN, 0, "", ""),
    ("pass", _RETURN, 0xFFFFFFFF, "", ""),
)


def attach(sock: socket.socket) -> bool:
    """Filter what this socket receives; False where the system has no such thing."""
    at = {label: index for index, (label, *_) in enumerate(_PROGRAM) if label}
    code = b"".join(
        struct.pack(
            "HBBI",
            operation,
            at[if_true] - index - 1 if if_true else 0,
            at[if_false] - index - 1 if if_false else 0,
            operand,
        )
        for index, (_, operation, operand, if_true, if_false) in enumerate(_PROGRAM)
    )
    memory = ctypes.create_string_buffer(code)
    program = struct.pack("HL", len(_PROGRAM), ctypes.addressof(memory))
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
    except OSError:
        return False
    return True


def dropped(sock: socket.socket) -> int:
    """How many datagrams the kernel dropped: filtered, or for want of buffer. 0 where not told."""
    try:
        counters = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 4 * (_SK_MEMINFO_DROPS + 1))
    except OSError:
        return 0
    return int(struct.unpack_from("=I", counters, 4 * _SK_MEMINFO_DROPS)[0])
