"""The WebSocket API's function: `$connect`, `$disconnect` and `$default`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
What it answers to `$connect` decides whether there will be a connection; to anything else, nothing.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from core.clock import utc_now
from core.errors import Unavailable
from functions.realtime import actions
from functions.realtime.parts import Parts
from functions.realtime.root import parts_of
from functions.shared.access_tokens import AccessTokens
from functions.shared.aws import environment
from functions.shared.callers import NotSignedIn, Tokens
from functions.shared.config import Config

parts = parts_of(environment())
tokens = AccessTokens(Config.from_env(environment()))
log = logging.getLogger(__name__)

Answer = dict[str, int]


def handler(event: Mapping[str, Any], _context: Any) -> Answer:
    """One event of one connection."""
    return respond(parts, tokens, event, utc_now())


def respond(parts: Parts, tokens: Tokens, event: Mapping[str, Any], now: datetime) -> Answer:
    """What becomes of it."""
    context = event["requestContext"]
    connection_id = context["connectionId"]
    match context["eventType"]:
        case "CONNECT":
            return connect(parts, tokens, connection_id, event, now)
        case "MESSAGE":
            actions.hear(parts, connection_id, said(event), now)
        case "DISCONNECT":
            actions.disconnect(parts, connection_id)
    return answer(HTTPStatus.OK)


def connect(
    parts: Parts, tokens: Tokens, connection_id: str, event: Mapping[str, Any], now: datetime
) -> Answer:
    """Whether this client may connect."""
    token = (event.get("queryStringParameters") or {}).get("token", "")
    try:
        actions.connect(parts, tokens, connection_id, token, now)
    except NotSignedIn as refusal:
        log.info("connection.refused", extra={"code": refusal.code})
        return answer(HTTPStatus.UNAUTHORIZED)
    except Unavailable as reason:
        log.warning("connection.postponed", extra={"code": reason.code})
        return answer(HTTPStatus.SERVICE_UNAVAILABLE)
    return answer(HTTPStatus.OK)


def said(event: Mapping[str, Any]) -> str:
    """What the client sent. Bytes that are no text come in Base64, and make no sense here."""
    return "" if event.get("isBase64Encoded") else str(event.get("body") or "")


def answer(status: HTTPStatus) -> Answer:
    """A status and nothing else."""
    return {"statusCode": int(status)}
