"""The functions that run when their time has come, once: for infra, the local stack and tests.

EventBridge Scheduler fires them and Lambda runs them: Scheduler is done with an event as soon as
Lambda has taken it, so its retry policy and dead letters are not for what a function raises. That
Lambda tries again by itself, at most twice, after one minute and after two more.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A function and when it runs. `function` is a module with a `handler(event, context)`.

    expression    `rate(...)` or `cron(...)` as EventBridge Scheduler reads them, in UTC; None if
                  schedules that are made at run time fire it
    timeout_s     how long a run may take
    retries       how often a run that failed is tried again, at most 2. A job that comes again soon
                  needs none: the next run does what this one left.
    max_age_s     how late a run may begin, at least 60
    dead_letters  whether events that could not be run are kept, in the queue `dead_letters_name`
    """

    name: str
    function: str
    expression: str | None
    timeout_s: int = 50
    retries: int = 0
    max_age_s: int = 60
    dead_letters: bool = False

    @property
    def dead_letters_name(self) -> str:
        """The name of the queue for what could not be run."""
        return f"{self.name}-dead"


SCHEDULE_GROUP = "jobs"

JOBS = (
    Job(name="tickets-sweep", function="functions.tickets.sweep", expression="rate(1 minute)"),
    Job(
        name="tickets-reconcile",
        function="functions.tickets.reconcile",
        expression="rate(10 minutes)",
        timeout_s=120,
    ),
    Job(
        name="reminders-fire",
        function="functions.reminders.fire",
        expression=None,
        retries=2,
        max_age_s=900,
        dead_letters=True,
    ),
)


def create_schedule_request(
    job: Job, prefix: str, *, function_arn: str, role_arn: str
) -> dict[str, Any]:
    """The arguments of EventBridge Scheduler's CreateSchedule for a job with an expression."""
    return {
        "GroupName": prefix + SCHEDULE_GROUP,
        "Name": job.name,
        "ScheduleExpression": job.expression,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": function_arn,
            "RoleArn": role_arn,
            "RetryPolicy": {
                "MaximumRetryAttempts": job.retries,
                "MaximumEventAgeInSeconds": job.max_age_s,
            },
        },
    }
