"""What happens to rooms and is news to those who follow somebody, and its names. Pure rules.

News is of an account: it hosts a room that is live now, has come on stage of one, or was in one
that is over. Whoever follows the account is told, so long as it is still true.
"""

from collections.abc import Iterator
from datetime import datetime

from core.alerts import AlertType, event_id
from core.models import Model
from core.roles import Role
from functions.rooms.changes import Fact, Happening
from functions.rooms.life import State
from functions.rooms.model import Arrival, Room

STATES = {
    AlertType.ROOM_LIVE: State.LIVE,
    AlertType.ROOM_SPEAKING: State.LIVE,
    AlertType.ROOM_ENDED: State.ENDED,
}
"""The news that there is, and in which state of the room it is true."""


class News(Model):
    """News of an account, which was in this role in this room. Told again, its id is the same."""

    type: AlertType
    at: datetime
    event_id: str
    account_id: str
    room_id: str
    role: Role

    def is_true_of(self, room: Room) -> bool:
        """Whether it may still be told."""
        if self.type is AlertType.ROOM_SPEAKING and self.account_id not in room.stage:
            return False
        return room.state is STATES[self.type]


def news_of(happening: Happening) -> Iterator[News]:
    """What of it is news."""
    room = happening.room
    host_id = room.host.account_id
    if Fact.STARTED in happening.facts and room.started_at:
        yield told(AlertType.ROOM_LIVE, room, host_id, room.started_at)
    if arrival := arrival_in(happening):
        yield told(AlertType.ROOM_SPEAKING, room, arrival.account_id, arrival.at)
    if Fact.ENDED in happening.facts and room.ended_at:
        before = happening.was or room
        for account_id in sorted({host_id, *before.stage}):
            yield told(AlertType.ROOM_ENDED, room, account_id, room.ended_at)


def arrival_in(happening: Happening) -> Arrival | None:
    """Who came on stage, if anybody did: each time that is a change of its own."""
    arrival = happening.room.last_arrival
    return arrival if arrival and arrival.account_id in happening.came_on_stage else None


def told(kind: AlertType, room: Room, account_id: str, at: datetime) -> News:
    """News of this kind. That a room is over is one piece of news, of whomever it is told."""
    of_whom = () if kind is AlertType.ROOM_ENDED else (account_id,)
    return News(
        type=kind,
        at=at,
        event_id=event_id(at, room.room_id, kind, *of_whom),
        account_id=account_id,
        room_id=room.room_id,
        role=room.role_of(account_id),
    )
