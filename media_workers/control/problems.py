"""Refusals of the control side as RFC 9457 problem details."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import singledispatch
from http import HTTPStatus

from aiohttp import web

from core.errors import NotAllowed, NotFound, Refusal, TooMany, Unavailable
from core.tokens import BadToken
from media_workers.transport.sdp import SdpError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# The first kind that fits counts.
STATUS: dict[type[Refusal], HTTPStatus] = {
    BadToken: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
}
SDP_CODES = {400: "bad_sdp", 404: "peer_not_found", 406: "sdp_not_acceptable", 413: "too_large"}
HTTP_CODES = {413: "too_large"}

_log = logging.getLogger(__name__)


class HttpRefusal(Exception):
    """What only HTTP has a word for."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


def problem(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """A response of type application/problem+json. `code` is stable."""
    body = {
        "type": f"urn:stoa:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
    }
    return web.Response(
        status=status,
        text=json.dumps(body),
        content_type="application/problem+json",
        headers=headers,
    )


@singledispatch
def explain(error: Exception) -> web.Response:
    """What the caller is told of an exception; one that has no words of its own is a bug."""
    _log.error("request.failed", exc_info=error)
    return problem(500, "internal_error", "Something went wrong on our side.")


@explain.register
def _(refusal: Refusal) -> web.Response:
    status = next(status for kind, status in STATUS.items() if isinstance(refusal, kind))
    challenge = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else None
    return problem(status, refusal.code, refusal.detail, challenge)


@explain.register
def _(refusal: TooMany) -> web.Response:
    wait = {"Retry-After": str(refusal.retry_after)}
    return problem(HTTPStatus.TOO_MANY_REQUESTS, refusal.code, refusal.detail, wait)


@explain.register
def _(reason: Unavailable) -> web.Response:
    return problem(503, reason.code, reason.detail, {"Retry-After": str(reason.retry_after)})


@explain.register
def _(error: SdpError) -> web.Response:
    return problem(error.status, SDP_CODES[error.status], error.detail)


@explain.register
def _(refusal: HttpRefusal) -> web.Response:
    return problem(refusal.status, refusal.code, str(refusal))


@explain.register
def _(error: web.HTTPException) -> web.Response:
    code = HTTPStatus(error.status).phrase.lower().replace(" ", "_")
    return problem(error.status, HTTP_CODES.get(error.status, code), error.reason)


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns whatever a handler raises into its problem."""
    try:
        return await handler(request)
    except Exception as error:  # noqa: BLE001 - a request's boundary; bugs are logged in `explain`
        return explain(error)
