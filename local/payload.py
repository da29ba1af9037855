"""HTTP API events, payload format 2.0, made from requests; and their answers read.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.routes import Match

TEXT = re.compile(r"text/|application/(json|javascript|xml|[\w.-]+\+(json|xml))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request as it came: `path` and `query` still percent-encoded."""

    method: str
    path: str
    query: str = ""
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"

    def header(self, name: str) -> str:
        """All values of a header, comma-joined; empty if there is none."""
        return joined(self.headers).get(name.lower(), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """A response to send."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


def joined(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Header names in lower case, repeated ones comma-joined."""
    values: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        values[key] = f"{values[key]},{value}" if key in values else value
    return values


def event(
    request: HttpRequest,
    match: Match,
    *,
    claims: Mapping[str, Any] | None,
    request_id: str,
    now: datetime,
) -> dict[str, Any]:
    """What Lambda gets for a request that the gateway lets through."""
    headers = joined(request.headers)
    cookies = headers.pop("cookie", "")
    domain = headers.get("host", "")
    # The gateway's own word counts here, whatever the client sent.
    headers["x-forwarded-for"] = request.source_ip
    headers["x-forwarded-port"] = domain.rpartition(":")[2] if ":" in domain else "80"
    headers["x-forwarded-proto"] = "http"
    path = unquote(request.path)
    text, is_base64 = body_text(request.body, headers.get("content-type", ""))
    built: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{match.route.method} {match.route.path}",
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": domain.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": f"{match.route.method} {match.route.path}",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": is_base64,
    }
    if request.query:
        pairs = parse_qsl(request.query, keep_blank_values=True)
        built["queryStringParameters"] = joined_as_sent(pairs)
    if match.path_parameters:
        built["pathParameters"] = dict(match.path_parameters)
    if cookies:
        built["cookies"] = cookies.split("; ")
    if text is not None:
        built["body"] = text
    if claims is not None:
        jwt = {"claims": {name: claim_text(value) for name, value in claims.items()}}
        built["requestContext"]["authorizer"] = {"jwt": jwt | {"scopes": None}}
    return built


def joined_as_sent(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Query parameters, repeated ones comma-joined."""
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def body_text(body: bytes, content_type: str) -> tuple[str | None, bool]:
    """The body as the event carries it, and whether that is base64: all that is not text."""
    if not body:
        return None, False
    if TEXT.match(content_type):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def claim_text(value: Any) -> str:
    """A claim as the JWT authorizer hands it over: always text, a list as `[a b]`."""
    if isinstance(value, list):
        return f"[{' '.join(claim_text(part) for part in value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def read_answer(result: Any) -> HttpAnswer:
    """A function's result; one without a status is itself the body, as JSON, of a 200."""
    if not isinstance(result, dict) or "statusCode" not in result:
        body = json.dumps(result).encode()
        return HttpAnswer(status=200, headers=[("content-type", "application/json")], body=body)
    headers = [(name.lower(), str(value)) for name, value in (result.get("headers") or {}).items()]
    headers += [("set-cookie", cookie) for cookie in result.get("cookies") or []]
    text = result.get("body") or ""
    body = base64.b64decode(text) if result.get("isBase64Encoded") else str(text).encode()
    return HttpAnswer(status=int(result["statusCode"]), headers=headers, body=body)
