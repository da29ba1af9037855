"""`python -m local.stripe`: the stand-in as a process of its own (names: see `settings`).

Prints `Stripe stands in at http://<address>:<port>` when it listens.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping

from local.stripe.core import Stripe
from local.stripe.server import running
from local.stripe.settings import CannotStart, Settings


async def serve(settings: Settings, sock: socket.socket) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    url = f"http://{settings.bind}:{sock.getsockname()[1]}"
    stripe = Stripe(
        keys=settings.keys,
        base_url=settings.url or url,
        timing=settings.timing,
        endpoints=settings.endpoints,
    )
    async with running(stripe, sock):
        print(f"Stripe stands in at {url}", flush=True)
        await stop.wait()


def main(env: Mapping[str, str]) -> int:
    """The exit status."""
    try:
        settings = Settings.from_env(env)
        sock = socket.create_server((settings.bind, settings.port))
    except (CannotStart, OSError) as reason:
        print(f"The Stripe stand-in can't start. {reason}", file=sys.stderr)
        return 1
    asyncio.run(serve(settings, sock))
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
