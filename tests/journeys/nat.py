"""A router between a tab and the media worker: it can lose everything, or get a new address."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.async_api import Page, Route

Address = tuple[str, int]
CANDIDATE = re.compile(r"(a=candidate:.* udp \d+) (\S+) (\d+) typ host")


class Nat:
    """Stands before one tab once it has been asked to."""

    def __init__(self) -> None:
        self.deaf = False
        self._tab: Address | None = None
        self._worker: Address | None = None
        self._inside: Any = None
        self._outside: Any = None
        self._answered = asyncio.Event()

    async def stand_before(self, page: Page) -> None:
        """From its next connection on, this page reaches the worker through here."""
        self._inside = await listen("127.0.0.1", self._outward)
        await page.route("**/media/**", self._answer)

    async def move(self, host: str) -> None:
        """What goes out comes from this address now, and nothing reaches the old one any more."""
        if self._outside:
            self._outside.close()
            self._outside = None  # what comes meanwhile is lost
        self._answered.clear()
        self._outside = await listen(host, self._inward)

    async def answered(self) -> float:
        """When the worker had sent something to the present address, in seconds since 1970."""
        async with asyncio.timeout(15):
            await self._answered.wait()
        return time.time()

    def close(self) -> None:
        for transport in (self._inside, self._outside):
            if transport:
                transport.close()

    async def _answer(self, route: Route) -> None:
        response = await route.fetch()
        answer = await response.text()
        if found := CANDIDATE.search(answer):
            self._worker = (found[2], int(found[3]))
        host, port = self._inside.get_extra_info("sockname")
        answer = CANDIDATE.sub(rf"\1 {host} {port} typ host", answer)
        await route.fulfill(response=response, body=answer)

    def _outward(self, data: bytes, source: Address) -> None:
        self._tab = source
        if self._outside and self._worker and not self.deaf:
            self._outside.sendto(data, self._worker)

    def _inward(self, data: bytes, source: Address) -> None:
        self._answered.set()
        if self._tab and not self.deaf:
            self._inside.sendto(data, self._tab)


async def listen(host: str, received: Callable[[bytes, Address], None]) -> Any:
    """The transport of a UDP socket on any free port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Socket(received), local_addr=(host, 0)
    )
    return transport


class Socket(asyncio.DatagramProtocol):
    """Hands on what arrives."""

    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._received(data, addr)
