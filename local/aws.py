"""All of AWS that Stoa uses, as one HTTP server on loopback: moto behind one lock.

moto is not safe under threads, so one thread executes every request in turn (docs/decisions/0005).
Only an SQS long poll waits outside: it would hold that thread for up to 20 s.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import Any

from aiohttp import web
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app

MAX_BODY = 16 * 1024 * 1024  # of BatchGetItem and TransactWriteItems, the largest we send
BACKLOG = 512
LONGEST_WAIT = 20
LOOK_AGAIN = 0.5  # s; a message also becomes visible by time alone (delay, visibility timeout)
RECEIVE = "AmazonSQS.ReceiveMessage"
SENDS = frozenset({"AmazonSQS.SendMessage", "AmazonSQS.SendMessageBatch"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What moto said."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Aws:
    """moto on a free loopback port, from `start` to `stop`; both on the same event loop."""

    def __init__(self) -> None:
        self._moto: Any = DomainDispatcherApplication(create_backend_app)
        self._one_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moto")
        self._sent = asyncio.Condition()
        self._stopping = False
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    async def start(self) -> str:
        """Serve; the endpoint's URL."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=BACKLOG).start()
        port = self._runner.addresses[0][1]
        return f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """End long polls and stop; all state is gone."""
        self._stopping = True
        async with self._sent:
            self._sent.notify_all()
        await self._runner.cleanup()
        self._one_thread.shutdown()

    async def _serve(self, request: web.Request) -> web.Response:
        body = await request.read()
        operation = request.headers.get("X-Amz-Target", "")
        if operation == RECEIVE:
            answer = await self._receive(request, body)
        else:
            answer = await self._execute(request, body)
        if operation in SENDS and answer.status == HTTPStatus.OK:
            async with self._sent:
                self._sent.notify_all()
        response = web.Response(status=answer.status, body=answer.body)
        for name, value in answer.headers:
            if name.lower() not in ("connection", "content-length", "date", "server"):
                response.headers[name] = value
        return response

    async def _receive(self, request: web.Request, body: bytes) -> Answer:
        """ReceiveMessage: moto is asked without waiting, again after every message sent."""
        wait, body = without_wait(body)
        deadline = asyncio.get_running_loop().time() + wait
        while True:
            # Held from the look at the queue on, so that no message sent meanwhile is missed.
            async with self._sent:
                answer = await self._execute(request, body)
                left = deadline - asyncio.get_running_loop().time()
                if answer.status != HTTPStatus.OK or has_messages(answer.body):
                    return answer
                if left <= 0 or self._stopping:
                    return answer
                try:
                    async with asyncio.timeout(min(left, LOOK_AGAIN)):
                        await self._sent.wait()
                except TimeoutError:
                    continue

    async def _execute(self, request: web.Request, body: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        environ = wsgi_environ(request, body)
        return await loop.run_in_executor(self._one_thread, partial(run, self._moto, environ))


def run(app: Any, environ: dict[str, Any]) -> Answer:
    """One request through a WSGI application (PEP 3333)."""
    parts, status, headers = run_wsgi_app(app, environ, buffered=True)
    return Answer(int(status.split(" ", 1)[0]), list(headers), b"".join(parts))


def wsgi_environ(request: web.Request, body: bytes) -> dict[str, Any]:
    """The request as PEP 3333 has it."""
    host, _, port = request.host.partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.rel_url.raw_query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.remote or "",
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return environ | wsgi_headers(request.headers)


def wsgi_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """HTTP_* names of all headers but those that have a name of their own."""
    return {
        "HTTP_" + name.upper().replace("-", "_"): value
        for name, value in headers.items()
        if name.lower() not in ("content-type", "content-length", "transfer-encoding")
    }


def without_wait(body: bytes) -> tuple[int, bytes]:
    """The seconds that a ReceiveMessage would wait, and the same request without them.

    None is asked for where there is none, or moto would wait by the queue's own attribute; a wait
    that SQS would refuse is left for moto to refuse.
    """
    asked = json.loads(body)
    wait = asked.get("WaitTimeSeconds", 0)
    if not isinstance(wait, int) or not 0 <= wait <= LONGEST_WAIT:
        return 0, body
    return wait, json.dumps(asked | {"WaitTimeSeconds": 0}).encode()


def has_messages(body: bytes) -> bool:
    """Whether a ReceiveMessage brought anything."""
    return bool(json.loads(body).get("Messages"))
