"""When schedules are due, retries among them. Time is an argument.

A clock that leaps over several times of a recurring schedule makes it fire once, for the first of
them: whatever it does then it does for all that have passed. A one-time schedule is never too late.
"""

import heapq
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from local.schedules import Delivery, Schedule

A_MOMENT = timedelta(microseconds=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule and its next time. A rate counts from `anchor`."""

    schedule: Schedule
    time: datetime
    anchor: datetime


class Timetable:
    """All schedules that are on. Asking what is due costs nothing for those that are not."""

    def __init__(self) -> None:
        self._planned: dict[str, Planned] = {}
        self._heap: list[tuple[datetime, int, Planned | Delivery]] = []
        self._entries = 0

    def put(self, schedule: Schedule, now: datetime) -> None:
        """It fires as it says from now on, and not as one of its name did before."""
        self.remove(schedule.arn)
        if schedule.enabled:
            anchor = schedule.start or now
            earliest = LONG_AGO if schedule.times.once else max(anchor, now)
            self._plan(schedule, earliest - A_MOMENT, anchor)

    def remove(self, arn: str) -> None:
        """It fires no more; what is on its way still arrives."""
        self._planned.pop(arn, None)

    def remove_group(self, group: str) -> None:
        """None of the group fires any more."""
        for planned in [it for it in self._planned.values() if it.schedule.group == group]:
            self.remove(planned.schedule.arn)

    def fires(self, arn: str) -> bool:
        """Whether it has a time yet to come."""
        return arn in self._planned

    def retry(self, delivery: Delivery, at: datetime) -> None:
        """It is due again at that time."""
        self._push(at, delivery)

    def next_time(self) -> datetime | None:
        """When something may be due."""
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> list[Delivery]:
        """What is to be delivered now, in the order of time, and then is due no more."""
        due = []
        while self._heap and self._heap[0][0] <= now:
            _time, _entry, it = heapq.heappop(self._heap)
            if isinstance(it, Delivery):
                due.append(it)
            elif self._planned.get(it.schedule.arn) is it:  # or it was changed since
                self.remove(it.schedule.arn)
                self._plan(it.schedule, now, it.anchor)
                due.append(
                    Delivery(
                        schedule=it.schedule,
                        time=it.time,
                        last=not self.fires(it.schedule.arn),
                        execution_id=uuid4().hex[:16],
                    )
                )
        return due

    def _plan(self, schedule: Schedule, after: datetime, anchor: datetime) -> None:
        time = schedule.next_time(after, anchor)
        if time is not None:
            planned = Planned(schedule, time, anchor)
            self._planned[schedule.arn] = planned
            self._push(time, planned)

    def _push(self, time: datetime, it: Planned | Delivery) -> None:
        self._entries += 1
        heapq.heappush(self._heap, (time, self._entries, it))
