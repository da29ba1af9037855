"""What alerts show of rooms."""

from datetime import datetime
from typing import Any, Self

from core.alerts import Alert, AlertType, event_id
from core.models import Model
from core.people import Person
from functions.rooms.life import State
from functions.rooms.model import Access, Room
from functions.shared.models import Time


class RoomBrief(Model):
    """As much of a room as an alert has to show."""

    room_id: str
    title: str
    state: State
    access: Access
    host: Person
    starts_at: Time | None
    started_at: Time | None

    @classmethod
    def of(cls, room: Room) -> Self:
        """Show a room in brief."""
        return cls(
            room_id=room.room_id,
            title=room.title,
            state=room.state,
            access=room.access,
            host=room.host,
            starts_at=room.start.at if room.start else None,
            started_at=room.started_at,
        )


def news_for_host(kind: AlertType, room: Room, at: datetime, **facts: Any) -> Alert:
    """What the host has to know of the room; told twice with the same `at`, it is one event."""
    return Alert(
        type=kind,
        at=at,
        event_id=event_id(at, room.room_id, kind),
        to=(room.host.account_id,),
        facts={"room": RoomBrief.of(room).model_dump(mode="json")} | facts,
    )
