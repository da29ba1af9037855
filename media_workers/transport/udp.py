"""The one UDP socket of a worker."""

import socket

from media_workers.transport import bpf

SOCKET_BUFFER = 8 * 1024 * 1024
"""Bytes: a tick's packets to thousands of listeners are handed to the kernel at once."""


def open_socket(host: str, port: int) -> socket.socket:
    """The UDP socket for everything, filtered in the kernel where the system can do that."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
        bpf.attach(sock)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock
