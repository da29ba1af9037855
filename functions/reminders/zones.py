"""A time zone's rules as calendars carry them (RFC 5545, 3.6.5), as far as some events need them.

`icalendar` can make these too, but has every spring's onset an hour late: RFC 5545 tells an onset
by the clock that is about to change, and the library by the one that has changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

AROUND = timedelta(days=366)
"""How far before and after the events the rules are told: every change of a year, and once more."""

STEP = timedelta(days=1)
EXACT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observance:
    """What clocks show from a moment on: their offset from UTC, the one before, and its name."""

    onset: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    daylight: bool


@lru_cache(maxsize=256)
def timezone(zone: str, first: datetime, last: datetime) -> Timezone:
    """The zone as an event's neighbour: its rules around the time from the first to the last."""
    told = Timezone()
    told.add("tzid", zone)
    for each in observances(ZoneInfo(zone), first - AROUND, last + AROUND):
        part = TimezoneDaylight() if each.daylight else TimezoneStandard()
        part.add("dtstart", (each.onset + each.offset_from).replace(tzinfo=None))
        part.add("tzoffsetfrom", each.offset_from)
        part.add("tzoffsetto", each.offset_to)
        part.add("tzname", each.name)
        told.add_component(part)
    return told


def observances(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[Observance]:
    """What holds at first, and then every change up to the last."""
    moment = first.astimezone(UTC).replace(microsecond=0)
    yield observance(zone, moment, moment)
    while moment < last:
        later = moment + STEP
        if shown(zone, moment) != shown(zone, later):
            yield observance(zone, moment, change_between(zone, moment, later))
        moment = later


def observance(zone: ZoneInfo, before: datetime, onset: datetime) -> Observance:
    """What the zone's clocks show from the onset on, and what they showed before."""
    local = onset.astimezone(zone)
    return Observance(
        onset=onset,
        offset_from=shown(zone, before)[0],
        offset_to=shown(zone, onset)[0],
        name=local.tzname() or zone.key,
        daylight=bool(local.dst()),
    )


def change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second in which clocks come to show what they show after."""
    while after - before > EXACT:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if shown(zone, middle) == shown(zone, before):
            before = middle
        else:
            after = middle
    return after


def shown(zone: ZoneInfo, moment: datetime) -> tuple[timedelta, str | None]:
    """The offset from UTC that a clock has, and its name."""
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname()
