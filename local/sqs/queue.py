"""One standard queue. It knows no clock: every method is told the time.

A message waits, is hidden (delayed, or received by somebody), and waits again when it is hidden no
longer, until it is deleted, has been received too often, or is too old.
"""

import heapq
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

MAX_MESSAGES = 1_000_000
MAX_IN_FLIGHT = 120_000


class QueueIsFull(Exception):
    """It holds as many messages as it may."""


class TooManyInFlight(Exception):
    """As many messages are received and not deleted as may be."""


class NotAReceipt(ValueError):
    """No receipt of this queue's."""


class NotInFlight(Exception):
    """The message is not hidden, so it can't be hidden longer."""


@dataclass(slots=True)
class Message:
    """What was sent, and how often it was received. `hiding` counts how often it was hidden."""

    message_id: str
    body: str
    attributes: Mapping[str, Mapping[str, Any]]
    sent_at: datetime
    first_received_at: datetime | None = None
    received: int = 0
    hiding: int = 0
    hidden: bool = False
    in_flight: bool = False

    @property
    def receipt(self) -> str:
        """What deletes it, of whoever received it last."""
        return f"{self.message_id}:{self.received}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a queue's attributes say. `max_receive_count` is meant for `dead_letters`, an ARN."""

    delay: timedelta = timedelta(0)
    visibility: timedelta = timedelta(seconds=30)
    retention: timedelta = timedelta(days=4)
    wait_s: int = 0
    dead_letters: str | None = None
    max_receive_count: int = 0


@dataclass(slots=True)
class Queue:
    """The messages of one queue."""

    name: str
    settings: Settings
    messages: dict[str, Message] = field(default_factory=dict)
    in_flight: int = 0
    _waiting: deque[Message] = field(default_factory=deque)
    _hidden: list[tuple[datetime, int, int, Message]] = field(default_factory=list)
    _hidings: int = 0

    def send(
        self,
        body: str,
        attributes: Mapping[str, Mapping[str, Any]],
        now: datetime,
        delay: timedelta | None = None,
    ) -> Message:
        """A message that waits, at once or after a delay; QueueIsFull."""
        message = Message(str(uuid4()), body, attributes, now)
        self.add(message, now + (self.settings.delay if delay is None else delay), now)
        return message

    def add(self, message: Message, visible_at: datetime, now: datetime) -> None:
        """A message that may come from another queue, of which it is a dead letter."""
        if len(self.messages) >= MAX_MESSAGES:
            raise QueueIsFull
        self.messages[message.message_id] = message
        self._hide(message, visible_at, now)

    def receive(
        self, limit: int, now: datetime, visibility: timedelta | None = None
    ) -> tuple[list[Message], list[Message]]:
        """Up to `limit` messages, hidden from now on; and those that came too often and are out.

        TooManyInFlight.
        """
        self._reveal(now)
        if self.in_flight >= MAX_IN_FLIGHT:
            raise TooManyInFlight
        hide_for = self.settings.visibility if visibility is None else visibility
        received: list[Message] = []
        dead: list[Message] = []
        while self._waiting and len(received) < limit:
            message = self._waiting.popleft()
            if message.message_id not in self.messages:
                continue
            if message.sent_at + self.settings.retention <= now:
                del self.messages[message.message_id]
            elif self.settings.dead_letters and message.received >= self.settings.max_receive_count:
                del self.messages[message.message_id]
                dead.append(message)
            else:
                message.received += 1
                message.first_received_at = message.first_received_at or now
                message.in_flight = True
                self.in_flight += 1
                received.append(message)
        for message in received:  # now, or with a timeout of 0 they would be received once more
            self._hide(message, now + hide_for, now)
        return received, dead

    def delete(self, receipt: str) -> None:
        """It is done, or was before; NotAReceipt."""
        message = self._received(receipt)
        if message is not None:
            del self.messages[message.message_id]
            self.in_flight -= message.in_flight

    def hide(self, receipt: str, hide_for: timedelta, now: datetime) -> None:
        """It waits again after so long, counted from now; NotAReceipt, NotInFlight."""
        self._reveal(now)
        message = self._received(receipt)
        if message is None or not message.in_flight:
            raise NotInFlight
        self._hide(message, now + hide_for, now)

    def purge(self) -> None:
        """Nothing waits any more, and nothing is hidden."""
        self.messages.clear()
        self._waiting.clear()
        self._hidden.clear()
        self.in_flight = 0

    def counts(self, now: datetime) -> tuple[int, int, int]:
        """How many messages wait, are in flight, and are delayed."""
        self._reveal(now)
        hidden = sum(message.hidden for message in self.messages.values())
        return len(self.messages) - hidden, self.in_flight, hidden - self.in_flight

    def next_reveal(self) -> datetime | None:
        """When a hidden message may come to wait."""
        return self._hidden[0][0] if self._hidden else None

    def _received(self, receipt: str) -> Message | None:
        message_id, _, times = receipt.partition(":")
        if not times.isdecimal():
            raise NotAReceipt(receipt)
        return self.messages.get(message_id)

    def _hide(self, message: Message, until: datetime, now: datetime) -> None:
        message.hiding += 1
        message.hidden = True
        self._hidings += 1
        heapq.heappush(self._hidden, (until, self._hidings, message.hiding, message))
        self._reveal(now)

    def _reveal(self, now: datetime) -> None:
        """Let those wait whose time hidden is over."""
        while self._hidden and self._hidden[0][0] <= now:
            _until, _order, hiding, message = heapq.heappop(self._hidden)
            if message.message_id in self.messages and message.hiding == hiding:
                self.in_flight -= message.in_flight
                message.hidden = message.in_flight = False
                self._waiting.append(message)
