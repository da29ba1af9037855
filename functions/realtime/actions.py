"""Coming, talking and going over WebSocket."""

import logging
from datetime import datetime

from core.errors import Invalid, TooMany
from functions.realtime.catching_up import catch_up
from functions.realtime.messages import (
    Closing,
    Message,
    Ping,
    Resume,
    closing,
    error,
    missed,
    pong,
    read_said,
    reconnect,
)
from functions.realtime.model import Connection
from functions.realtime.parts import Parts
from functions.realtime.presence import Stranger
from functions.realtime.wire import Gone, WireBusy
from functions.shared.callers import NotSignedIn, Tokens

MAX_TOKEN = 8 * 1024

log = logging.getLogger(__name__)


def connect(parts: Parts, tokens: Tokens, connection_id: str, token: str, now: datetime) -> None:
    """The token's account is connected, too; of too many devices the oldest goes. NotSignedIn."""
    if not token or len(token) > MAX_TOKEN:
        raise NotSignedIn("not_signed_in", "Sign in first.")
    account_id = tokens.caller_of(token).account_id
    connection = Connection(connection_id=connection_id, account_id=account_id, connected_at=now)
    for other in parts.presence.arrive(connection, now):
        dismiss(parts, other, Closing.REPLACED, now)
    log.info("connection.opened", extra={"account_id": account_id})


def disconnect(parts: Parts, connection_id: str) -> None:
    """The connection is gone; again, it changes nothing."""
    if connection := parts.presence.find(connection_id):
        parts.presence.leave(connection)
        log.info("connection.closed", extra={"account_id": connection.account_id})


def hear(parts: Parts, connection_id: str, text: str, now: datetime) -> None:
    """Answer what a client says; one that says too much is sent away, as is one unknown to us."""
    try:
        connection = parts.presence.heard(connection_id, now)
    except Stranger:
        parts.wire.close(connection_id)
        return
    except TooMany:
        if talker := parts.presence.find(connection_id):
            dismiss(parts, talker, Closing.TOO_MANY, now)
        return
    try:
        for message in answers(parts, connection, text, now):
            parts.wire.send(connection, message)
    except Gone:
        parts.presence.leave(connection)


def answers(parts: Parts, connection: Connection, text: str, now: datetime) -> list[Message]:
    """What there is to say to it."""
    try:
        said = read_said(text)
    except Invalid as refusal:
        return [error(refusal, now)]
    match said:
        case Ping():
            ends_soon = connection.should_move(now)
            return [pong(now), *([reconnect(connection, now)] if ends_soon else [])]
        case Resume():
            found = catch_up(parts, connection, said.after, now)
            return missed(found.events, now, complete=found.complete)


def dismiss(parts: Parts, connection: Connection, reason: Closing, now: datetime) -> None:
    """Tell a client that it is sent away, and why, and do so."""
    parts.presence.leave(connection)
    try:
        parts.wire.send(connection, closing(reason, now))
    except (Gone, WireBusy) as gone:
        log.info("connection.unreached", extra={"reason": type(gone).__name__})
    parts.wire.close(connection.connection_id)
    log.info("connection.dismissed", extra={"account_id": connection.account_id, "reason": reason})
