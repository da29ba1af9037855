"""In which order live rooms are shown: whom *you* follow, then how long people stay. Pure rules.

How many are in a room says nothing of it, unless it is nobody: such a room comes last. A crowd that
looks in and leaves counts less than the few who stay. Of how long people stay a few visits prove
little, so a room begins with some that nobody made.
"""

from collections.abc import Collection, Iterable

from functions.rooms.model import Room

MINUTE = 60.0
ASSUMED_VISITS = 5
ASSUMED_STAY = 2 * MINUTE
GOOD_STAY = 10 * MINUTE
"""Half of what staying can be worth."""

HOST, ON_STAGE = 2, 1
"""How near a room is by its host, or by somebody else on stage, whom one follows."""

DESERTED = -1.0
ALL = 2.0
"""What nearness can be worth: one person is worth half of it, more than any stay."""


def rank(rooms: Iterable[Room], followed: Collection[str]) -> list[Room]:
    """The rooms for somebody who follows these accounts; of equals the newest first."""
    return sorted(
        rooms, key=lambda room: (worth(room, followed), room.started_at, room.room_id), reverse=True
    )


def worth(room: Room, followed: Collection[str]) -> float:
    """How far up a room belongs for somebody who follows these accounts, from 0 to 3.

    One that everybody has left belongs below all others.
    """
    if room.deserted:
        return DESERTED
    near, long = nearness(room, followed), stay(room)
    return ALL * near / (near + ON_STAGE) + long / (long + GOOD_STAY)


def nearness(room: Room, followed: Collection[str]) -> int:
    """How much of the room is of people whom one follows, and who are not away."""
    host_id = room.host.account_id
    others = sum(each in followed for each in room.on_stage if each != host_id)
    return HOST * (host_id in followed and host_id not in room.away) + ON_STAGE * others


def stay(room: Room) -> float:
    """For how many seconds a visit lasts: those who are there now have stayed until now."""
    listened = room.listened_s + ASSUMED_VISITS * ASSUMED_STAY
    return listened / (room.visits + ASSUMED_VISITS)
