"""Of what an account wants to be told in the page. Pure rules."""

from typing import TYPE_CHECKING

from core.alerts import Alert, AlertType
from functions.accounts.model import Channel
from functions.realtime.news import STATES

if TYPE_CHECKING:
    from functions.accounts.settings import Notifications

CHOICES: dict[AlertType, tuple[str, ...]] = {
    AlertType.ROOM_LIVE: ("room_live",),
    AlertType.ROOM_SPEAKING: ("room_speaking",),
    AlertType.ROOM_ENDED: ("room_live", "room_speaking"),
    AlertType.INVITED_UP: ("invitations",),
    AlertType.TICKET_ISSUED: ("tickets",),
    AlertType.TICKET_REFUNDED: ("tickets",),
}
"""The settings that speak of it: one that wants it is enough. Of what is not here, whoever sends it
has decided: a reminder says itself how it is to come."""


def is_news(kind: AlertType) -> bool:
    """Whether it is told to followers, rather than to this account alone."""
    return kind in STATES


def wants(alert: Alert, told: "Notifications") -> bool:
    """Whether an account that has these settings is told of it."""
    if is_news(alert.type) and host_of(alert) in told.muted_hosts:
        return False
    choices = CHOICES.get(alert.type)
    return choices is None or any(Channel.IN_APP in getattr(told, name) for name in choices)


def host_of(alert: Alert) -> str | None:
    """Whose room it is about."""
    host = alert.facts.get("room", {}).get("host", {})
    return str(host["account_id"]) if "account_id" in host else None
