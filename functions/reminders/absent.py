"""Who waited for a room and never came: to whom its recording may be offered, once there is one."""

from collections.abc import Iterator
from itertools import islice

from functions.reminders.parts import Parts
from functions.rooms.model import Access, Room

CHUNK = 100


def absent(parts: Parts, room: Room) -> Iterator[str]:
    """The accounts that had a reminder of the room and did not come in.

    Who came in is written where a ticket was needed, and nowhere else: of any other room this knows
    nobody. Reminders are there for thirty days after the room began.
    """
    if room.access is not Access.TICKETED:
        return
    held = parts.reminders.plan(room.room_id).parts.values()
    for part in sorted(frozenset().union(*held)):
        waited = parts.reminders.after(room.room_id, part, "")
        while some := [each.account_id for each in islice(waited, CHUNK)]:
            entries = parts.rooms.admissions.find_many((room.room_id, each) for each in some)
            came = {account for (_, account), entry in entries.items() if entry.checked_in_at}
            yield from (each for each in some if each not in came)
