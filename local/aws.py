"""All of AWS that Stoa uses, as one HTTP server on loopback: SQS of our own, and moto for the rest.

moto is not safe under threads, so one thread executes every request in turn (docs/decisions/0005).
What moto leaves undone others do, who watch the requests as they pass.
"""

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

from aiohttp import web
from moto.server import DomainDispatcherApplication, create_backend_app

from local.dynamodb import handler as dynamodb
from local.sqs.service import Sqs
from local.sqs.wire import Refused
from local.wsgi import Answer, run, wsgi_environ

T = TypeVar("T")
MAX_BODY = 16 * 1024 * 1024  # of BatchGetItem and TransactWriteItems, the largest we send
BACKLOG = 512
SQS = "AmazonSQS."
# AWS Signature Version 4: whoever signs names the region and the service.
SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/([^/]+)/aws4_request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to AWS: which service it is for, and what it says."""

    service: str
    method: str
    path: str
    query: Mapping[str, str]
    body: bytes


class Watcher(Protocol):
    """Sees every request that is not for SQS, before moto does and after."""

    def refuse(self, call: Call) -> Answer | None:
        """The answer to a request that AWS refuses and moto would not; None lets it pass."""

    def passed(self, call: Call, answer: Answer) -> None:
        """What was asked is done: moto answered with 2xx."""


class Aws:
    """One on a free loopback port, from `start` to `stop`; both on the same event loop."""

    def __init__(self, sqs: Sqs, watchers: Sequence[Watcher] = ()) -> None:
        self._sqs = sqs
        self._watchers = watchers
        dynamodb.install()
        self._moto: Any = DomainDispatcherApplication(create_backend_app)
        self._one_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moto")
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    async def start(self) -> str:
        """Serve; the endpoint's URL."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=BACKLOG).start()
        origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._sqs.serve_at(origin)
        return origin

    async def stop(self) -> None:
        """End long polls and stop; all state is gone."""
        self._sqs.stop()
        await self._runner.cleanup()
        self._one_thread.shutdown()

    async def beside_requests(self, work: Callable[[], T]) -> T:
        """What some work on moto gives, done when no request is."""
        return await asyncio.get_running_loop().run_in_executor(self._one_thread, work)

    async def _serve(self, request: web.Request) -> web.Response:
        try:
            body = await request.read()
        except ConnectionResetError:  # who asked is gone, and hears no answer
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        target = request.headers.get("X-Amz-Target", "")
        if target.startswith(SQS):
            answer = await self._queues(target.removeprefix(SQS), body)
        else:
            answer = await self._watched(request, body)
        response = web.Response(status=answer.status, body=answer.body)
        for name, value in answer.headers:
            if name.lower() not in ("connection", "content-length", "date", "server"):
                response.headers[name] = value
        return response

    async def _queues(self, operation: str, body: bytes) -> Answer:
        try:
            said = await self._sqs.call(operation, json.loads(body or b"{}"))
        except Refused as refusal:
            older = ("x-amzn-query-error", f"{refusal.older};Sender")
            return refused(HTTPStatus.BAD_REQUEST, refusal.code, str(refusal), older)
        return Answer(HTTPStatus.OK, [], json.dumps(said).encode())

    async def _watched(self, request: web.Request, body: bytes) -> Answer:
        scope = SCOPE.search(request.headers.get("Authorization", ""))
        call = Call(
            service=scope[2] if scope else "",
            method=request.method,
            path=request.path,
            query=request.query,
            body=body,
        )
        for watcher in self._watchers:
            if refusal := watcher.refuse(call):
                return refusal
        if scope and (operation := dynamodb.operation(request.headers.get("X-Amz-Target", ""))):
            work = partial(dynamodb.answer, operation, scope[1], body)
        else:
            work = partial(run, self._moto, wsgi_environ(request, body))
        answer = await self.beside_requests(work)
        if answer.status // 100 == HTTPStatus.OK // 100:
            for watcher in self._watchers:
                watcher.passed(call, answer)
        return answer


def refused(status: HTTPStatus, code: str, detail: str, *more: tuple[str, str]) -> Answer:
    """An error as AWS' JSON protocols have it."""
    body = json.dumps({"__type": code, "message": detail}).encode()
    return Answer(status, [("x-amzn-ErrorType", code), *more], body)
