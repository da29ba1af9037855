"""What the stand-in knows: objects in bounded tables, balances, and deeds that are planned."""

import secrets
import string
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any, Self

from core.clock import to_rfc3339
from local.stripe.errors import Obj, no_such
from local.stripe.outbox import Outbox
from local.stripe.shapes import SHAPES

API_VERSION = "2026-10-28.endive"
PLATFORM = "platform"
MAX_OBJECTS = 20_000  # of a kind; then the oldest are forgotten
MAX_PLANNED = 20_000
LETTERS = string.ascii_letters + string.digits

Deed = Callable[[datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long Stripe takes to do in the background what it does not do at once.

    `settles`: a charge gets its transfer, fee and balance transaction (`charge.updated`).
    `refund_fails`, `disputed`: with the cards that do. `decided`: a dispute, once it has evidence.
    """

    settles: timedelta = timedelta(seconds=1)
    refund_fails: timedelta = timedelta(seconds=2)
    disputed: timedelta = timedelta(seconds=2)
    decided: timedelta = timedelta(seconds=2)

    @classmethod
    def after(cls, seconds: float) -> Self:
        """So long for a charge, and twice as long for what comes after it."""
        once = timedelta(seconds=seconds)
        return cls(settles=once, refund_fails=2 * once, disputed=2 * once, decided=2 * once)


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that is being answered, which events name."""

    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass(slots=True)
class State:
    """One Stripe account, the platform's, and its connected accounts.

    `base_url` is where people and browsers reach the stand-in. `short_of_money` are connected
    accounts from which nothing can be taken back. `balances` are by owner and currency.
    """

    base_url: str
    timing: Timing
    outbox: Outbox = field(default_factory=Outbox)
    cause: Cause = Cause()
    short_of_money: set[str] = field(default_factory=set)
    links: "OrderedDict[str, Obj]" = field(default_factory=OrderedDict)
    balances: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _tables: dict[str, OrderedDict[str, Obj]] = field(
        default_factory=lambda: {kind: OrderedDict() for kind in SHAPES}
    )
    _planned: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def add(self, kind: str, now: datetime, *, owner: str = PLATFORM, **members: Any) -> Obj:
        """A new object of the platform's, or of a connected account."""
        shape = SHAPES[kind]
        thin = kind.startswith("v2.")
        made: Obj = {
            "id": new_name(shape.prefix),
            "object": kind,
            "created": to_rfc3339(now) if thin else int(now.timestamp()),
            "_owner": owner,
            **shape.blank(),
            **members,
        }
        table = self._tables[kind]
        table[made["id"]] = made
        if len(table) > MAX_OBJECTS:
            self._forget(table.popitem(last=False)[0])
        return made

    def _forget(self, name: str) -> None:
        """An account that is gone has no money either."""
        if name.startswith(SHAPES["v2.core.account"].prefix):
            self.short_of_money.discard(name)
            for key in [key for key in self.balances if key[0] == name]:
                del self.balances[key]

    def find(self, kind: str, name: str | None) -> Obj | None:
        """The object of that name, whoever owns it."""
        return self._tables[kind].get(name or "")

    def get(self, kind: str, name: str, *, owner: str = PLATFORM, param: str | None = None) -> Obj:
        """The object; ApiError if there is none, or none of this owner's."""
        found = self._tables[kind].get(name)
        if found is None or found["_owner"] != owner:
            raise no_such(kind, name, param)
        return found

    def newest(self, kind: str, *, owner: str = PLATFORM) -> Iterator[Obj]:
        """All of a kind, newest first."""
        return (it for it in self.everybodys(kind) if it["_owner"] == owner)

    def everybodys(self, kind: str) -> Iterator[Obj]:
        """All of a kind, newest first, whoever owns them."""
        return reversed(self._tables[kind].values())

    def emit(self, kind: str, about: Obj, now: datetime, **before: object) -> Obj:
        """An event about a change; `before` are members as they were."""
        data = {"object": shown(about)} | ({"previous_attributes": before} if before else {})
        event = self.add(
            "event",
            now,
            type=kind,
            api_version=API_VERSION,
            data=data,
            pending_webhooks=self.outbox.subscribers(kind),
            request={
                "id": self.cause.request_id,
                "idempotency_key": self.cause.idempotency_key,
            },
        )
        self.outbox.post(event, now)
        return event

    def later(self, at: datetime, deed: Deed) -> None:
        """The deed is done when the clock gets there; of too many, the last is done at once."""
        if len(self._planned) >= MAX_PLANNED:
            deed(at)
            return
        heappush(self._planned, (at, next(self._numbers), deed))

    def advance(self, now: datetime) -> None:
        """Do what was planned for until now."""
        while self._planned and self._planned[0][0] <= now:
            at, _, deed = heappop(self._planned)
            self.cause = Cause()
            deed(at)


def new_name(prefix: str) -> str:
    """An id as Stripe makes them."""
    return f"{prefix}_" + "".join(secrets.choice(LETTERS) for _ in range(24))


def shown(it: Obj) -> Obj:
    """A copy without what is only ours."""
    return {name: deepcopy(value) for name, value in it.items() if not name.startswith("_")}
