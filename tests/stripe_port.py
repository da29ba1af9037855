"""Stripe's address for the functions under test: a port of this process, open only on demand."""

import atexit
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from anyio.from_thread import start_blocking_portal

if TYPE_CHECKING:
    from local.stripe.core import Stripe

HOST = "127.0.0.1"


def bound(port: int = 0) -> socket.socket:
    """A socket on the port, beside others that are bound to it and don't listen."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((HOST, port))
    return sock


_reserved = bound()
atexit.register(_reserved.close)
PORT = _reserved.getsockname()[1]
URL = f"http://{HOST}:{PORT}"


@contextmanager
def answering(stripe: "Stripe") -> Iterator[None]:
    """The stand-in answers at the address, by the real clock."""
    from local.stripe.server import running  # noqa: PLC0415 - reads the environment as it loads

    sock = bound(PORT)
    sock.listen()
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(running(stripe, sock)),
    ):
        yield
