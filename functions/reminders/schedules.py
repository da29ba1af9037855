"""The clock of scheduled rooms: EventBridge Scheduler, one one-time schedule a room and occasion.

A schedule's name says for which version of the room's schedule it is, and it never changes: two who
arm a room at once make the same, and nobody can put an old time over a new one. When the room moves
others are made and these are removed; one that is overlooked fires, and is found to be stale.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import ClientError

from functions.reminders.config import ReminderConfig
from functions.reminders.messages import Firing
from functions.reminders.model import Occasion

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_scheduler.type_defs import TargetTypeDef

SCHEDULER = Config(
    retries={"mode": "standard", "max_attempts": 5}, connect_timeout=2, read_timeout=5
)
# What can't be fired within a quarter of an hour is better not said at all.
RETRIES = 10
OLDEST = 900


class Schedules:
    """The schedules of one deployment."""

    def __init__(self, scheduler: "EventBridgeSchedulerClient", config: ReminderConfig) -> None:
        self._scheduler = scheduler
        self._config = config

    def arm(self, firing: Firing, at: datetime) -> None:
        """It will be fired at this time, to the second; again, it changes nothing."""
        try:
            self._scheduler.create_schedule(
                GroupName=self._config.schedule_group,
                Name=name(firing.room_id, firing.version, firing.occasion),
                ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target=self._target(firing),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException":
                raise

    def disarm(self, room_id: str, version: int, occasions: Iterable[Occasion]) -> None:
        """None of this will be fired; what was fired already is no error."""
        for occasion in occasions:
            try:
                self._scheduler.delete_schedule(
                    GroupName=self._config.schedule_group, Name=name(room_id, version, occasion)
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise

    def _target(self, firing: Firing) -> "TargetTypeDef":
        told = firing.model_dump(mode="json")
        return {
            "Arn": self._config.fire_arn,
            "RoleArn": self._config.role_arn,
            "DeadLetterConfig": {"Arn": self._config.dead_arn},
            "Input": json.dumps(told | {"scheduled_time": "<aws.scheduler.scheduled-time>"}),
            "RetryPolicy": {
                "MaximumRetryAttempts": RETRIES,
                "MaximumEventAgeInSeconds": OLDEST,
            },
        }


def name(room_id: str, version: int, occasion: Occasion) -> str:
    """A schedule's name, at most 64 characters."""
    return f"{room_id}-{version}-{occasion}"
