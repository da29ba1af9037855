"""Every Lambda function of the deployment: what its zip begins with, and what it is told.

A function is called after its module: `functions.tickets.sweep` is `<prefix>tickets-sweep`. It gets
the names that the configurations read which it reaches, and no others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from core import sockets
from core.jobs import JOBS
from core.queues import QUEUES
from core.streams import STREAMS
from functions.contract.placeholders import told_enough
from infra.reach import reach
from infra.settings import Settings

if TYPE_CHECKING:
    from functions.shared.door import Door

REMINDERS = "reminders"
"""The group of the schedules that are made at run time."""

FIRE = "functions.reminders.fire"
MEDIA_DOOR = "functions.media_door.app"
HTTP_TIMEOUT_S = 29
"""An HTTP API waits 30 s for an integration, and no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One Lambda function: `attribute` of the module `entry` is its handler."""

    entry: str
    timeout_s: int
    attribute: str = "handler"

    @property
    def name(self) -> str:
        """What it is called, after the prefix."""
        return name_of(self.entry)

    @property
    def handler(self) -> str:
        """Its handler, as Lambda reads it."""
        return f"{self.entry}.{self.attribute}"

    def reaches(self, module: str) -> bool:
        """Whether it imports this module."""
        return module in reach(self.entry).modules


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the deployment's other parts are called, for the functions' environment."""

    web_url: str
    issuer: str
    audience: str
    jwks_url: str
    sockets_url: str
    fire_arn: str
    fire_dead_arn: str
    scheduler_role_arn: str


def name_of(entry: str) -> str:
    """`reminders-fire`, of `functions.reminders.fire`."""
    return entry.removeprefix("functions.").replace(".", "-").replace("_", "-")


def door(app_name: str) -> Function:
    """The function of a door."""
    return Function(entry=f"functions.{app_name}.app", attribute="app", timeout_s=HTTP_TIMEOUT_S)


def doors() -> list["Door"]:
    """All doors, with their routes; they are imported, and read an environment as they load."""
    with told_enough():
        return list(import_module("functions.contract.api").DOORS)


def contract() -> str:
    """The document of what all doors answer."""
    with told_enough():
        return str(import_module("functions.contract.api").contract())


def events() -> dict[str, Function]:
    """The functions of jobs, queues and streams, by their modules; two queues may share one."""
    found: dict[str, Function] = {}
    for each in (*JOBS, *QUEUES, *STREAMS):
        longest = max(
            each.timeout_s, found[each.function].timeout_s if each.function in found else 0
        )
        found[each.function] = Function(entry=each.function, timeout_s=longest)
    return found


SOCKETS = Function(entry=sockets.FUNCTION, timeout_s=HTTP_TIMEOUT_S)


def environment(function: Function, settings: Settings, names: Names) -> dict[str, str]:
    """All STOA_* names that a function reads, save those that its secrets hold."""
    found: dict[str, str] = {}
    for module, part in PARTS.items():
        if function.reaches(module):
            found |= part(settings, names)
    return found


def shared(settings: Settings, names: Names) -> dict[str, str]:
    """For `functions.shared.config`."""
    rooms = settings.rooms
    return {
        "STOA_TABLE_PREFIX": settings.prefix,
        "STOA_ISSUER": names.issuer,
        "STOA_AUDIENCE": names.audience,
        "STOA_JWKS_URL": names.jwks_url,
        "STOA_MODERATORS_CLAIM": settings.moderators.claim,
        "STOA_MODERATORS_GROUP": settings.moderators.group,
        "STOA_MIN_FOLLOWERS": str(rooms.min_followers),
        "STOA_HOST_ALLOW_LIST": ",".join(rooms.host_allow_list),
        "STOA_MAX_SCHEDULED": str(rooms.max_scheduled),
        "STOA_MAX_DAYS_AHEAD": str(rooms.max_days_ahead),
    }


def rooms(_settings: Settings, names: Names) -> dict[str, str]:
    """For `functions.rooms.config`."""
    return {"STOA_WEB_URL": names.web_url}


def tickets(settings: Settings, names: Names) -> dict[str, str]:
    """For `functions.tickets.config`."""
    tickets = settings.tickets
    tiers = (f"{tier.up_to or ''}:{tier.basis_points}" for tier in tickets.fee_tiers)
    return {
        "STOA_QUEUE_PREFIX": settings.prefix,
        "STOA_WEB_URL": names.web_url,
        "STOA_MAIL_FROM": settings.mail_from,
        "STOA_STRIPE_PUBLISHABLE_KEY": settings.stripe.publishable_key,
        "STOA_FEE_TIERS": ",".join(tiers),
        "STOA_HOLD_MINUTES": str(tickets.hold_minutes),
        "STOA_CALL_UP_MINUTES": str(tickets.call_up_minutes),
        "STOA_HOST_LATE_MINUTES": str(settings.rooms.host_late_minutes),
        "STOA_REFUND_WINDOW_DAYS": str(tickets.refund_window_days),
        "STOA_TICKETS_ROLLOUT": tickets.rollout,
        "STOA_TICKETS_ROLLOUT_LIST": ",".join(tickets.rollout_list),
    }


def reminders(settings: Settings, names: Names) -> dict[str, str]:
    """For `functions.reminders.config`."""
    applications = {
        "STOA_APNS_APPLICATION_ARN": settings.push.apns,
        "STOA_FCM_APPLICATION_ARN": settings.push.fcm,
    }
    return {
        "STOA_QUEUE_PREFIX": settings.prefix,
        "STOA_WEB_URL": names.web_url,
        "STOA_MAIL_FROM": settings.mail_from,
        "STOA_REMINDER_GROUP": settings.prefix + REMINDERS,
        "STOA_FIRE_ARN": names.fire_arn,
        "STOA_FIRE_DEAD_ARN": names.fire_dead_arn,
        "STOA_SCHEDULER_ROLE_ARN": names.scheduler_role_arn,
        "STOA_STARTS_LATE_MINUTES": str(settings.rooms.starts_late_minutes),
        "STOA_HOST_LATE_MINUTES": str(settings.rooms.host_late_minutes),
        **{name: arn for name, arn in applications.items() if arn},
    }


def realtime(settings: Settings, names: Names) -> dict[str, str]:
    """For `functions.realtime.config`."""
    return {"STOA_QUEUE_PREFIX": settings.prefix, "STOA_SOCKETS_URL": names.sockets_url}


PARTS: Mapping[str, Callable[[Settings, Names], dict[str, str]]] = {
    "functions.shared.config": shared,
    "functions.rooms.config": rooms,
    "functions.tickets.config": tickets,
    "functions.reminders.config": reminders,
    "functions.realtime.config": realtime,
}
