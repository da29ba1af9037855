"""What a function is told of a WebSocket connection, as API Gateway tells it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from local.payload import joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who wants to connect: the request that asks for it. `query` is still percent-encoded."""

    query: str
    headers: Sequence[tuple[str, str]]
    domain: str
    source_ip: str

    @property
    def user_agent(self) -> str:
        """What the client says it is."""
        return joined(self.headers).get("user-agent", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One connection, as all of its events name it."""

    connection_id: str
    connected_at: datetime
    caller: Caller

    @classmethod
    def new(cls, caller: Caller, now: datetime) -> "Identity":
        """A connection that is just being made."""
        connection_id = base64.urlsafe_b64encode(secrets.token_bytes(11)).decode()
        return cls(connection_id=connection_id, connected_at=now, caller=caller)


def connect_event(identity: Identity, request_id: str, now: datetime) -> dict[str, Any]:
    """Somebody asks to connect."""
    caller = identity.caller
    queries = parse_qs(caller.query, keep_blank_values=True)
    many: dict[str, list[str]] = {}
    for name, value in caller.headers:
        many.setdefault(name, []).append(value)
    event: dict[str, Any] = {
        "headers": {name: values[-1] for name, values in many.items()},
        "multiValueHeaders": many,
        "requestContext": context(identity, "$connect", "CONNECT", request_id, now),
        "isBase64Encoded": False,
    }
    if queries:
        event["queryStringParameters"] = {name: values[-1] for name, values in queries.items()}
        event["multiValueQueryStringParameters"] = queries
    return event


def message_event(
    identity: Identity, said: str | bytes, request_id: str, now: datetime
) -> dict[str, Any]:
    """The client says something; bytes come in Base64."""
    about = {"messageId": base64.urlsafe_b64encode(secrets.token_bytes(11)).decode()}
    return {
        "requestContext": context(identity, "$default", "MESSAGE", request_id, now) | about,
        "body": said if isinstance(said, str) else base64.b64encode(said).decode(),
        "isBase64Encoded": isinstance(said, bytes),
    }


def disconnect_event(
    identity: Identity, code: int, reason: str, request_id: str, now: datetime
) -> dict[str, Any]:
    """The connection is gone."""
    about = {"disconnectStatusCode": code, "disconnectReason": reason}
    return {
        "headers": {"Host": identity.caller.domain},
        "multiValueHeaders": {"Host": [identity.caller.domain]},
        "requestContext": context(identity, "$disconnect", "DISCONNECT", request_id, now) | about,
        "isBase64Encoded": False,
    }


def context(
    identity: Identity, route: str, kind: str, request_id: str, now: datetime
) -> dict[str, Any]:
    """What all events have in common."""
    return {
        "routeKey": route,
        "eventType": kind,
        "messageDirection": "IN",
        "connectionId": identity.connection_id,
        "connectedAt": milliseconds(identity.connected_at),
        "requestId": request_id,
        "extendedRequestId": request_id,
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": milliseconds(now),
        "stage": "local",
        "domainName": identity.caller.domain,
        "apiId": "local",
        "identity": identity_of(identity.caller),
    }


def identity_of(caller: Caller) -> Mapping[str, str]:
    """Where a connection comes from, and what made it."""
    return {"sourceIp": caller.source_ip, "userAgent": caller.user_agent}


def milliseconds(time: datetime) -> int:
    """Since 1970."""
    return int(time.timestamp() * 1000)
