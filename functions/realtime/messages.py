"""What goes over a connection and through the queue of walks. Pure.

To a client, each with `type` and `at`: alerts (`core.alerts`), and about the connection itself:

    missed      `events`: alerts, oldest first; `last`; `complete`, once nothing was left out
    pong        the answer to a ping
    reconnect   make another connection `before` this one is closed
    closing     it is closed now, and why: making another would not help
    error       `code` and `detail`: what was said made no sense

From a client, up to 32 KB of JSON: `{"type": "ping"}`, `{"type": "resume", "after": <event_id>}`.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from core.alerts import Alert
from core.clock import to_rfc3339
from core.errors import Invalid
from core.people import Person
from functions.realtime.model import Connection
from functions.realtime.news import News
from functions.rooms.brief import RoomBrief
from functions.rooms.model import Room
from functions.shared.models import Body

MAX_SAID = 32 * 1024
MAX_SENT = 24 * 1024
"""Bytes of events in one message, of the 32 KB that a frame may have."""

Message = dict[str, Any]
EventId = Annotated[str, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$", description="A ULID.")]


class Ping(Body):
    """The client is still there."""

    type: Literal["ping"]


class Resume(Body):
    """The client wants what it missed after this event; None: since it is connected."""

    type: Literal["resume"]
    after: EventId | None = None


Said = Ping | Resume
_SAID: TypeAdapter[Said] = TypeAdapter(
    Annotated[Said, Field(discriminator="type")], config=ConfigDict(defer_build=True)
)


class Closing(StrEnum):
    """Why we close a connection."""

    REPLACED = "replaced"
    TOO_MANY = "too_many"


def read_said(text: str) -> Said:
    """What a client says; Invalid `bad_message`."""
    if len(text.encode(errors="surrogatepass")) > MAX_SAID:
        raise Invalid("bad_message", f"A message may have {MAX_SAID} bytes.")
    try:
        return _SAID.validate_json(text)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in told["loc"])
        raise Invalid("bad_message", f"{where}: {told['msg']}" if where else told["msg"]) from error


def alert_message(alert: Alert) -> Message:
    """An alert as its receivers see it; its own words are not overridden by facts."""
    return alert.facts | {
        "type": str(alert.type),
        "at": to_rfc3339(alert.at),
        "event_id": alert.event_id,
    }


def news_facts(news: News, room: Room, person: Person) -> Message:
    """What an alert shows of a room and of the one who is followed."""
    return {
        "room": RoomBrief.of(room).model_dump(mode="json"),
        "person": person.model_dump(),
        "role": str(news.role),
    }


def pong(now: datetime) -> Message:
    """We are still here, too."""
    return {"type": "pong", "at": to_rfc3339(now)}


def reconnect(connection: Connection, now: datetime) -> Message:
    """The connection ends soon."""
    before = to_rfc3339(connection.ends_at)
    return {"type": "reconnect", "at": to_rfc3339(now), "before": before}


def closing(reason: Closing, now: datetime) -> Message:
    """The connection ends now."""
    return {"type": "closing", "at": to_rfc3339(now), "reason": str(reason)}


def error(refusal: Invalid, now: datetime) -> Message:
    """What the client said could not be understood."""
    told = {"code": refusal.code, "detail": refusal.detail}
    return {"type": "error", "at": to_rfc3339(now), **told}


def missed(events: list[Message], now: datetime, *, complete: bool) -> list[Message]:
    """The events in as many messages as they need, at least one: the last says so."""
    chunks: list[list[Message]] = [[]]
    size = 0
    for event in events:
        length = len(write(event).encode())
        if chunks[-1] and size + length > MAX_SENT:
            chunks.append([])
            size = 0
        chunks[-1].append(event)
        size += length
    return [
        {
            "type": "missed",
            "at": to_rfc3339(now),
            "events": chunk,
            "last": number == len(chunks),
            "complete": complete,
        }
        for number, chunk in enumerate(chunks, 1)
    ]


def write(message: Message) -> str:
    """The message as text."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
