"""Webhooks on their way: signed, tried again for three days, and disturbed on purpose."""

import hashlib
import hmac
import json
import random
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.clock import to_rfc3339
from local.stripe.errors import Obj

GIVES_UP = timedelta(days=3)
PAUSES = (1, 2, 5, 10, 30, 60, 300, 900, 3_600, 10_800, 21_600, 43_200)  # s; the last again
MAX_WAITING = 20_000
MAX_ENDPOINTS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Who wants events. `kinds` may have `*`; thin events (API v2) go only to `thin` ones."""

    name: str
    url: str
    secret: str = field(repr=False)
    kinds: tuple[str, ...] = ("*",)
    thin: bool = False

    def wants(self, kind: str) -> bool:
        """Whether an event of that kind is for it."""
        if kind.startswith("v2."):
            return self.thin and ("*" in self.kinds or kind in self.kinds)
        return "*" in self.kinds or kind in self.kinds


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint, until it is taken or given up."""

    number: int
    event: Obj
    endpoint: Endpoint
    since: datetime
    due: datetime
    attempts: int = 0

    def signed(self, now: datetime) -> tuple[bytes, dict[str, str]]:
        """The body, the same each time, and headers with a signature of now."""
        return signed(self.event, self.endpoint.secret, now)

    def shown(self) -> Obj:
        """As JSON, without the endpoint's secret."""
        return {
            "id": self.event["id"],
            "type": self.event["type"],
            "url": self.endpoint.url,
            "attempts": self.attempts,
            "due": to_rfc3339(self.due),
        }


def signed(event: Obj, secret: str, now: datetime) -> tuple[bytes, dict[str, str]]:
    """An event's body and headers (https://docs.stripe.com/webhooks#verify-manually)."""
    body = json.dumps(notice(event), indent=2).encode()
    time = int(now.timestamp())
    mac = hmac.new(secret.encode(), b"%d." % time + body, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": f"t={time},v1={mac}",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }


def notice(event: Obj) -> Obj:
    """What is delivered: of a thin event less than can be asked."""
    hidden = ("data", "changes") if event["object"] == "v2.core.event" else ()
    return {
        name: value
        for name, value in event.items()
        if name not in hidden and not name.startswith("_")
    }


@dataclass(slots=True)
class Outbox:
    """Deliveries that wait. While `held`, nothing leaves; `drop` and `copies` are of the next ones.

    `drop`: so many of the next events are lost for good. `copies`: each leaves so often.
    """

    endpoints: list[Endpoint] = field(default_factory=list)
    held: bool = False
    drop: int = 0
    copies: int = 1
    _waiting: "OrderedDict[int, Delivery]" = field(default_factory=OrderedDict)
    _number: int = 0

    def subscribe(self, endpoint: Endpoint) -> None:
        """From now on it gets events; the oldest endpoint goes if there are too many."""
        self.endpoints.append(endpoint)
        del self.endpoints[:-MAX_ENDPOINTS]

    def subscribers(self, kind: str) -> int:
        """How many want it."""
        return sum(endpoint.wants(kind) for endpoint in self.endpoints)

    def post(self, event: Obj, now: datetime) -> None:
        """Deliver it to whoever wants it; of too many that wait, the oldest is given up."""
        for endpoint in self.endpoints:
            if not endpoint.wants(event["type"]):
                continue
            if self.drop:
                self.drop -= 1
                continue
            for _ in range(self.copies):
                self._number += 1
                self._waiting[self._number] = Delivery(
                    number=self._number, event=event, endpoint=endpoint, since=now, due=now
                )
            while len(self._waiting) > MAX_WAITING:
                self._waiting.popitem(last=False)

    def waiting(self) -> Sequence[Delivery]:
        """Everything that was not taken yet."""
        return tuple(self._waiting.values())

    def due(self, now: datetime) -> Sequence[Delivery]:
        """What is to be sent now."""
        if self.held:
            return ()
        return tuple(it for it in self._waiting.values() if it.due <= now)

    def answered(self, delivery: Delivery, now: datetime, *, taken: bool) -> None:
        """The endpoint said 2xx, or anything else; then it is tried again, for three days."""
        if delivery.number not in self._waiting:
            return
        pause = PAUSES[min(delivery.attempts, len(PAUSES) - 1)]
        delivery.attempts += 1
        delivery.due = now + timedelta(seconds=pause)
        if taken or delivery.due > delivery.since + GIVES_UP:
            del self._waiting[delivery.number]
        if taken and "pending_webhooks" in delivery.event:
            delivery.event["pending_webhooks"] -= delivery.event["pending_webhooks"] > 0

    def reverse(self) -> None:
        """What waits leaves in the other order."""
        self._waiting = OrderedDict(reversed(self._waiting.items()))

    def shuffle(self, seed: int) -> None:
        """What waits leaves in an order that the seed chooses."""
        names = list(self._waiting)
        random.Random(seed).shuffle(names)  # noqa: S311 - an order, no secret
        self._waiting = OrderedDict((name, self._waiting[name]) for name in names)
