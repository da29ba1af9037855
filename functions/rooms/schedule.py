"""When a room begins, told by a clock on somebody's wall; and series, which keep to that clock.

An hour that the clock skips is moved on by the gap; of an hour that it shows twice, the first
counts. Both are what `fold=0` means (PEP 495).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from core.clock import from_rfc3339
from core.errors import Invalid
from core.zones import zone_called

Repeats = Literal["weekly"]
WEEKLY: Repeats = "weekly"
WEEK = timedelta(days=7)
TO_THE_MINUTE = len("2026-12-01T19:00")
MAX_MISSED = 4
"""Occurrences of a series in a row to which the host did not come: there won't be a fifth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """When a scheduled room begins; `local` is what the clock in `zone` (IANA) was to show then.

    Both are None for a host who said it in UTC. In a skipped hour the clock never shows `local`.
    """

    at: datetime
    zone: str | None = None
    local: str | None = None

    @classmethod
    def of_local(cls, local: str, zone: str) -> "Start":
        """The start that a clock shows like this; ValueError for none."""
        shown = datetime.fromisoformat(local).replace(tzinfo=zone_called(zone), fold=0)
        return cls(at=shown.astimezone(UTC), zone=zone, local=local)

    def a_week_later(self) -> "Start":
        """The same on the clock, seven days on."""
        if self.zone is None or self.local is None:
            return replace(self, at=self.at + WEEK)
        later = datetime.fromisoformat(self.local) + WEEK
        precision = "minutes" if len(self.local) == TO_THE_MINUTE else "seconds"
        return Start.of_local(later.isoformat(timespec=precision), self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A room that comes again every week. `slot` is the place of this one in the rhythm.

    It stays when a single occurrence is moved. `missed` counts those in a row, up to this one, to
    which the host did not come.
    """

    series_id: str
    slot: Start
    missed: int = 0

    def after(self, now: datetime, *, missed: bool) -> "Series | None":
        """The series as the next occurrence has it, None if there is to be no other."""
        count = self.missed + 1 if missed else 0
        if count >= MAX_MISSED:
            return None
        slot = self.slot.a_week_later()
        while slot.at <= now:
            slot = slot.a_week_later()
        return replace(self, slot=slot, missed=count)


def start_time(
    starts_at: str | None,
    starts_local: str | None,
    zone: str | None,
    now: datetime,
    *,
    days_ahead: int,
) -> Start | None:
    """When a room begins, told as RFC 3339, or as local time with its IANA zone; None: now."""
    if (starts_local is None) != (zone is None):
        raise Invalid("bad_start", "starts_local and zone belong together.")
    if starts_at is not None and starts_local is not None:
        raise Invalid("bad_start", "Say starts_at, or starts_local and zone, not both.")
    try:
        if starts_at is not None:
            start = Start(at=from_rfc3339(starts_at))
        elif starts_local is not None and zone is not None:
            start = Start.of_local(starts_local, zone)
        else:
            return None
    except (ValueError, OverflowError) as error:
        raise Invalid("bad_start", "There is no such time, or no such zone.") from error
    if start.at <= now:
        raise Invalid("start_in_the_past", "A scheduled room begins in the future.")
    if start.at > now + timedelta(days=days_ahead):
        detail = f"A room may be scheduled {days_ahead} days ahead at most."
        raise Invalid("start_too_far", detail, days_ahead=days_ahead)
    return start
