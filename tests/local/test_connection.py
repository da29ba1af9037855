"""A client that goes is the end of its connection, whenever that is."""

from datetime import UTC, datetime

import pytest
from aiohttp import ClientConnectionError, ClientSession, web

from local.alarm import Alarm
from local.connection import LOST, Closing, Connection, Limits, Said
from local.socket_events import Caller, Identity

pytestmark = pytest.mark.anyio
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
CALLER = Caller(query="", headers=[], domain="localhost", source_ip="127.0.0.1")


async def hear(_: Said) -> None:
    """Nobody says anything."""


async def test_who_goes_while_they_are_let_in_is_lost_and_no_trouble(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ended: list[Closing] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        connection = Connection(Identity.new(CALLER, NOON), Limits())
        assert request.transport is not None
        request.transport.close()  # as when the client has hung up
        ended.append(await connection.run(request, hear, now=lambda: NOON, alarm=Alarm()))
        return connection.response

    app = web.Application()
    app.router.add_get("/events", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as http:
        with pytest.raises(ClientConnectionError):
            await http.ws_connect("/events")
    await runner.cleanup()

    assert set(ended) == {LOST}  # a client of this library asks twice
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == []
