"""What the queue `alerts` carries: news for people who may be connected, told over WebSocket.

An alert may come twice, or late: its `event_id` is the same then, for it to be shown once.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field, PlainSerializer
from ulid import ULID

from core.clock import to_ms, to_rfc3339
from core.models import Model

MAX_TO = 100
"""Accounts an alert may be for, so that telling them all takes one function a moment."""


class AlertType(StrEnum):
    """What has happened. The names are the API's."""

    ROOM_LIVE = "room.live"
    ROOM_SPEAKING = "room.speaking"
    ROOM_ENDED = "room.ended"
    ROOM_RESCHEDULED = "room.rescheduled"
    ROOM_CANCELLED = "room.cancelled"
    ROOM_TAKEN_DOWN = "room.taken_down"
    ROOM_NOT_ON_SALE = "room.not_on_sale"
    REMINDER_DUE = "reminder.due"
    TICKET_ISSUED = "ticket.issued"
    TICKET_REFUNDED = "ticket.refunded"
    INVITED_UP = "invited_up"


class Alert(Model):
    """One piece of news and whom it is for; `facts` reach the client beside `type` and `at`."""

    model_config = ConfigDict(extra="ignore")

    type: AlertType
    at: Annotated[datetime, PlainSerializer(to_rfc3339, return_type=str)]
    event_id: str
    to: Annotated[tuple[str, ...], Field(min_length=1, max_length=MAX_TO)]
    facts: dict[str, Any] = Field(default_factory=dict)


def event_id(at: datetime, *what: str) -> str:
    """The ULID of what happened at that time: the same whenever it is told again."""
    digest = hashlib.sha256("\0".join(what).encode()).digest()
    return str(ULID(to_ms(at).to_bytes(6, "big") + digest[:10]))


def write_alert(alert: Alert) -> str:
    """The alert as the text of an SQS message."""
    return alert.model_dump_json()


def read_alert(text: str) -> Alert:
    """The inverse of `write_alert`; ValueError for anything else."""
    return Alert.model_validate_json(text)
