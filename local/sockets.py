"""The WebSocket API: `ws://.../events`, and the management API by which functions send.

It tells one function of connections that are made, of what is said over them, and of their ends.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
"""

import json
import logging
import re
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from aiohttp import web

from core.clock import to_rfc3339
from core.sockets import FUNCTION
from local.alarm import Alarm
from local.aws import Call, refused
from local.clock import Clock
from local.connection import BY_US, GOING_AWAY, LOST, Connection, Full, Limits, Said
from local.handlers import load
from local.lambdas import Function, Lambdas, Throttled
from local.socket_events import (
    Caller,
    Identity,
    connect_event,
    disconnect_event,
    identity_of,
    message_event,
)
from local.wsgi import Answer

PATH = "/events"
SERVICE = "execute-api"
MANAGED = re.compile(r"(?:/[^/@]+)?/@connections/(.+)")
LIMIT = 29.0  # s, as long as API Gateway waits for a function
MAX_OPEN = 10_000

log = logging.getLogger(__name__)


class Sockets:
    """All connections, on one clock: `load`, then `serve`. It must watch AWS from its start."""

    def __init__(self, lambdas: Lambdas, clock: Clock, limits: Limits | None = None) -> None:
        self._lambdas = lambdas
        self._now = clock.utc_now
        self._alarm = Alarm()
        clock.tell_moves_to(self._alarm.ring)
        self._limits = limits or Limits()
        self._open: dict[str, Connection] = {}
        self._function: Function | None = None

    def load(self) -> None:
        """Import the function. It reads os.environ as it loads, so it must be complete."""
        self.use(load(FUNCTION, "realtime", LIMIT))

    def use(self, function: Function) -> None:
        """Tell this function."""
        self._function = function

    def stop(self) -> None:
        """Send everybody away."""
        for connection in self._open.values():
            connection.close(GOING_AWAY)

    # Clients

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A request to connect, and the connection until its end."""
        if not web.WebSocketResponse().can_prepare(request).ok:
            return web.Response(status=HTTPStatus.UPGRADE_REQUIRED)
        if len(self._open) >= MAX_OPEN:
            return web.Response(status=HTTPStatus.TOO_MANY_REQUESTS)
        identity = Identity.new(caller_of(request), self._now())
        request_id = uuid4().hex
        status = await self._tell(connect_event(identity, request_id, self._now()), request_id)
        if status // 100 != HTTPStatus.OK // 100:
            return web.Response(status=status)
        connection = Connection(identity, self._limits)
        self._open[identity.connection_id] = connection
        closing = LOST
        try:

            async def hear(said: Said) -> None:
                await self._hear(connection, said)

            closing = await connection.run(request, hear, now=self._now, alarm=self._alarm)
        finally:
            del self._open[identity.connection_id]
            request_id = uuid4().hex
            gone = disconnect_event(identity, *closing, request_id, self._now())
            await self._tell(gone, request_id)
        return connection.response

    async def _hear(self, connection: Connection, said: Said) -> None:
        request_id = uuid4().hex
        event = message_event(connection.identity, said, request_id, self._now())
        status = await self._tell(event, request_id)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            told = {
                "message": "Internal server error",
                "connectionId": connection.identity.connection_id,
                "requestId": request_id,
            }
            with suppress(Full):
                connection.send(json.dumps(told), self._now())

    async def _tell(self, event: dict[str, Any], request_id: str) -> int:
        """The status that the function answers with."""
        if self._function is None:
            return HTTPStatus.SERVICE_UNAVAILABLE
        try:
            answer = await self._lambdas.invoke(self._function, event, request_id)
        except (TimeoutError, Throttled):
            return HTTPStatus.SERVICE_UNAVAILABLE
        except Exception:  # a function's bug is not the gateway's
            log.exception("function.failed request_id=%s", request_id)
            return HTTPStatus.INTERNAL_SERVER_ERROR
        return int(answer["statusCode"])

    # The management API, as a watcher of AWS

    def refuse(self, call: Call) -> Answer | None:
        """The answer to a call about a connection; moto has none that knows of them."""
        match = MANAGED.fullmatch(call.path) if call.service == SERVICE else None
        if match is None:
            return None
        connection = self._open.get(match[1])
        if connection is None or connection.ending:
            return refused(HTTPStatus.GONE, "GoneException", "There is no such connection.")
        if call.method == "DELETE":
            connection.close(BY_US)
            return Answer(HTTPStatus.NO_CONTENT, [], b"")
        if call.method == "GET":
            return Answer(HTTPStatus.OK, [], json.dumps(shown(connection)).encode())
        return self._post(connection, call.body)

    def passed(self, call: Call, answer: Answer) -> None:
        """Nothing."""

    def _post(self, connection: Connection, body: bytes) -> Answer:
        if len(body) > self._limits.max_message:
            detail = f"A message may have {self._limits.max_message} bytes."
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            return refused(status, "PayloadTooLargeException", detail)
        try:
            connection.send(body.decode(errors="replace"), self._now())
        except Full:
            status = HTTPStatus.TOO_MANY_REQUESTS
            return refused(status, "LimitExceededException", "The client reads too slowly.")
        return Answer(HTTPStatus.OK, [], b"")


def shown(connection: Connection) -> dict[str, Any]:
    """What is known of a connection, as GetConnection has it."""
    identity = connection.identity
    return {
        "connectedAt": to_rfc3339(identity.connected_at),
        "lastActiveAt": to_rfc3339(connection.active_at),
        "identity": identity_of(identity.caller),
    }


def caller_of(request: web.Request) -> Caller:
    """Who asks to connect."""
    return Caller(
        query=request.rel_url.raw_query_string,
        headers=[
            (name.decode(errors="replace"), value.decode(errors="replace"))
            for name, value in request.raw_headers
        ],
        domain=request.host,
        source_ip=request.remote or "",
    )


def socket_routes(sockets: Sockets) -> web.RouteTableDef:
    """Where clients connect."""
    routes = web.RouteTableDef()

    @routes.get(PATH)
    async def connect(request: web.Request) -> web.StreamResponse:
        return await sockets.serve(request)

    return routes
