"""Schedules as EventBridge Scheduler holds them, and a time of one on its way to the target.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from local.expressions import Expression, parse
from local.names import ACCOUNT, REGION

MOST_RETRIES = 185
MAX_AGE_S = 86_400
FIRST_PAUSE = timedelta(seconds=1)  # before the first retry, doubled up to
LONGEST_PAUSE = timedelta(minutes=5)
DOUBLINGS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is called, with what text, how often it is tried, and where the text ends otherwise."""

    arn: str
    input: str | None
    retries: int
    max_age: timedelta
    dead_letters: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One schedule. `start` and `end` bound a recurring one."""

    arn: str
    group: str
    name: str
    times: Expression
    start: datetime | None
    end: datetime | None
    enabled: bool
    delete_when_over: bool
    target: Target

    def next_time(self, after: datetime, anchor: datetime) -> datetime | None:
        """When it fires next, None if never; a rate counts from `anchor`."""
        time = self.times.after(after, anchor)
        return None if time and self.end and time > self.end else time


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A time of a schedule, to be told to its target. `attempt` counts from 1.

    `last`: the schedule has no other time.
    """

    schedule: Schedule
    time: datetime
    last: bool
    execution_id: str
    attempt: int = 1

    def again(self) -> "Delivery":
        """The next attempt."""
        return replace(self, attempt=self.attempt + 1)

    @property
    def pause(self) -> timedelta:
        """How long after this attempt the next may come."""
        return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(self.attempt - 1, DOUBLINGS)))

    def exhausted(self, now: datetime) -> str | None:
        """Which condition of the retry policy forbids one more attempt, if any."""
        if self.attempt > self.schedule.target.retries:
            return "MaximumRetryAttempts"
        if now + self.pause > self.time + self.schedule.target.max_age:
            return "MaximumEventAgeInSeconds"
        return None

    @property
    def text(self) -> str:
        """What the target is told: the input with its context attributes, or Scheduler's own."""
        attributes = {
            "schedule-arn": self.schedule.arn,
            "scheduled-time": f"{self.time:%Y-%m-%dT%H:%M:%SZ}",
            "execution-id": self.execution_id,
            "attempt-number": str(self.attempt),
        }
        text = self.schedule.target.input
        if text is None:
            return json.dumps(usual_event(self))
        for name, value in attributes.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text


def usual_event(delivery: Delivery) -> Mapping[str, Any]:
    """The input of a schedule that has none."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT,
        "time": f"{delivery.time:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [delivery.schedule.arn],
        "detail": "{}",
    }


def schedule_arn(group: str, name: str) -> str:
    """A schedule's name in full."""
    return f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{name}"


def read_schedule(name: str, request: Mapping[str, Any]) -> Schedule:
    """The schedule that a CreateSchedule or UpdateSchedule asks for; InvalidExpression."""
    group = request.get("GroupName") or "default"
    zone = request.get("ScheduleExpressionTimezone") or "UTC"
    times = parse(str(request.get("ScheduleExpression")), zone)
    target = request["Target"]
    policy = target.get("RetryPolicy") or {}
    return Schedule(
        arn=schedule_arn(group, name),
        group=group,
        name=name,
        times=times,
        start=None if times.once else read_time(request.get("StartDate")),
        end=None if times.once else read_time(request.get("EndDate")),
        enabled=request.get("State") != "DISABLED",
        delete_when_over=request.get("ActionAfterCompletion") == "DELETE",
        target=Target(
            arn=target["Arn"],
            input=target.get("Input"),
            retries=policy.get("MaximumRetryAttempts", MOST_RETRIES),
            max_age=timedelta(seconds=policy.get("MaximumEventAgeInSeconds", MAX_AGE_S)),
            dead_letters=(target.get("DeadLetterConfig") or {}).get("Arn"),
        ),
    )


def read_time(seconds: float | None) -> datetime | None:
    """A time of a request, which has it in seconds since 1970."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
