"""A request that API Gateway named is found by that name in the worker's log."""

import logging
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from core.logs import tell_requests
from media_workers.control.trace import trace

pytestmark = pytest.mark.anyio
FACT = "request.answered"


async def connect(_: web.Request) -> web.Response:
    return web.Response(status=HTTPStatus.CREATED, headers={"Location": "/media/r1/peer_1"})


async def leave(_: web.Request) -> web.Response:
    return web.Response()


@pytest.fixture
async def url(caplog: Any) -> AsyncIterator[str]:
    tell_requests()
    caplog.set_level(logging.INFO, logger="media_workers")
    app = web.Application(middlewares=[trace])
    app.router.add_post("/media/{room_id}", connect)
    app.router.add_delete("/media/{room_id}/{peer_id}", leave)
    app.router.add_get("/health", leave)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def ask(method: str, url: str) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, url, headers={"X-Request-Id": "JKJaXmPLvHcESHA="}) as answer,
    ):
        await answer.read()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/media/r1", 201), ("DELETE", "/media/r1/peer_1", 200)],
)
async def test_its_line_names_the_connection_that_the_log_goes_on_about(
    url: str, caplog: Any, method: str, path: str, status: int
) -> None:
    await ask(method, url + path)

    (line,) = [vars(record) for record in caplog.records if record.message == FACT]
    assert (line["request_id"], line["room_id"], line["peer_id"], line["status"]) == (
        "JKJaXmPLvHcESHA=",
        "r1",
        "peer_1",
        status,
    )


async def test_a_health_check_is_not_told(url: str, caplog: Any) -> None:
    await ask("GET", f"{url}/health")

    assert [record for record in caplog.records if record.message == FACT] == []
