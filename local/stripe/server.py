"""The stand-in on a port: Stripe's API, its script for browsers, its pages, our own controls."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from core.clock import utc_now
from local.stripe.control import control_routes
from local.stripe.core import Stripe
from local.stripe.delivery import Postman
from local.stripe.errors import NoAnswer
from local.stripe.pages import Pages
from local.stripe.script import script

BACKLOG = 512
MAX_BODY = 1024 * 1024
HANGS = 90.0  # s: longer than any client's patience
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, content-type, idempotency-key, stripe-version",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Expose-Headers": "Request-Id",
    "Access-Control-Max-Age": "300",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def running(stripe: Stripe, sock: socket.socket) -> AsyncIterator[None]:
    """The stand-in listens on a bound socket and delivers webhooks, while the block lasts."""
    runner = web.AppRunner(application(stripe), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.SockSite(runner, sock, backlog=BACKLOG).start()
        async with Postman(stripe).working():
            yield
    finally:
        await runner.cleanup()


def application(stripe: Stripe) -> web.Application:
    """Everything that the port answers."""
    app = web.Application(client_max_size=MAX_BODY)
    api = answering(stripe)
    for version in ("v1", "v2"):
        app.router.add_route("OPTIONS", f"/{version}/{{rest:.*}}", preflight)
        app.router.add_route("*", f"/{version}/{{rest:.*}}", api)
    for path in ("/v3", "/v3/", "/stripe.js", "/{train:[a-z]+}/stripe.js"):
        app.router.add_get(path, script)
    app.add_routes(Pages(stripe).routes())
    app.add_routes(control_routes(stripe))
    return app


def answering(stripe: Stripe) -> Handler:
    """The handler that is Stripe's API, open to pages of any origin."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            said = stripe.request(
                request.method,
                request.rel_url.raw_path_qs,
                headers=dict(request.headers),
                body=(await request.read()).decode(errors="replace"),
                now=utc_now(),
            )
        except NoAnswer as reason:
            await asyncio.sleep(HANGS if reason.hangs else 0)
            return hang_up(request)
        await asyncio.sleep(said.after)
        return web.Response(status=said.status, text=said.body, headers={**said.headers, **CORS})

    return answer


def hang_up(request: web.Request) -> web.StreamResponse:
    """The connection ends without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def preflight(_request: web.Request) -> web.Response:
    """Any page may call, as with the real one: what counts is the key."""
    return web.Response(status=204, headers=CORS)
