"""What the functions of reminders are told by their environment beside what every function is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from core.environment import required, whole_number
from functions.accounts.model import Platform
from functions.reminders.model import Policy

A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderConfig:
    """One deployment's settings.

    queue_prefix     what the names of its queues begin with
    applications     SNS platform applications by platform; without one its devices get no push
    web_url          where the web client lives: links lead there
    mail_from        who writes letters, such as `Stoa <a@stoa.example>`
    schedule_group   the group of EventBridge Scheduler for what is due
    fire_arn         the function that it fires, by this role; what it can't fire goes to dead_arn
    policy           when a host is late, and when too late
    """

    queue_prefix: str
    applications: Mapping[Platform, str]
    web_url: str
    mail_from: str
    schedule_group: str
    fire_arn: str
    role_arn: str
    dead_arn: str
    policy: Policy

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read STOA_* names; ConfigError names what is missing or wrong."""
        return cls(
            queue_prefix=required(env, "STOA_QUEUE_PREFIX"),
            applications={
                platform: env[name]
                for platform in Platform
                if env.get(name := f"STOA_{platform.upper()}_APPLICATION_ARN")
            },
            web_url=required(env, "STOA_WEB_URL").rstrip("/"),
            mail_from=required(env, "STOA_MAIL_FROM"),
            schedule_group=required(env, "STOA_REMINDER_GROUP"),
            fire_arn=required(env, "STOA_FIRE_ARN"),
            role_arn=required(env, "STOA_SCHEDULER_ROLE_ARN"),
            dead_arn=required(env, "STOA_FIRE_DEAD_ARN"),
            policy=Policy(
                late_after=_minutes(env, "STOA_STARTS_LATE_MINUTES", 5),
                call_off_after=_minutes(env, "STOA_HOST_LATE_MINUTES", 30),
            ),
        )


def _minutes(env: Mapping[str, str], name: str, default: int) -> timedelta:
    return timedelta(minutes=whole_number(env, name, default, at_most=A_DAY))
