"""How many are in a room, for how long, and who of its stage is away: as others are to read it.

Time is handed in.
"""

import math
from datetime import datetime, timedelta

from core.clock import from_rfc3339
from core.dynamo import Item
from core.roster import Headcount, RoomSheet
from media_workers.rooms.listening import Listening
from media_workers.rooms.members import Members
from media_workers.rooms.vacancy import Vacancy

EVERY = 1.0
"""Seconds, at least, between two counts that differ."""

ON_THE_WAY = 60.0
"""Seconds in which who opened a room is not away: a browser asks about the microphone first."""


class Census:
    """Counts the members of one room, on from what is written of them.

    A room that nobody is in goes on being empty with whoever takes it over; as long as anybody
    stands in the roster, it is not.
    """

    def __init__(self, sheet: RoomSheet, members: Members, *, utc: datetime, now: float) -> None:
        self._members = members
        written = Headcount.of(sheet.room)
        since = None if sheet.members else written.empty_since
        self._listening = Listening(written.listened_s, now)
        self._vacancy = Vacancy(now, empty_for=max(0.0, (utc - (since or utc)).total_seconds()))
        self._host = sheet.room["host"]["account_id"]
        self._host_expected_until: float | None = None
        if self._host not in written.away and (opened := sheet.room.get("started_at")):
            ago = (utc - from_rfc3339(opened)).total_seconds()
            self._host_expected_until = now + ON_THE_WAY - ago
        self._away = self._missing(sheet.room, now)
        self._counted_at = now
        self.differs = (written.listeners, written.away) != (members.listeners, self._away)
        """Whether somebody came or went while nobody ran the room."""

    @property
    def next_due(self) -> float:
        """When there is something to do, if nobody comes or goes until then."""
        host = math.inf if self._host_expected_until is None else self._host_expected_until
        return min(self._vacancy.ends_at, self._listening.next_due, host)

    def look(self, connections: int, now: float) -> bool:
        """So many are connected; whether nobody has been for so long that the room is over."""
        self._listening.look(self._members.listeners, now)
        return self._vacancy.look(connections, now)

    def is_due(self, room: Item, now: float, *, told: bool) -> bool:
        """Whether it is time to write a count, as it is if people were just `told` another one."""
        away = self._missing(room, now)
        differs = away != self._away and now >= self._counted_at + EVERY
        if not (self._listening.is_due(now) | told | differs):
            return False
        self._away, self._counted_at = away, now
        return True

    def count(self, now: float, utc: datetime) -> Headcount:
        """As it is now."""
        empty_for = timedelta(seconds=self._vacancy.seconds(now))
        return Headcount(
            listeners=self._members.listeners,
            away=self._away,
            empty_since=None if len(self._members) else utc - empty_for,
            listened_s=self._listening.seconds,
        )

    def _missing(self, room: Item, now: float) -> frozenset[str]:
        """Who is away: not a host who has opened the room just now, until he comes or doesn't."""
        away = self._members.away(room)
        until = self._host_expected_until
        if until is not None and now < until and self._host in away:
            return away - {self._host}
        self._host_expected_until = None
        return away
