"""The stand-in on a port, with somebody who listens to its webhooks."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from stripe import Webhook

from local.stripe.core import Stripe
from local.stripe.outbox import Endpoint
from local.stripe.server import running

WITHIN = 10  # s
SECRET = "whsec_1"
TRANSFERS = {"stripe_balance": {"stripe_transfers": {"requested": True}}}


class Shop:
    """Who listens to webhooks: takes them, once it has given the `answers` that it has first."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self._got: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def listen(self, request: web.Request) -> web.Response:
        header = request.headers["Stripe-Signature"]
        event = Webhook.construct_event(await request.read(), header, SECRET)
        status = self.answers.pop(0) if self.answers else 200
        self._got.put_nowait((event.type, status))
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    async def next(self) -> tuple[str, int]:
        """The next event, and what it was answered."""
        async with asyncio.timeout(WITHIN):
            return await self._got.get()


@dataclass(frozen=True, slots=True)
class Served:
    """A stand-in on a port, and a client of it."""

    url: str
    http: aiohttp.ClientSession
    shop: Shop

    async def api(self, method: str, path: str, key: str = "sk_test_local", **more: Any) -> Any:
        """The status and the body of Stripe's answer."""
        headers = {"Authorization": f"Bearer {key}"}
        async with self.http.request(method, self.url + path, headers=headers, **more) as answer:
            return answer.status, await answer.json()

    async def local(self, method: str, path: str, /, **order: Any) -> Any:
        """The status and the body of what our own controls answer."""
        url = f"{self.url}/local/{path}"
        async with self.http.request(method, url, json=order or None) as answer:
            return answer.status, await answer.json()

    async def open_account(self) -> tuple[str, str]:
        """An account, and the address of its onboarding page."""
        account = {
            "display_name": "Ada <b>",
            "configuration": {"recipient": {"capabilities": TRANSFERS}},
        }
        _, made = await self.api("POST", "/v2/core/accounts", json=account)
        goes = {"refresh_url": "https://stoa.test/again", "return_url": "https://stoa.test/back"}
        case = {"type": "account_onboarding", "account_onboarding": goes}
        order = {"account": made["id"], "use_case": case}
        _, link = await self.api("POST", "/v2/core/account_links", json=order)
        return made["id"], link["url"]

    async def pay(self, card: str = "pm_card_visa") -> dict[str, Any]:
        """An intent that was confirmed with this card."""
        params = {
            "amount": "1000",
            "currency": "usd",
            "confirm": "true",
            "payment_method": card,
            "return_url": "https://stoa.test/back?hold=1",
        }
        _, intent = await self.api("POST", "/v1/payment_intents", data=params)
        return dict(intent)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    shop = Shop()
    app = web.Application()
    app.router.add_post("/", shop.listen)
    runner = web.AppRunner(app)
    await runner.setup()
    ours, theirs = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    await web.SockSite(runner, theirs).start()
    hook = f"http://127.0.0.1:{theirs.getsockname()[1]}/"
    url = f"http://127.0.0.1:{ours.getsockname()[1]}"
    stripe = Stripe(base_url=url, endpoints=(Endpoint(name="we_1", url=hook, secret=SECRET),))
    timeout = aiohttp.ClientTimeout(total=WITHIN)
    async with running(stripe, ours), aiohttp.ClientSession(timeout=timeout) as http:
        yield Served(url, http, shop)
    await runner.cleanup()
