"""What is said on an occasion, the same through every channel. Pure.

Times to wait are told as they are when they are told: a message that comes late is still true.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.alerts import AlertType, event_id
from functions.reminders.model import Kind, Occasion, Policy, due
from functions.rooms.model import Room
from functions.rooms.schedule import Start

MINUTE = timedelta(minutes=1)
HOUR = 60
DAY = 24 * HOUR
UNITS = ((DAY, "day"), (HOUR, "hour"), (1, "minute"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """News of a room, as it is told at a time.

    `name` and `event_id` are the same whenever it is told. After `useful_for` seconds it need not
    be told any more.
    """

    occasion: Occasion
    room: Room
    at: datetime
    title: str
    body: str
    name: str
    event_id: str
    url: str
    useful_for: int

    @property
    def alert_type(self) -> AlertType:
        """What it is called over WebSocket."""
        types = {
            Kind.MOVED: AlertType.ROOM_RESCHEDULED,
            Kind.CANCELLED: AlertType.ROOM_CANCELLED,
        }
        return types.get(self.occasion.kind, AlertType.REMINDER_DUE)

    @property
    def urgent(self) -> bool:
        """Whether it is worth disturbing somebody: it is about now."""
        return self.occasion.kind not in (Kind.MOVED, Kind.CANCELLED)


def notice(
    occasion: Occasion, room: Room, *, policy: Policy, web_url: str, now: datetime
) -> Notice:
    """What is said of the room now, which was or is scheduled."""
    if room.start is None:
        raise ValueError("nobody waits for a room that was never scheduled")
    version = room.schedule_version
    return Notice(
        occasion=occasion,
        room=room,
        at=now,
        title=room.title,
        body=say(occasion, room, room.start, now),
        name=f"{room.room_id}-{version}-{occasion}",
        event_id=event_id(
            came_true_at(occasion, room, policy), room.room_id, str(version), str(occasion)
        ),
        url=f"{web_url}/rooms/{room.room_id}",
        useful_for=useful_for(occasion, room.start, now),
    )


def say(occasion: Occasion, room: Room, start: Start, now: datetime) -> str:
    """One sentence or two."""
    who, when = room.host.name, begins(start, now)
    told = {
        Kind.LEAD: f"{when}, with {who}.",
        Kind.START: f"{who} is live now.",
        Kind.LATE: f"{who} starts late. We tell you when it begins.",
        Kind.MOVED: f"Moved to {shown(start)}.",
        Kind.CANCELLED: f"It won't be: the room with {who} is cancelled.",
        Kind.HOST_SOON: f"Your room. {when}.",
        Kind.HOST_START: "Your room starts now. Your listeners are waiting.",
    }
    return told[occasion.kind]


def came_true_at(occasion: Occasion, room: Room, policy: Policy) -> datetime:
    """When there was something to say: the same whenever it is said."""
    times = {
        Kind.START: room.started_at,
        Kind.MOVED: room.rescheduled_at,
        Kind.CANCELLED: room.ended_at,
    }
    planned = room.start.at if room.start else None
    at = times.get(occasion.kind, planned and due(occasion, planned, policy))
    if at is None:
        raise ValueError("nothing has come true of this room yet")
    return at


def begins(start: Start, now: datetime) -> str:
    """How long it takes until the room begins."""
    minutes = round((start.at - now) / MINUTE)
    return f"Begins in {span(minutes)}" if minutes > 0 else "Begins now"


def span(minutes: int) -> str:
    """`2 hours 30 minutes`: the two largest units of what there is."""
    told = []
    for size, unit in UNITS:
        count, minutes = divmod(minutes, size)
        if count:
            told.append(f"{count} {unit}" if count == 1 else f"{count} {unit}s")
    return " ".join(told[:2])


def shown(start: Start) -> str:
    """The time as the host's clock shows it, with the zone."""
    zone = start.zone or "UTC"
    local = start.at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} ({zone})"


def useful_for(occasion: Occasion, start: Start, now: datetime) -> int:
    """For how many seconds a phone that is off may be told later."""
    match occasion.kind:
        case Kind.MOVED | Kind.CANCELLED:
            return DAY * 60
        case Kind.LEAD | Kind.HOST_SOON:
            return max(60, int((start.at - now).total_seconds()))
    return HOUR * 60
