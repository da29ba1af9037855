"""The WebSocket API on a free port, with a function that listens and boto3 on the other side."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web
from botocore.exceptions import ClientError

from local.aws import Aws
from local.clock import Clock
from local.connection import Limits
from local.lambdas import Function, Lambdas
from local.sockets import Sockets, socket_routes
from local.sqs.service import Sqs

SOON = 5  # s


class Listener:
    """A function that remembers what it was told, and answers as it is asked to."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], Any] = lambda _: {"statusCode": 200}
        self._more = asyncio.Condition()
        self._loop = asyncio.get_running_loop()

    def handler(self, event: dict[str, Any], _context: Any) -> Any:
        self.events.append(event)
        asyncio.run_coroutine_threadsafe(self._tell(), self._loop)
        return self.answer(event)

    async def _tell(self) -> None:
        async with self._more:
            self._more.notify_all()

    async def until(self, kind: str, count: int = 1) -> dict[str, Any]:
        """The event of this kind, once there are so many."""
        async with asyncio.timeout(SOON), self._more:
            await self._more.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.events if each["requestContext"]["eventType"] == kind]


@dataclass
class Port:
    """The WebSocket API on a free port, with its function and its management API."""

    http: ClientSession
    clock: Clock
    told: Listener
    management: Any
    sockets: Sockets
    open: list[ClientWebSocketResponse] = field(default_factory=list)

    async def connect(self, query: str = "token=secret", **options: Any) -> ClientWebSocketResponse:
        """A client that was let in."""
        client = await self.http.ws_connect(f"/events?{query}", **options)
        self.open.append(client)
        return client

    async def id_of_last(self) -> str:
        """The id of the connection that was made last."""
        event = await self.told.until("CONNECT", len(self.open))
        connection_id: str = event["requestContext"]["connectionId"]
        return connection_id

    async def manage(self, operation: str, connection_id: str, **more: Any) -> Any:
        """A call of the management API."""
        call = getattr(self.management, operation)
        return await asyncio.to_thread(call, ConnectionId=connection_id, **more)

    async def refused(self, operation: str, connection_id: str, **more: Any) -> tuple[int, str]:
        """Status and code of a refusal."""
        with pytest.raises(ClientError) as refusal:
            await self.manage(operation, connection_id, **more)
        answer = refusal.value.response
        return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


@asynccontextmanager
async def serving(tmp_path: Path, limits: Limits | None = None) -> AsyncIterator[Port]:
    """A port that serves."""
    clock, lambdas, told = Clock.create(tmp_path / "clock"), Lambdas(), Listener()
    sockets = Sockets(lambdas, clock, limits)
    sockets.use(Function(name="told", handler=told.handler, timeout_s=5))
    aws = Aws(Sqs(clock.utc_now), (sockets,))
    endpoint = await aws.start()
    app = web.Application()
    app.add_routes(socket_routes(sockets))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    management = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint)
    async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as http:
        port = Port(http, clock, told, management, sockets)
        yield port
        sockets.stop()
        for client in port.open:
            await client.close()
        await runner.cleanup()
    await aws.stop()
    lambdas.stop()
