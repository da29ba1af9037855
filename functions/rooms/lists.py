"""Rooms found again, by state or by host, and the log of one, page by page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from core.clock import to_rfc3339
from core.dynamo import Attr, ConditionBase, Database, Page
from core.room_items import room_key
from core.tables import ROOMS
from functions.rooms.life import State
from functions.rooms.model import OVERDUE, Room, topic_key
from functions.rooms.records import Entry, entry_from_item, index_key, room_from_item

CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPage:
    """A page of rooms; `next` is the cursor of the following one."""

    rooms: list[Room]
    next: str | None

    @classmethod
    def of(cls, page: Page) -> "RoomPage":
        """A page of items as rooms."""
        return cls(rooms=[room_from_item(item) for item in page.items], next=page.next)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """A page of a log; `next` is the cursor of the following one."""

    entries: list[Entry]
    next: str | None


class RoomLists:
    """The rooms table's indexes; they may lag behind a write by a moment."""

    def __init__(self, database: Database) -> None:
        self._table = database.table(ROOMS)

    def live(
        self, topic: str | None, language: str | None, *, limit: int, cursor: str | None
    ) -> RoomPage:
        """Everybody's live rooms, the newest first."""
        page = self._table.query(
            State.LIVE,
            index="by_state",
            where=about(topic, language),
            newest_first=True,
            limit=limit,
            cursor=cursor,
        )
        return RoomPage.of(page)

    def scheduled(
        self,
        topic: str | None,
        language: str | None,
        now: datetime,
        *,
        limit: int,
        cursor: str | None,
    ) -> RoomPage:
        """Everybody's rooms to come, the next first.

        Those that nobody started are left out when they are hours overdue.
        """
        due = now - OVERDUE
        # The key's bound keeps us from reading what was never started again and again. A cursor
        # holds for one query only, so the bound moves once a day; the filter does the rest.
        midnight = due.replace(hour=0, minute=0, second=0, microsecond=0)
        page = self._table.query(
            State.SCHEDULED,
            index="by_state",
            between=(to_rfc3339(midnight), "~"),
            where=both(Attr("starts_at").gte(to_rfc3339(due)), about(topic, language)),
            limit=limit,
            cursor=cursor,
        )
        return RoomPage.of(page)

    def hosted_by(
        self,
        host_id: str,
        state: State,
        topic: str | None,
        language: str | None,
        *,
        limit: int,
        cursor: str | None,
    ) -> RoomPage:
        """One host's rooms in this state, in the same order."""
        page = self._table.query(
            host_id,
            index="by_host",
            where=both(Attr("state").eq(state), about(topic, language)),
            newest_first=state is not State.SCHEDULED,
            limit=limit,
            cursor=cursor,
        )
        return RoomPage.of(page)

    def in_order(self, state: State, after: str) -> list[tuple[str, Room]]:
        """Everybody's next rooms in this state after this place, with theirs, in order of time."""
        # No place goes on with "!", and all that follow are greater.
        page = self._table.query(state, index="by_state", between=(f"{after}!", "~"))
        return [(item["by_state_sk"], room_from_item(item)) for item in page.items]

    def of_host(self, host_id: str, limit: int) -> list[Room]:
        """One host's rooms in whatever state, those that begin last first."""
        page = self._table.query(host_id, index="by_host", newest_first=True, limit=limit)
        return RoomPage.of(page).rooms

    def live_of(self, host_id: str, now: datetime) -> list[Room]:
        """One host's live rooms, of the hundred that began last.

        Those still to come are not read; the clocks of doors may differ a little.
        """
        begun = ("0", index_key(now + CLOCKS_DIFFER, "~"))
        page = self._table.query(host_id, index="by_host", between=begun, newest_first=True)
        return [room for room in RoomPage.of(page).rooms if room.state is State.LIVE]

    def log(self, room_id: str, limit: int, cursor: str | None) -> EntryPage:
        """Who did what in a room, newest first."""
        page = self._table.query(
            room_key(room_id), begins="log#", newest_first=True, limit=limit, cursor=cursor
        )
        return EntryPage(entries=[entry_from_item(item) for item in page.items], next=page.next)


def about(topic: str | None, language: str | None) -> ConditionBase | None:
    """The filter for a topic, whatever its case, and for a language or a kind of it."""
    filters: list[ConditionBase] = []
    if topic:
        filters.append(Attr("topic_keys").contains(topic_key(topic)))
    if language:
        spoken = Attr("captions.language")
        filters.append(spoken.eq(language) | spoken.begins_with(f"{language}-"))
    return reduce(both, filters) if filters else None


def both(one: ConditionBase, other: ConditionBase | None) -> ConditionBase:
    """Both conditions, as far as there are two."""
    return one & other if other else one
