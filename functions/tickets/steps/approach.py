"""A room as those who sell and buy its tickets find it."""

from functions.rooms.approach import look, standing_of
from functions.rooms.model import Room
from functions.shared.callers import Caller
from functions.tickets.parts import Parts
from functions.tickets.rules.permissions import Act, permit


def approach(parts: Parts, act: Act, room_id: str, caller: Caller | None) -> Room:
    """The room, if the caller may do this; NotFound `room_not_found`."""
    sight = look(parts.rooms, room_id, caller)
    permit(act, standing_of(parts.rooms, sight, caller))
    return sight.room
