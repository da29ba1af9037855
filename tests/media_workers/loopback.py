"""A loopback lab: our edge and peers on one side, a raw client on the other, and no waiting.

On loopback a datagram is in the other socket when `sendto` returns, so that `Lab.settle` can carry
every exchange to its end at one moment of the test's own clock.
"""

import asyncio
import itertools
import socket
from collections.abc import Coroutine
from typing import Any

import pytest
from aiortc.rtcdatachannel import RTCDataChannel, RTCDataChannelParameters
from aiortc.rtcsctptransport import RTCSctpCapabilities, RTCSctpTransport

from media_workers.peers.peer import Peer
from media_workers.transport.dtls import Certificate, DtlsTransport
from media_workers.transport.edge import Edge
from media_workers.transport.rtcp import ReportBlock
from media_workers.transport.sdp import Fingerprint, parse_offer
from media_workers.transport.stun import binding_request

START = 1000.0
UFRAG = "theirs"


def drive(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run one of aiortc's coroutines over a transport that never waits."""
    with pytest.raises(StopIteration):
        coroutine.send(None)


class Heard:
    """A listener that keeps what it was told, in order."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.rtp: list[bytes] = []
        self.fails_on: str | None = None

    def peer_connected(self, peer: Peer) -> None:
        self._note("connected")

    def channel_opened(self, peer: Peer) -> None:
        self._note("opened")

    def message_received(self, peer: Peer, text: str) -> None:
        self._note("message", text)

    def rtp_received(self, peer: Peer, packet: bytes, now: float) -> None:
        self.rtp.append(bytes(packet))
        self._fail("rtp")

    def receiver_report(self, peer: Peer, block: ReportBlock, now: float) -> None:
        self._note("report", block.fraction_lost, block.jitter)

    def address_changed(self, peer: Peer) -> None:
        self._note("address", peer.address)
        self._fail("address")

    def peer_closed(self, peer: Peer, reason: str) -> None:
        self._note("closed", reason)
        self._fail("closed")

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        return [event for event in self.events if event[0] == kind]

    def _fail(self, kind: str) -> None:
        if self.fails_on == kind:
            raise LookupError("a bug in the session")

    def _note(self, *event: Any) -> None:
        self.events.append(event)


class Client:
    """A raw client: sockets that it may change, checks by hand, our DTLS, aiortc's own SCTP."""

    def __init__(
        self, certificate: Certificate, server: tuple[str, int], remote: Fingerprint
    ) -> None:
        self.server = server
        self.family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
        self.sockets: list[socket.socket] = []
        self.ufrag = self.password = ""
        self.mine = UFRAG
        self.received: list[bytes] = []
        self.messages: list[str] = []
        self.dtls = DtlsTransport(certificate, remote, send=self.send, role="client")
        self.association: RTCSctpTransport | None = None
        self.channels: list[RTCDataChannel] = []
        self.move()

    @property
    def sock(self) -> socket.socket:
        return self.sockets[-1]

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.sock.getsockname()[:2]
        return host, port

    def move(self) -> None:
        """Speak from another port from now on."""
        sock = socket.socket(self.family, socket.SOCK_DGRAM)
        sock.bind((self.server[0], 0))
        sock.setblocking(False)
        self.sockets.append(sock)

    def send(self, data: bytes) -> None:
        self.sock.sendto(data, self.server)

    def make_check(self, **changes: Any) -> bytes:
        ufrag = changes.pop("ufrag", self.ufrag)
        mine = changes.pop("mine", self.mine)
        password = changes.pop("password", self.password)
        return binding_request(
            username=f"{ufrag}:{mine}".encode(), password=password.encode(), **changes
        )

    def check(self, **changes: Any) -> None:
        self.send(self.make_check(**changes))

    def read(self) -> bool:
        """Take what has arrived at any of the sockets; whether there was something."""
        before = len(self.received)
        for sock in self.sockets:
            while True:
                try:
                    data = sock.recv(4096)
                except BlockingIOError:
                    break
                self.received.append(data)
                if 20 <= data[0] < 64:
                    self._dtls_received(data)
        return len(self.received) > before

    def take(self, kind: range) -> list[bytes]:
        """What arrived with such a first byte, once."""
        taken = [data for data in self.received if data[0] in kind]
        self.received = [data for data in self.received if data[0] not in kind]
        return taken

    def connect_data(self, **parameters: Any) -> None:
        self.association = RTCSctpTransport(self.dtls)
        drive(self.association.start(RTCSctpCapabilities(16384), 5000))
        self.open_channel(**parameters)

    def open_channel(self, *, label: str = "events", **parameters: Any) -> RTCDataChannel:
        channel = RTCDataChannel(
            self.association, RTCDataChannelParameters(label=label, **parameters)
        )
        channel.on("message", self.messages.append)
        self.channels.append(channel)
        return channel

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()

    def _dtls_received(self, data: bytes) -> None:
        for packet in self.dtls.receive(data):
            if self.association is not None:
                drive(self.association._handle_data(packet))


class Lab:
    """One edge on loopback, its peers, their clients, and the time."""

    def __init__(
        self, certificate: Certificate, client_certificate: Certificate, host: str
    ) -> None:
        self.certificate = certificate
        self.client_certificate = client_certificate
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        self.sock.bind((host, 0))
        self.sock.setblocking(False)
        self.server: tuple[str, int] = self.sock.getsockname()[:2]
        self.edge = Edge(self.sock, advertised_address=self.server)
        self.now = START
        self.peers: list[Peer] = []
        self.clients: list[Client] = []
        self._ids = itertools.count()

    def client(self) -> Client:
        """One that nobody knows."""
        client = Client(self.client_certificate, self.server, self.certificate.fingerprint)
        self.clients.append(client)
        return client

    def join(self, offer: str) -> tuple[Peer, Client, Heard]:
        """A peer and its client, which has done nothing yet."""
        heard = Heard()
        peer = Peer(
            peer_id=f"peer-{next(self._ids)}",
            account_id="account",
            offer=parse_offer(offer),
            edge=self.edge,
            certificate=self.certificate,
            listener=heard,
            now=self.now,
        )
        self.peers.append(peer)
        client = self.client()
        self.credentials(client, peer.answer)
        return peer, client, heard

    @staticmethod
    def credentials(client: Client, text: str) -> None:
        """What the client takes from an answer."""
        lines = text.split("\r\n")
        client.ufrag = next(x for x in lines if x.startswith("a=ice-ufrag:"))[12:]
        client.password = next(x for x in lines if x.startswith("a=ice-pwd:"))[10:]

    async def connect(self, offer: str, *, data: bool = True) -> tuple[Peer, Client, Heard]:
        """A peer and its client with everything up."""
        peer, client, heard = self.join(offer)
        client.check(use_candidate=True)
        client.dtls.begin()
        await self.settle()
        assert client.dtls.connected
        if data:
            client.connect_data()
            await self.settle()
            assert heard.of("opened")
        return peer, client, heard

    async def settle(self) -> None:
        """Carry datagrams back and forth until nobody has anything to say."""
        quiet = 0
        for _ in range(400):
            await asyncio.sleep(0)  # the tasks that aiortc starts for itself
            self.edge.poll(self.now)
            read = [client.read() for client in self.clients]
            quiet = 0 if any(read) else quiet + 1
            if quiet > 2:
                return
        raise AssertionError("no end of talking")

    def pass_time(self, seconds: float) -> None:
        """Later, on the tick."""
        self.now += seconds
        for peer in self.peers:
            peer.tick(self.now)

    def close(self) -> None:
        for client in self.clients:
            if client.association is not None:
                drive(client.association.stop())
            client.close()
        self.sock.close()
