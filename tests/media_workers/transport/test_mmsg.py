"""Datagrams in and out by the batch, and the fallback that does the same one by one."""

import socket
from collections.abc import Iterator

import numpy as np
import pytest

from media_workers.transport.mmsg import HAS_MMSG, Receiver, Sender, address_of, sockaddr

WAYS = [False, True] if HAS_MMSG else [False]
Pair = tuple[socket.socket, socket.socket]


@pytest.fixture(params=["127.0.0.1", "::1"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with (
        socket.socket(family, socket.SOCK_DGRAM) as one,
        socket.socket(family, socket.SOCK_DGRAM) as other,
    ):
        for sock in (one, other):
            sock.bind((request.param, 0))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            sock.setblocking(False)
        yield one, other


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 443), ("::", 0)])
def test_a_name_is_an_address_and_back(address: tuple[str, int]) -> None:
    assert address_of(sockaddr(address))[:2] == address


@pytest.mark.parametrize("use_mmsg", WAYS)
def test_a_receiver_gives_every_datagram_with_its_senders_name(
    pair: Pair, *, use_mmsg: bool
) -> None:
    one, other = pair
    for datagram in (b"", b"a", bytes(1500)):
        other.sendto(datagram, one.getsockname())

    received = Receiver(one, use_mmsg=use_mmsg).receive()

    name = sockaddr(other.getsockname())
    assert received == [(b"", name), (b"a", name), (bytes(1500), name)]
    assert address_of(name)[:2] == other.getsockname()[:2]


@pytest.mark.parametrize("use_mmsg", WAYS)
def test_a_receiver_stops_at_a_batch_and_goes_on_with_the_next(
    pair: Pair, *, use_mmsg: bool
) -> None:
    one, other = pair
    receiver = Receiver(one, use_mmsg=use_mmsg)
    for number in range(receiver.BATCH + 10):
        other.sendto(bytes([number % 256]), one.getsockname())

    assert len(receiver.receive()) == receiver.BATCH
    assert [data[0] for data, _ in receiver.receive()] == list(range(10))
    assert receiver.receive() == []


@pytest.mark.parametrize("use_mmsg", WAYS)
def test_a_datagram_longer_than_a_slot_is_still_seen_to_be_too_long(
    pair: Pair, *, use_mmsg: bool
) -> None:
    one, other = pair
    other.sendto(bytes(5000), one.getsockname())

    ((data, _),) = Receiver(one, use_mmsg=use_mmsg).receive()

    assert len(data) == Receiver.SLOT_SIZE


@pytest.mark.parametrize("use_mmsg", WAYS)
def test_a_sender_sends_each_datagram_to_its_own_destination(pair: Pair, *, use_mmsg: bool) -> None:
    one, other = pair
    sender = Sender(one.fileno(), 3, 64, use_mmsg=use_mmsg)
    for index, sock in enumerate((other, one, other)):
        sender.buffer[index, :2] = np.frombuffer(b"#%d" % index, np.uint8)
        sender.lengths[index] = 2
        sender.set_address(index, sockaddr(sock.getsockname()))

    assert sender.send(3) == 3

    assert [other.recv(64), other.recv(64), one.recv(64)] == [b"#0", b"#2", b"#1"]
