"""API Gateway's HTTP API event, payload format 2.0, for us and for Chalice.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

from core.errors import Invalid

MAX_KEY = 255

PROOF = "x-origin-proof"
VIEWER = "x-viewer-address"
"""The headers by which our own CloudFront distribution proves itself and names whom it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. `claims` are those of a JWT that the gateway has checked, else None."""

    method: str
    path: str
    path_parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    claims: Mapping[str, str] | None
    base_url: str
    source_ip: str
    request_id: str

    @classmethod
    def from_event(cls, event: Mapping[str, Any], edge_proofs: Sequence[str] = ()) -> Self:
        """The request of a payload 2.0 event.

        Of a repeated query name the last value counts, and an empty one is none. With one of
        `edge_proofs` it came through our distribution: its source is the viewer.
        """
        context = event["requestContext"]
        headers = event.get("headers") or {}
        scheme = headers.get("x-forwarded-proto", "https")
        authorizer = context.get("authorizer") or {}
        return cls(
            method=context["http"]["method"],
            path=context["http"]["path"],
            path_parameters=event.get("pathParameters") or {},
            query=dict(parse_qsl(event.get("rawQueryString", ""))),
            headers=headers,
            body=_body(event),
            claims=(authorizer.get("jwt") or {}).get("claims"),
            base_url=f"{scheme}://{context['domainName']}",
            source_ip=_viewer(headers, edge_proofs) or context["http"]["sourceIp"],
            request_id=context["requestId"],
        )


def key_of(request: Request) -> str | None:
    """The request's Idempotency-Key, if it has one; Invalid `bad_idempotency_key`."""
    key = request.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= MAX_KEY:
        raise Invalid("bad_idempotency_key", f"Idempotency-Key has 1 to {MAX_KEY} characters.")
    return key


def for_chalice(event: Mapping[str, Any]) -> dict[str, Any]:
    """The same event with the fields of a REST API's, which are all that Chalice reads."""
    context = event["requestContext"]
    _method, _, route = event["routeKey"].partition(" ")
    return {
        "headers": event.get("headers") or {},
        "multiValueQueryStringParameters": None,
        "pathParameters": event.get("pathParameters"),
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            **context,
            "httpMethod": context["http"]["method"],
            "resourcePath": route,
        },
    }


def _viewer(headers: Mapping[str, str], edge_proofs: Sequence[str]) -> str | None:
    # While one proof takes another's place the header names both, the newest first.
    given = headers.get(PROOF, "").partition(",")[0].encode()
    proven = [hmac.compare_digest(given, proof.encode()) for proof in edge_proofs]
    return headers.get(VIEWER) if any(proven) else None


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode(errors="surrogatepass")
    try:
        return base64.b64decode(body)
    except binascii.Error:
        return b""
