"""The HTTP API on one port: routes, JWT check, functions; and beside them the page and sign-in.

Pages and routes share paths (/rooms/{room_id}): `local.readers` says who gets which.
"""

import logging
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from uuid import uuid4

from aiohttp import web
from pydantic import ValidationError

from core.clock import utc_now
from functions.shared.headers import of_pages
from functions.shared.problems import invalid, problem
from local.authorizer import Authorizer, Unauthorized
from local.lambdas import Function, Lambdas, Throttled
from local.pages import Pages
from local.payload import HttpAnswer, HttpRequest, event, read_answer
from local.readers import sees_cards, sees_pages
from local.routes import Routes
from local.settings import BACKLOG

MAX_BODY = 10 * 1024 * 1024
LIMIT = 29.0  # s; the longest that an HTTP API waits for an integration is 30
SENT_BY_THE_SERVER = ("connection", "content-length", "date", "server", "transfer-encoding")
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Patch, ETag, Location, Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Headers": "authorization, content-type, idempotency-key, if-match",
    "Access-Control-Allow-Methods": "DELETE, GET, PATCH, POST, PUT",
    "Access-Control-Max-Age": "300",
}

log = logging.getLogger(__name__)


class Gateway:
    """What API Gateway does between a request and a function."""

    def __init__(self, routes: Routes, authorizer: Authorizer, lambdas: Lambdas) -> None:
        self._routes = routes
        self._authorizer = authorizer
        self._lambdas = lambdas

    def knows(self, method: str, path: str) -> bool:
        """Whether the API has such a route."""
        return self._routes.match(method, path) is not None

    async def answer(self, request: HttpRequest, now: datetime) -> HttpAnswer:
        """The answer of the function that the request is for, or the gateway's own refusal."""
        match = self._routes.match(request.method, request.path)
        if match is None:
            return refuse(HTTPStatus.NOT_FOUND, "not_found", "The API has no such route.")
        claims = None
        if not match.route.public:
            try:
                claims = self._authorizer.claims(request.header("authorization"))
            except Unauthorized as refusal:
                headers = {"WWW-Authenticate": "Bearer"}
                return refuse(HTTPStatus.UNAUTHORIZED, "unauthorized", str(refusal), headers)
        request_id = uuid4().hex
        door = match.route.door
        function = Function(name=door.app_name, handler=door, timeout_s=LIMIT)
        asked = event(request, match, claims=claims, request_id=request_id, now=now)
        try:
            return read_answer(await self._lambdas.invoke(function, asked, request_id))
        except (TimeoutError, Throttled):
            detail = "The function took too long, or too many are under way."
            return refuse(HTTPStatus.SERVICE_UNAVAILABLE, "service_unavailable", detail)
        except Exception:  # a function's bug is an answer, not the gateway's end
            log.exception("function.failed request_id=%s", request_id)
            detail = "Something went wrong on our side."
            return refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail)


def refuse(
    status: HTTPStatus, code: str, detail: str, headers: dict[str, str] | None = None
) -> HttpAnswer:
    """The gateway's own refusal, as problem details like everyone else's."""
    return read_answer(problem(status, code, detail, headers).to_dict())


def invalid_body(error: ValidationError) -> web.Response:
    """What is wrong with a body, as the doors say it."""
    return to_web(read_answer(invalid(error).to_dict()))


def to_web(answer: HttpAnswer) -> web.Response:
    """An answer as aiohttp sends it."""
    response = web.Response(status=answer.status, body=answer.body)
    for name, value in answer.headers:
        if name.lower() not in SENT_BY_THE_SERVER:
            response.headers.add(name, value)
    return response


async def from_web(request: web.Request, path: str) -> HttpRequest:
    """A request as it came, for this path; HTTPRequestEntityTooLarge: its body is over 10 MB."""
    return HttpRequest(
        method=request.method,
        path=path,
        query=request.rel_url.raw_query_string,
        headers=[
            (name.decode(errors="replace"), value.decode(errors="replace"))
            for name, value in request.raw_headers
        ],
        body=await request.read(),
        source_ip=request.remote or "",
    )


class Front:
    """The port: pages for people, the API for programs, CORS for pages of elsewhere.

    `config` is what the page is told at /config.json; `tills` are origins that take its payments.
    """

    def __init__(
        self,
        gateway: Gateway,
        pages: Pages,
        config: Mapping[str, str],
        *more: web.RouteTableDef,
        tills: Iterable[str] = (),
    ) -> None:
        self._gateway = gateway
        self._pages = pages
        self._config = dict(config)
        self._headers = of_pages(tills)
        app = web.Application(client_max_size=MAX_BODY, middlewares=[refusals])
        for routes in more:
            app.add_routes(routes)
        app.router.add_get("/config.json", self._show_config)
        app.router.add_route("*", "/{path:.*}", self._serve)
        app.on_response_prepare.append(allow_any_origin)
        app.on_response_prepare.append(date)
        app.on_response_prepare.append(self._protect)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)

    async def start(self, listening: socket.socket) -> None:
        """Serve on a bound socket."""
        await self._runner.setup()
        await web.SockSite(self._runner, listening, backlog=BACKLOG).start()

    async def stop(self) -> None:
        """Close the port; a request that is under way has a second."""
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return web.Response(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
        path = request.rel_url.raw_path
        if sees_cards(request.method, path, request.headers):
            path += "/card"
        elif request.method in ("GET", "HEAD"):
            page = self._page(request)
            if page is not None:
                return page
        return to_web(await self._gateway.answer(await from_web(request, path), utc_now()))

    async def _show_config(self, _request: web.Request) -> web.Response:
        return web.json_response(self._config, headers={"Cache-Control": "no-cache"})

    async def _protect(self, _request: web.Request, response: web.StreamResponse) -> None:
        """As CloudFront does: what would break there breaks here."""
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)

    def _page(self, request: web.Request) -> web.StreamResponse | None:
        """What a person sees; None for what the API answers, documents of the API among it."""
        route = self._gateway.knows("GET", request.rel_url.raw_path)
        person = sees_pages(request.path, request.headers)
        if not route:
            return self._pages.file(request.path) or (self._pages.app() if person else None)
        names_a_file = "." in request.path.rpartition("/")[2]
        return self._pages.app() if person and not names_a_file else None


async def allow_any_origin(request: web.Request, response: web.StreamResponse) -> None:
    """CORS, on every answer to a page."""
    if "Origin" in request.headers:
        response.headers.update(CORS)


async def date(_request: web.Request, response: web.StreamResponse) -> None:
    """The time of an answer is the stack's, which can be moved: clients go by it."""
    response.headers["Date"] = format_datetime(utc_now(), usegmt=True)


@web.middleware
async def refusals(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What the HTTP server itself refuses, as problem details."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        detail = f"A request may have {MAX_BODY} bytes."
        return to_web(refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail))
    except web.HTTPMethodNotAllowed:
        return to_web(refuse(HTTPStatus.NOT_FOUND, "not_found", "The API has no such route."))
