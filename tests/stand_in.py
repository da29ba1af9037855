"""A stand-in on a free port, trusted by the client of this process."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.clock import utc_now
from local.transcribe.certificate import Certificate, make_certificate
from local.transcribe.scripted import Scripted
from local.transcribe.server import Server, running
from local.transcribe.stream import Service

SECRETS = {"test": "test"}


class Lists:
    """One vocabulary and one filter."""

    def vocabulary(self, name: str) -> Sequence[str] | None:
        return ["Stoa"] if name == "room-words" else None

    def filter(self, name: str) -> Sequence[str] | None:
        return ["bravo"] if name == "rude-words" else None


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificate]:
    """A certificate that clients of this process trust while it lasts."""
    made = make_certificate(Path(tmp_path_factory.mktemp("tls")), utc_now())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(made.authority))
        yield made


Serve = Callable[..., AbstractAsyncContextManager[tuple[Server, str]]]


@pytest.fixture
def serve(certificate: Certificate) -> Serve:
    """`async with serve(idle=1) as (server, url)`: the service's defaults, changed as told."""

    def serving(**changes: Any) -> AbstractAsyncContextManager[tuple[Server, str]]:
        service = Service(
            make_recogniser=lambda _: Scripted(), word_lists=Lists(), secrets=SECRETS, now=utc_now
        )
        sock = socket.create_server(("127.0.0.1", 0))
        return running(replace(service, **changes), certificate, sock)

    return serving
