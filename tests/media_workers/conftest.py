"""Certificates, offers, peers on loopback, and a whole worker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from core.dynamo import Database
from media_workers.config import Config
from media_workers.transport.dtls import Certificate
from media_workers.worker import Worker
from tests.media_workers.loopback import UFRAG, Lab
from tests.media_workers.worker_lab import ENV, PromptQueue, WorkerLab


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def certificate() -> Certificate:
    """The worker's."""
    return Certificate.generate()


@pytest.fixture(scope="session")
def client_certificate() -> Certificate:
    return Certificate.generate()


@pytest.fixture
def offer_text(client_certificate: Certificate) -> Callable[..., str]:
    """Writes offers: sound ones, and with lines replaced, dropped or added, unsound ones."""

    def write(
        *,
        direction: str = "sendrecv",
        data: bool = True,
        ufrag: str = UFRAG,
        fingerprint: str | None = None,
        replace: tuple[str, str] = ("", ""),
        audio: tuple[str, ...] = (),
    ) -> str:
        value = fingerprint or f"sha-256 {client_certificate.fingerprint.value}"
        transport = [
            f"a=ice-ufrag:{ufrag}",
            "a=ice-pwd:aPasswordThatNobodyNeeds",
            f"a=fingerprint:{value}",
            "a=setup:actpass",
        ]
        lines = [
            "v=0",
            "o=- 1 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0 1" if data else "a=group:BUNDLE 0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0",
            "c=IN IP4 0.0.0.0",
            "a=mid:0",
            f"a={direction}",
            "a=rtcp-mux",
            "a=rtpmap:111 opus/48000/2",
            "a=fmtp:111 minptime=10;useinbandfec=1",
            "a=rtpmap:63 red/48000/2",
            "a=fmtp:63 111/111",
            "a=rtpmap:0 PCMU/8000",
            *audio,
            *transport,
        ]
        if data:
            lines += [
                "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
                "c=IN IP4 0.0.0.0",
                "a=mid:1",
                "a=sctp-port:5000",
                "a=max-message-size:262144",
                *transport,
            ]
        old, new = replace
        text = "\r\n".join(lines) + "\r\n"
        if old:
            assert old in text
        return text.replace(old, new) if old else text

    return write


@pytest.fixture
def lab(certificate: Certificate, client_certificate: Certificate) -> Iterator[Lab]:
    lab = Lab(certificate, client_certificate, "127.0.0.1")
    yield lab
    lab.close()


@pytest.fixture
def ipv6_lab(certificate: Certificate, client_certificate: Certificate) -> Iterator[Lab]:
    lab = Lab(certificate, client_certificate, "::1")
    yield lab
    lab.close()


@pytest.fixture
async def worker_lab(database: Database) -> AsyncIterator[WorkerLab]:
    """A whole worker with a live room."""
    queue = PromptQueue()
    worker = Worker(Config.from_env(ENV), database=database, queue=queue)
    stop, started = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(worker.run(stop, started))
    await asyncio.wait_for(started.wait(), 10)
    lab = WorkerLab(worker, queue, database, stop)
    lab.open_room()
    yield lab
    for client in lab.clients:
        await client.connection.close()
        await asyncio.gather(*client.tasks)
    await lab.http.close()
    stop.set()
    await asyncio.wait_for(running, 20)
