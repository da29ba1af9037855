"""What happens to rooms, from their table's stream: who is told, and where they are found."""

from collections.abc import Mapping
from typing import Any

from core.alerts import Alert, AlertType, event_id, write_alert
from core.people import Person
from core.streams import Change, Failures, take_in_order
from functions.accounts import actions as accounts
from functions.realtime.audience import ALERTS, tell_followers
from functions.realtime.news import arrival_in, news_of
from functions.realtime.parts import Parts
from functions.realtime.root import parts_of
from functions.rooms.brief import RoomBrief, news_for_host
from functions.rooms.changes import Fact, happening
from functions.rooms.model import Arrival, Room
from functions.shared.aws import environment

parts = parts_of(environment())


def handler(event: Mapping[str, Any], _context: Any) -> Failures:
    """Changes of rooms, in their order."""

    def take(change: Change) -> None:
        follow(parts, change)

    return take_in_order(event, take)


def follow(parts: Parts, change: Change) -> None:
    """What one change means: told twice, it is shown once."""
    told = happening(change.old, change.new)
    if told is None:
        return
    parts.rooms.titles.follow(told.was, told.room)
    for news in news_of(told):
        tell_followers(parts, news)
    if Fact.TAKEN_DOWN in told.facts and (at := told.room.ended_at):
        alert = news_for_host(AlertType.ROOM_TAKEN_DOWN, told.room, at)
        parts.queues.send(ALERTS, [write_alert(alert)])
    arrival = arrival_in(told)
    if arrival and arrival.by != arrival.account_id:
        invite_up(parts, told.room, arrival)


def invite_up(parts: Parts, room: Room, arrival: Arrival) -> None:
    """Tell an account, though not a guest, that it is on stage now, and by whom."""
    people = accounts.people(parts.accounts, (arrival.account_id, arrival.by))
    if arrival.account_id in people:
        invitation = invitation_of(room, arrival, people.get(arrival.by))
        parts.queues.send(ALERTS, [write_alert(invitation)])


def invitation_of(room: Room, arrival: Arrival, by: Person | None) -> Alert:
    """You are on stage now, and who asked you up."""
    return Alert(
        type=AlertType.INVITED_UP,
        at=arrival.at,
        event_id=event_id(arrival.at, room.room_id, AlertType.INVITED_UP, arrival.account_id),
        to=(arrival.account_id,),
        facts={
            "room": RoomBrief.of(room).model_dump(mode="json"),
            "by": by.model_dump() if by else None,
            "role": str(room.role_of(arrival.account_id)),
        },
    )
