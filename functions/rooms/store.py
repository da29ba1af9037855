"""Rooms themselves: opened, changed, started, ended. Layout: see `records`.

A host's `hosting` item is what keeps them to a few scheduled rooms: it is written in the same
transaction as the room, and its condition is the rule.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.clock import to_rfc3339
from core.dynamo import (
    Attr,
    ConditionBase,
    ConditionFailed,
    Database,
    Delete,
    Put,
    Update,
    Write,
    absent,
    present,
)
from core.errors import Conflict, NotFound
from core.room_items import META, room_key
from core.tables import ROOMS
from functions.rooms.life import Event, State, after, before, wrong_state
from functions.rooms.model import MAX_SCHEDULED, Room
from functions.rooms.records import (
    HOSTING,
    LIVE,
    Deed,
    Entry,
    account_key,
    entry_item,
    hint_item,
    index_key,
    room_from_item,
    room_item,
)

Changes = dict[str | tuple[str, ...], Any]


class RoomStore:
    """Rooms, and where an account hosts or was last on stage."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(ROOMS)

    def get(self, room_id: str) -> Room:
        """The room; NotFound `room_not_found`."""
        item = self._table.get(room_key(room_id), META)
        if item is None:
            raise room_not_found()
        return room_from_item(item)

    def get_many(self, room_ids: Iterable[str]) -> dict[str, Room]:
        """Those of the rooms that exist, by id."""
        items = self._table.get_many((room_key(room_id), META) for room_id in room_ids)
        return {item["room_id"]: room_from_item(item) for item in items}

    def open(self, room: Room, entry: Entry) -> None:
        """Write a new room, live or scheduled; Conflict `too_many_scheduled`."""
        host_id, room_id = room.host.account_id, room.room_id
        writes: list[Write] = [
            Put(item=room_item(room), condition=absent),
            Put(item=entry_item(room_id, entry)),
        ]
        if room.state is State.LIVE:
            self._transact([*writes, Put(item=hint_item(host_id, room_id))])
            return
        scheduled = Attr("scheduled")
        claim = Update(
            pk=account_key(host_id),
            sk=HOSTING,
            add={"scheduled": {room_id}},
            condition=scheduled.not_exists() | scheduled.size().lt(MAX_SCHEDULED),
        )
        try:
            self._transact([claim, *writes])
        except ConditionFailed as failed:
            detail = f"You have scheduled {MAX_SCHEDULED} rooms already."
            raise Conflict("too_many_scheduled", detail, allowed=MAX_SCHEDULED) from failed

    def start(self, room: Room, now: datetime) -> Room:
        """The scheduled room is live from now on; Conflict `wrong_state`."""
        host_id, room_id = room.host.account_id, room.room_id
        changes: Changes = {
            "started_at": to_rfc3339(now),
            "host": room.host.model_dump(),
            "stage": {host_id},
            "by_host_sk": index_key(now, room_id),
        }
        self._change_state(
            [
                *self._happens(room, Event.START, Deed.STARTED, changes, now),
                Put(item=hint_item(host_id, room_id)),
                no_longer_scheduled(room),
            ]
        )
        return replace(room, state=State.LIVE, started_at=now, stage=frozenset({host_id}))

    def end(self, room: Room, now: datetime) -> Room:
        """The live room is over, and its stage empty; Conflict `wrong_state`."""
        changes: Changes = {"ended_at": to_rfc3339(now), "listener_count": 0}
        self._change_state(
            self._happens(room, Event.END, Deed.ENDED, changes, now, remove=("stage",))
        )
        for account_id in room.stage:
            self.forget_on_stage(account_id, room.room_id)
        return replace(room, state=State.ENDED, ended_at=now, listener_count=0, stage=frozenset())

    def cancel(self, room: Room, now: datetime) -> Room:
        """The scheduled room won't be; Conflict `wrong_state`."""
        changes: Changes = {"ended_at": to_rfc3339(now)}
        happens = self._happens(room, Event.CANCEL, Deed.CANCELLED, changes, now)
        self._change_state([*happens, no_longer_scheduled(room)])
        return replace(room, state=State.CANCELLED, ended_at=now)

    def change(
        self, room_id: str, changes: Changes, entry: Entry, states: frozenset[State]
    ) -> Room:
        """Set these attributes while the room is in one of the states; Conflict `wrong_state`."""
        update = Update(
            pk=room_key(room_id),
            sk=META,
            set=changes,
            add={"revision": 1},
            condition=Attr("state").is_in(sorted(states)),
        )
        self._change_state([update, Put(item=entry_item(room_id, entry))])
        return self.get(room_id)

    def count_listeners(self, room_id: str, by: int) -> None:
        """So many more, or fewer, listen; the worker that runs the room knows the truth."""
        add = {"listener_count": by}
        self._table.write(Update(pk=room_key(room_id), sk=META, add=add, condition=present))

    def write_log(self, room_id: str, entry: Entry) -> None:
        """A line of the log, about what was written already."""
        self._table.write(Put(item=entry_item(room_id, entry)))

    def last_on_stage(self, account_ids: Iterable[str]) -> dict[str, str]:
        """By account, the room in which it was last seen on stage: a hint, not the truth."""
        items = self._table.get_many((account_key(each), LIVE) for each in account_ids)
        return {item["account_id"]: item["room_id"] for item in items}

    def remember_on_stage(self, account_id: str, room_id: str) -> None:
        """The account is on this room's stage."""
        self._table.write(Put(item=hint_item(account_id, room_id)))

    def forget_on_stage(self, account_id: str, room_id: str) -> None:
        """The account is not on this room's stage; that of another it may be."""
        here = Attr("room_id").eq(room_id)
        try:
            self._table.write(Delete(pk=account_key(account_id), sk=LIVE, condition=here))
        except ConditionFailed:
            return

    def _happens(
        self,
        room: Room,
        event: Event,
        deed: Deed,
        changes: Changes,
        now: datetime,
        *,
        remove: tuple[str, ...] = (),
    ) -> list[Write]:
        """The room's life goes on, and its log says so."""
        state = after(room.state, event)
        entry = Entry.of(deed, room.host.account_id, now)
        update = Update(
            pk=room_key(room.room_id),
            sk=META,
            set={
                "state": str(state),
                "by_state_pk": str(state),
                "by_state_sk": index_key(now, room.room_id),
                **changes,
            },
            add={"revision": 1},
            remove=remove,
            condition=self._may_happen(event),
        )
        return [update, Put(item=entry_item(room.room_id, entry))]

    def _may_happen(self, event: Event) -> ConditionBase:
        """Of two who change the room's state at once, the second finds it changed."""
        return Attr("state").eq(before(event))

    def _change_state(self, writes: list[Write]) -> None:
        try:
            self._transact(writes)
        except ConditionFailed as failed:
            raise state_refusal(failed) from failed

    def _transact(self, writes: list[Write]) -> None:
        self._database.transact(*((self._table, write) for write in writes))


def no_longer_scheduled(room: Room) -> Update:
    """The host may schedule another in its place."""
    pk = account_key(room.host.account_id)
    return Update(pk=pk, sk=HOSTING, take={"scheduled": {room.room_id}})


def room_not_found() -> NotFound:
    """No such room, or none that the caller may know of."""
    return NotFound("room_not_found", "There is no such room.")


def state_refusal(failed: ConditionFailed) -> Conflict | NotFound:
    """Why a write about a room's state was not done."""
    return wrong_state(State(failed.found["state"])) if failed.found else room_not_found()
