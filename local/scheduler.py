"""EventBridge Scheduler's part: fires the schedules that moto only stores.

It learns of them from the requests that pass on their way to moto, so it never has to list them. It
refuses expressions and time zones that AWS refuses, and moto would store.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus

from local.alarm import Alarm
from local.aws import Call, refused
from local.expressions import InvalidExpression
from local.schedules import Delivery, Schedule, read_schedule, schedule_arn
from local.targets import NotDelivered, Targets
from local.timetable import Timetable
from local.wsgi import Answer

SERVICE = "scheduler"
SCHEDULE = re.compile(r"/schedules/([^/]+)")
GROUP = re.compile(r"/schedule-groups/([^/]+)")
MAKES = ("POST", "PUT")

log = logging.getLogger(__name__)


class Scheduler:
    """Watches AWS, and delivers what is due while it runs.

    `delete` removes a schedule that is over from AWS. `now` is the stack's clock; ring `alarm` when
    it was moved.
    """

    def __init__(
        self,
        targets: Targets,
        *,
        delete: Callable[[Schedule], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._targets = targets
        self._delete = delete
        self._now = now
        self._timetable = Timetable()
        self.alarm = Alarm()

    def refuse(self, call: Call) -> Answer | None:
        """A ValidationException for what can't be scheduled."""
        name = named(SCHEDULE, call)
        if name is None or call.method not in MAKES:
            return None
        try:
            read_schedule(name, json.loads(call.body))
        except InvalidExpression as error:
            return refused(HTTPStatus.BAD_REQUEST, "ValidationException", str(error))
        return None

    def passed(self, call: Call, _answer: Answer) -> None:
        """A schedule was made, changed or removed, or a whole group."""
        name, group = named(SCHEDULE, call), named(GROUP, call)
        if name and call.method in MAKES:
            self._timetable.put(read_schedule(name, json.loads(call.body)), self._now())
            self.alarm.ring()
        elif name and call.method == "DELETE":
            self._timetable.remove(schedule_arn(call.query.get("groupName", "default"), name))
        elif group and call.method == "DELETE":
            self._timetable.remove_group(group)

    async def run(self) -> None:
        """Deliver what is due, until cancelled."""
        async with asyncio.TaskGroup() as deliveries:
            while True:
                for delivery in self._timetable.due(self._now()):
                    deliveries.create_task(self._deliver(delivery))
                time = self._timetable.next_time()
                left = (time - self._now()).total_seconds() if time else None
                await self.alarm.wait(left)

    async def _deliver(self, delivery: Delivery) -> None:
        schedule = delivery.schedule
        try:
            await self._targets.tell(delivery)
        except NotDelivered as error:
            exhausted = delivery.exhausted(self._now())
            if not error.for_good and exhausted is None:
                self._timetable.retry(delivery.again(), self._now() + delivery.pause)
                self.alarm.ring()
                return
            log.error("schedule.failed arn=%s code=%s", schedule.arn, error.code)  # noqa: TRY400
            await self._bury(delivery, error, None if error.for_good else exhausted)
        if delivery.last and schedule.delete_when_over and not self._timetable.fires(schedule.arn):
            await self._delete(schedule)

    async def _bury(self, delivery: Delivery, error: NotDelivered, exhausted: str | None) -> None:
        try:
            await self._targets.bury(delivery, error, exhausted)
        except NotDelivered as other:
            arn = delivery.schedule.arn
            log.error("schedule.dead_letter_lost arn=%s code=%s", arn, other.code)  # noqa: TRY400


def named(path: re.Pattern[str], call: Call) -> str | None:
    """What a call to EventBridge Scheduler is about, if its path is such a one."""
    match = path.fullmatch(call.path) if call.service == SERVICE else None
    return match[1] if match else None
