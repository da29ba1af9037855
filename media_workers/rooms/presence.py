"""How long a member may be without a connection before he is lost. Time is handed in."""

import math
from dataclasses import dataclass

from media_workers.channel.events import Left

GRACE = 2.0
"""Seconds from the end of a connection in which the member may come back through another."""

NEWCOMER = 600.0
"""Seconds from joining in which the first connection is awaited."""

TAKEOVER = 30.0
"""Seconds in which those come whom another worker served until now."""


@dataclass(frozen=True, slots=True)
class _Absence:
    until: float
    reason: Left


class Presence:
    """The members who have no connection, each with a deadline."""

    def __init__(self) -> None:
        self._absent: dict[str, _Absence] = {}

    def awaited(self, account_id: str, *, until: float) -> None:
        """The member has joined, for the first time or again, and is not connected yet."""
        before = self._absent.get(account_id)
        if before is None or before.until < until:
            self._absent[account_id] = _Absence(until, Left.LOST)

    def gone(self, account_id: str, reason: Left, now: float) -> None:
        """The member's connection has ended, by his own deed or not."""
        self._absent[account_id] = _Absence(now + GRACE, reason)

    def settled(self, account_id: str) -> None:
        """The member is connected, or no member any more."""
        self._absent.pop(account_id, None)

    @property
    def next_due(self) -> float:
        """When the first of them is lost."""
        return min((absence.until for absence in self._absent.values()), default=math.inf)

    def due(self, now: float) -> list[tuple[str, Left]]:
        """Whose time is over; they are not watched any longer."""
        over = [(who, a.reason) for who, a in self._absent.items() if now >= a.until]
        for account_id, _ in over:
            del self._absent[account_id]
        return over
