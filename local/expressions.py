"""EventBridge Scheduler's schedule expressions: `at(...)`, `rate(...)` and `cron(...)`.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html. Wall clocks jump: a cron
time that a day lacks is left out, one that it has twice counts the first time; a one-time schedule
in the missing hour comes as much later. Flexible time windows are ignored: everything is on time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from aws_croniter import AwsCroniter

AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
RATE = re.compile(r"rate\((\d{1,6}) (minute|hour|day)s?\)")
CRON = re.compile(r"cron\(([^()]+)\)")
LAST_OF_WEEK = re.compile(r"(\S+ \S+ \S+ \S+) L (\S+)")
ZONES = available_timezones()


class InvalidExpression(ValueError):
    """AWS would refuse it."""


@dataclass(frozen=True, slots=True)
class Expression:
    """The times of a schedule, in UTC.

    `after(time, anchor)` is the first of them that is later, None if there is none; `anchor` is the
    time from which a rate counts.
    """

    after: Callable[[datetime, datetime], datetime | None]
    once: bool = False


def parse(text: str, zone_name: str) -> Expression:
    """The expression in that time zone (an IANA name); InvalidExpression."""
    if zone_name not in ZONES:
        raise InvalidExpression(f"Invalid Schedule Expression Timezone {zone_name}.")
    zone = ZoneInfo(zone_name)
    try:
        if match := AT.fullmatch(text):
            return Expression(at(datetime.fromisoformat(match[1]), zone), once=True)
        if match := RATE.fullmatch(text):
            return Expression(rate(timedelta(**{f"{match[2]}s": int(match[1])})))
        if match := CRON.fullmatch(text):
            return Expression(cron(match[1], zone))
    except (ValueError, OverflowError) as error:
        raise InvalidExpression(f"Invalid Schedule Expression {text}.") from error
    raise InvalidExpression(f"Invalid Schedule Expression {text}.")


def at(wall_clock: datetime, zone: ZoneInfo) -> Callable[[datetime, datetime], datetime | None]:
    """That one time."""
    time = wall_clock.replace(tzinfo=zone).astimezone(UTC)
    return lambda after, _anchor: time if time > after else None


def rate(step: timedelta) -> Callable[[datetime, datetime], datetime | None]:
    """The anchor, and from then on by the real length of the step: a day has 24 hours."""
    if not step:
        raise ValueError("nothing happens that often")
    return lambda after, anchor: anchor + max(0, (after - anchor) // step + 1) * step


def cron(fields: str, zone: ZoneInfo) -> Callable[[datetime, datetime], datetime | None]:
    """Times by the wall clock of the zone. ValueError for fields that can't be."""
    # The last day of the week is Saturday, which the library knows only by its number.
    wall_clock_times = AwsCroniter(LAST_OF_WEEK.sub(r"\1 7 \2", " ".join(fields.split())))

    def next_time(after: datetime, _anchor: datetime) -> datetime | None:
        # The library reckons in UTC. A wall clock is as steady if its name is left out.
        wall_clock: datetime | None = after.astimezone(zone).replace(tzinfo=UTC)
        while True:
            wall_clock = wall_clock_times.get_next(wall_clock)[0]
            if wall_clock is None:
                return None
            time = wall_clock.replace(tzinfo=zone).astimezone(UTC)
            exists = time.astimezone(zone).replace(tzinfo=UTC) == wall_clock
            if exists and time > after:
                return time

    return next_time
