"""What has happened to a room, told from its item as it was and as it is. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from core.dynamo import Item
from functions.rooms.life import State
from functions.rooms.model import Room
from functions.rooms.records import room_from_item


class Fact(StrEnum):
    """What others than the people in the room want to hear of.

    A room that is taken down is ended or cancelled, too.
    """

    SCHEDULED = "scheduled"
    MOVED = "moved"
    STARTED = "started"
    ENDED = "ended"
    CANCELLED = "cancelled"
    TAKEN_DOWN = "taken_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """The room as it is, what has happened to it, and who is on its stage that was not before.

    `was` is the room before, None for a new one.
    """

    room: Room
    was: Room | None
    facts: frozenset[Fact]
    came_on_stage: frozenset[str]


ON_ENTERING = {
    State.SCHEDULED: Fact.SCHEDULED,
    State.LIVE: Fact.STARTED,
    State.ENDED: Fact.ENDED,
    State.CANCELLED: Fact.CANCELLED,
}


def happening(old: Item | None, new: Item | None) -> Happening | None:
    """What lies between two images of a room's item; None where the room is gone."""
    if new is None:
        return None
    room = room_from_item(new)
    was = room_from_item(old) if old else None
    facts = set()
    if was is None or was.state is not room.state:
        facts.add(ON_ENTERING[room.state])
        if room.taken_down:
            facts.add(Fact.TAKEN_DOWN)
    elif room.state is State.SCHEDULED and was.schedule_version != room.schedule_version:
        facts.add(Fact.MOVED)
    here = room.stage if room.state is State.LIVE else frozenset()
    return Happening(
        room=room,
        was=was,
        facts=frozenset(facts),
        came_on_stage=here - (was.stage if was else frozenset()),
    )
