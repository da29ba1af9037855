"""Calls doors as API Gateway does: payload 2.0 events in, responses out."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.shared.door import Door


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as a client sees it."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Context:
    """What Lambda hands a function beside the event."""

    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


Call = Callable[..., Answer]


@pytest.fixture
def call() -> Call:
    """`call(door, "POST", "/rooms", as_account="ada", body={...})`."""

    def send(
        door: Door,
        method: str,
        path: str,
        *,
        as_account: str | None = None,
        body: Any = None,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        source_ip: str = "127.0.0.1",
        email: str | None = None,
        groups: str | None = None,
    ) -> Answer:
        route, parameters = match(door, method, path)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        context: dict[str, Any] = {
            "http": {"method": method, "path": path, "sourceIp": source_ip},
            "domainName": "api.test",
            "requestId": "request-1",
        }
        if as_account:
            claims = {"sub": as_account, "preferred_username": as_account, "name": as_account}
            claims |= {"email": email} if email else {}
            claims |= {"cognito:groups": groups} if groups else {}
            context["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
        event = {
            "version": "2.0",
            "routeKey": f"{method} {route}",
            "rawPath": path,
            "rawQueryString": urlencode(query or {}),
            "headers": {"content-type": "application/json", **(headers or {})},
            "pathParameters": parameters or None,
            "requestContext": context,
            "body": base64.b64encode(raw).decode() if body is not None else None,
            "isBase64Encoded": body is not None,
        }
        answer = door(event, Context())
        return Answer(answer["statusCode"], answer["headers"], answer["body"])

    return send


def match(door: Door, method: str, path: str) -> tuple[str, dict[str, str]]:
    """The route that API Gateway would choose: literal segments win."""
    for known_method, route in sorted(door.operations, key=lambda known: known[1].count("{")):
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route)
        if known_method == method and (found := re.fullmatch(pattern, path)):
            return route, found.groupdict()
    raise AssertionError(f"no route for {method} {path}")
