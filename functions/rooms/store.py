"""Rooms themselves: opened, changed, started, ended. Layout: see `records`.

A host's `hosting` item is what keeps them to a few scheduled rooms: it is written in the same
transaction as the room, and its condition is the rule. A series takes one place, which passes from
each occurrence to the next.
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
from core.room_items import META, WHO_IS_THERE, room_key
from core.tables import ROOMS
from functions.rooms.life import Event, State, after, before, wrong_state
from functions.rooms.model import Room
from functions.rooms.records import (
    HOSTING,
    LIVE,
    STOA,
    Deed,
    Entry,
    account_key,
    entry_item,
    hint_item,
    index_key,
    room_from_item,
    room_item,
)

NEW_SCHEDULE = "schedule_version"
NOT_THE_HOSTS = (Deed.TAKEN_DOWN, Deed.CALLED_OFF)
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

    def open(self, room: Room, entry: Entry, *, allowed: int) -> None:
        """Write a new room, live or scheduled.

        Conflict `too_many_scheduled` if so many are allowed at a time, and there are.
        """
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
            add={"scheduled": {room.claim}},
            condition=scheduled.not_exists() | scheduled.size().lt(allowed),
        )
        try:
            self._transact([claim, *writes])
        except ConditionFailed as failed:
            detail = f"You have scheduled {allowed} rooms already."
            raise Conflict("too_many_scheduled", detail, allowed=allowed) from failed

    def start(self, room: Room, now: datetime, following: Room | None = None) -> Room:
        """The scheduled room is live, and the next of its series scheduled; `wrong_state`."""
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
                *passes_on(room, following, now),
            ]
        )
        return replace(
            room,
            state=State.LIVE,
            started_at=now,
            stage=frozenset({host_id}),
            revision=room.revision + 1,
        )

    def end(self, room: Room, now: datetime, *, taken_down: bool = False) -> Room:
        """The live room is over, and its stage empty; Conflict `wrong_state`.

        `taken_down`: it was not its host's doing.
        """
        changes: Changes = {
            "ended_at": to_rfc3339(now),
            "taken_down": taken_down,
            "listener_count": 0,
        }
        deed = Deed.TAKEN_DOWN if taken_down else Deed.ENDED
        self._change_state(self._happens(room, Event.END, deed, changes, now, remove=WHO_IS_THERE))
        for account_id in room.stage:
            self.forget_on_stage(account_id, room.room_id)
        return replace(
            room,
            state=State.ENDED,
            ended_at=now,
            taken_down=taken_down,
            listener_count=0,
            stage=frozenset(),
            away=frozenset(),
            revision=room.revision + 1,
        )

    def cancel(
        self,
        room: Room,
        now: datetime,
        following: Room | None = None,
        *,
        taken_down: bool = False,
    ) -> Room:
        """The scheduled room won't be, but the next of its series; Conflict `wrong_state`.

        `taken_down`: it was not its host's doing.
        """
        changes: Changes = {"ended_at": to_rfc3339(now), "taken_down": taken_down}
        deed = Deed.TAKEN_DOWN if taken_down else Deed.CANCELLED
        happens = self._happens(room, Event.CANCEL, deed, changes, now)
        self._change_state([*happens, *passes_on(room, following, now)])
        return replace(cancelled(room, now), taken_down=taken_down)

    def call_off(self, room: Room, now: datetime, following: Room | None = None) -> Room:
        """The scheduled room won't be, since its host did not come; Conflict `wrong_state`."""
        changes: Changes = {"ended_at": to_rfc3339(now)}
        overdue = self._overdue(now)
        happens = self._happens(room, Event.CANCEL, Deed.CALLED_OFF, changes, now, also=overdue)
        self._change_state([*happens, *passes_on(room, following, now)])
        return cancelled(room, now)

    def change(
        self, room_id: str, changes: Changes, entry: Entry, states: frozenset[State]
    ) -> Room:
        """Set these attributes while the room is in one of the states; Conflict `wrong_state`.

        Conflict `on_sale` if they say who may come in, and tickets say so already.
        """
        in_time: ConditionBase = Attr("state").is_in(sorted(states))
        update = Update(
            pk=room_key(room_id),
            sk=META,
            set=changes,
            add={"revision": 1} | ({NEW_SCHEDULE: 1} if "rescheduled_at" in changes else {}),
            condition=in_time & self._not_on_sale() if "access" in changes else in_time,
        )
        try:
            self._transact([update, Put(item=entry_item(room_id, entry))])
        except ConditionFailed as failed:
            if failed.found and State(failed.found["state"]) in states:
                detail = "Tickets are sold for this room: who has one may come in."
                raise Conflict("on_sale", detail) from failed
            raise state_refusal(failed) from failed
        return self.get(room_id)

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
        also: ConditionBase = present,
        remove: tuple[str, ...] = (),
    ) -> list[Write]:
        """The room's life goes on, and its log says so."""
        state = after(room.state, event)
        by = STOA.account_id if deed in NOT_THE_HOSTS else room.host.account_id
        entry = Entry.of(deed, by, now)
        update = Update(
            pk=room_key(room.room_id),
            sk=META,
            set={
                "state": str(state),
                "by_state_pk": str(state),
                "by_state_sk": index_key(now, room.room_id),
                **changes,
            },
            add={"revision": 1} | ({NEW_SCHEDULE: 1} if event is Event.CANCEL else {}),
            remove=remove,
            condition=self._may_happen(event) & also,
        )
        return [update, Put(item=entry_item(room.room_id, entry))]

    def _may_happen(self, event: Event) -> ConditionBase:
        """Of two who change the room's state at once, the second finds it changed."""
        return Attr("state").eq(before(event))

    def _overdue(self, now: datetime) -> ConditionBase:
        """A start that the host has moved at this moment lies ahead."""
        return Attr("starts_at").lte(to_rfc3339(now))

    def _not_on_sale(self) -> ConditionBase:
        """Of an offer and a change of access at once, the second finds the first."""
        return Attr("on_sale").not_exists()

    def _change_state(self, writes: list[Write]) -> None:
        try:
            self._transact(writes)
        except ConditionFailed as failed:
            raise state_refusal(failed) from failed

    def _transact(self, writes: list[Write]) -> None:
        self._database.transact(*((self._table, write) for write in writes))


def cancelled(room: Room, now: datetime) -> Room:
    """The room as it is once it won't be."""
    version = room.schedule_version + 1
    revision = room.revision + 1
    return replace(
        room, state=State.CANCELLED, ended_at=now, schedule_version=version, revision=revision
    )


def passes_on(room: Room, following: Room | None, now: datetime) -> list[Write]:
    """The next of the series takes the room's place; without one, the host may schedule another."""
    host_id = room.host.account_id
    if following is None:
        return [Update(pk=account_key(host_id), sk=HOSTING, take={"scheduled": {room.claim}})]
    opened = Entry.of(Deed.OPENED, host_id, now)
    return [
        Put(item=room_item(following), condition=absent),
        Put(item=entry_item(following.room_id, opened)),
    ]


def room_not_found() -> NotFound:
    """No such room, or none that the caller may know of."""
    return NotFound("room_not_found", "There is no such room.")


def state_refusal(failed: ConditionFailed) -> Conflict | NotFound:
    """Why a write about a room's state was not done."""
    return wrong_state(State(failed.found["state"])) if failed.found else room_not_found()
