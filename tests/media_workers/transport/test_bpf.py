"""The kernel's filter lets through what the edge may want, and drops the rest for nothing."""

import socket
import sys
from collections.abc import Iterator

import pytest

from media_workers.transport import bpf
from media_workers.transport.stun import binding_request

CHECK = binding_request(username=b"a:b", password=b"secret")
GOOD = {
    "check": CHECK,
    "handshake": bytes([22, 0xFE, 0xFD]) + bytes(60),
    "application data": bytes([23, 0xFE, 0xFD]) + bytes(60),
    "hello of DTLS 1.0": bytes([22, 0xFE, 0xFF]) + bytes(60),
    "rtp": bytes([0x80, 111]) + bytes(40),
    "shortest rtp": bytes([0x80, 111]) + bytes(10),
    "rtcp": bytes([0x81, 201]) + bytes(40),
    "longest": bytes([0x80]) + bytes(1499),
}
JUNK = {
    "empty": b"",
    "one byte": b"\x80",
    "too long": bytes([0x80]) + bytes(1500),
    "wrong cookie": CHECK[:4] + bytes(4) + CHECK[8:],
    "response": b"\x01\x01" + CHECK[2:],
    "wrong length": CHECK + bytes(4),
    "odd length": CHECK[:2] + b"\x00\x01" + CHECK[4:],
    "TLS": bytes([22, 3, 3]) + bytes(60),
    "channel data": bytes([0x40]) + bytes(30),
    "beyond SRTP": bytes([0xC5]) + bytes(99),
}


@pytest.fixture
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        receiver.setblocking(False)
        sender.connect(receiver.getsockname())
        yield receiver, sender


def test_the_filter_is_there_on_linux_only(
    sockets: tuple[socket.socket, socket.socket],
) -> None:
    assert bpf.attach(sockets[0]) is (sys.platform == "linux")


@pytest.mark.parametrize("datagram", GOOD.values(), ids=GOOD)
def test_good_datagrams_pass(sockets: tuple[socket.socket, socket.socket], datagram: bytes) -> None:
    receiver, sender = sockets
    bpf.attach(receiver)

    sender.send(datagram)

    assert receiver.recv(2048) == datagram


@pytest.mark.parametrize("datagram", JUNK.values(), ids=JUNK)
def test_junk_is_dropped_and_counted(
    sockets: tuple[socket.socket, socket.socket], datagram: bytes
) -> None:
    receiver, sender = sockets
    if not bpf.attach(receiver):
        assert bpf.dropped(receiver) == 0  # not Linux: the edge drops it
        return

    sender.send(datagram)

    with pytest.raises(BlockingIOError):
        receiver.recv(2048)
    assert bpf.dropped(receiver) == 1
