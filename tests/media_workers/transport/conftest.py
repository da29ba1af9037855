"""Two ends of a DTLS association in memory, on a wire that loses what the test says; a call."""

from collections import deque
from collections.abc import Iterable, Iterator

import pytest

from media_workers.transport.dtls import Certificate, DtlsTransport
from media_workers.transport.sdp import Fingerprint
from tests.media_workers.transport.call import Call


class Wire:
    """`server` and `client`, and what each has sent that the other has not yet seen.

    `lose_from_server` and `lose_from_client` are patterns: True loses that datagram; when a
    pattern ends, nothing more is lost.
    """

    def __init__(
        self, certificate: Certificate, client_certificate: Certificate, expected: Fingerprint
    ) -> None:
        self.to_client: deque[bytes] = deque()
        self.to_server: deque[bytes] = deque()
        self.lose_from_server: Iterator[bool] = iter(())
        self.lose_from_client: Iterator[bool] = iter(())
        self.server = DtlsTransport(certificate, expected, send=self._from_server)
        self.client = DtlsTransport(
            client_certificate, certificate.fingerprint, send=self._from_client, role="client"
        )

    def lose(self, *, server: Iterable[bool] = (), client: Iterable[bool] = ()) -> None:
        self.lose_from_server, self.lose_from_client = iter(server), iter(client)

    def carry(self) -> tuple[list[bytes], list[bytes]]:
        """Deliver until both are silent: what the server and the client received in plain."""
        server: list[bytes] = []
        client: list[bytes] = []
        while self.to_server or self.to_client:
            while self.to_server:
                server += self.server.receive(self.to_server.popleft())
            while self.to_client:
                client += self.client.receive(self.to_client.popleft())
        return server, client

    def connect(self) -> None:
        self.client.begin()
        self.carry()

    def _from_server(self, data: bytes) -> None:
        if not next(self.lose_from_server, False):
            self.to_client.append(data)

    def _from_client(self, data: bytes) -> None:
        if not next(self.lose_from_client, False):
            self.to_server.append(data)


@pytest.fixture
def wire(certificate: Certificate, client_certificate: Certificate) -> Wire:
    return Wire(certificate, client_certificate, client_certificate.fingerprint)


@pytest.fixture
def wire_with_an_impostor(certificate: Certificate, client_certificate: Certificate) -> Wire:
    """The server expects another certificate than the client has."""
    return Wire(certificate, client_certificate, Fingerprint("sha-256", ":".join(["00"] * 32)))


@pytest.fixture
async def call(wire: Wire) -> Call:
    call = Call(wire)
    call.open()
    await call.settle()
    assert call.opened == 1
    return call
