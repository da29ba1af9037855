"""Refusals as RFC 9457 problem details."""

import json
from http import HTTPStatus
from typing import Any

from chalice.app import Response
from pydantic import ConfigDict, ValidationError

from core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    PaymentNeeded,
    Refusal,
    TooMany,
    Unavailable,
)
from core.models import Model
from core.tokens import BadToken
from functions.shared.callers import NotSignedIn
from functions.shared.http_refusal import HttpRefusal

# The first kind that fits counts.
STATUS: dict[type[Refusal], HTTPStatus] = {
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    BadToken: HTTPStatus.UNAUTHORIZED,
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    PaymentNeeded: HTTPStatus.PAYMENT_REQUIRED,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
}
MAX_ERRORS = 20


class Problem(Model):
    """An RFC 9457 problem. `code` is stable; further members depend on it."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str


def problem(
    status: HTTPStatus, code: str, detail: str, headers: dict[str, str] | None = None, **facts: Any
) -> Response:
    """A response of type application/problem+json."""
    body = Problem(
        type=f"urn:stoa:problem:{code}",
        title=status.phrase,
        status=status,
        detail=detail,
        code=code,
        **facts,
    )
    return Response(
        body=body.model_dump_json(),
        status_code=int(status),
        headers={"Content-Type": "application/problem+json", **(headers or {})},
    )


def refused(refusal: Refusal) -> Response:
    """The answer to a refusal."""
    if isinstance(refusal, HttpRefusal):
        status = refusal.status
    else:
        status = next(status for kind, status in STATUS.items() if isinstance(refusal, kind))
    headers = {}
    if isinstance(refusal, TooMany):
        headers["Retry-After"] = str(refusal.retry_after)
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, refusal.code, refusal.detail, headers, **refusal.facts)


def unavailable(reason: Unavailable) -> Response:
    """The answer when what we depend on can't serve this now."""
    headers = {"Retry-After": str(reason.retry_after)}
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, reason.code, reason.detail, headers)


def invalid(error: ValidationError) -> Response:
    """400 `bad_json` for a body that is no JSON, else 422 `invalid_request` with what is wrong."""
    errors = json.loads(error.json(include_url=False, include_context=False, include_input=False))
    if errors[0]["type"] == "json_invalid":
        return problem(HTTPStatus.BAD_REQUEST, "bad_json", "The body is not valid JSON.")
    where = ".".join(str(part) for part in errors[0]["loc"])
    detail = f"{where}: {errors[0]['msg']}" if where else errors[0]["msg"]
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", detail, errors=errors[:MAX_ERRORS]
    )


def broken() -> Response:
    """The answer to a bug."""
    detail = "Something went wrong on our side."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail)
