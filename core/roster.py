"""What the worker that runs a room reads and writes about it, each write under its lease.

A write that finds the lease in other hands raises `LeaseLost`: the room is no longer this worker's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import Attr, Check, ConditionFailed, Database, Delete, Item, Table, Update
from core.placement import Lease
from core.roles import Role
from core.room_items import META, WHO_IS_THERE, Member, member_key, room_key
from core.tables import ROOMS

MAX_MEMBERS = 20_000


class LeaseLost(Exception):
    """Another worker runs the room now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSheet:
    """A room as its worker needs it: the item, its members, who is barred."""

    room: Item
    members: list[Member]
    barred: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """How many are in a room, as its item tells others.

    `away`: those of the host and the co-hosts who are not there. `empty_since`: when the last one
    went, None while anybody is there. All listeners together listened for `listened_s` seconds.
    """

    listeners: int
    away: frozenset[str]
    empty_since: datetime | None
    listened_s: int

    @classmethod
    def of(cls, room: Item) -> Self:
        """What is written."""
        empty_since = room.get("empty_since")
        return cls(
            listeners=room.get("listener_count", 0),
            away=frozenset(room.get("away", ())),
            empty_since=from_rfc3339(empty_since) if empty_since else None,
            listened_s=room.get("listened_s", 0),
        )


class Roster:
    """The rooms table from the worker's side."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rooms: Table = database.table(ROOMS)

    def room(self, room_id: str) -> Item | None:
        """The room's own item."""
        return self._rooms.get(room_key(room_id), META)

    def member(self, room_id: str, account_id: str) -> Member | None:
        """One member, or None if the account is not in the room."""
        item = self._rooms.get(room_key(room_id), member_key(account_id))
        return Member.from_item(item) if item else None

    def load(self, lease: Lease) -> RoomSheet:
        """Everything about the room that is written; LeaseLost if it is another's."""
        room = self.room(lease.room_id)
        if room is None or (room.get("lease_worker"), room.get("lease_term")) != (
            lease.worker_id,
            lease.term,
        ):
            raise LeaseLost
        members = [Member.from_item(item) for item in self._all(lease.room_id, "member#")]
        barred = frozenset(item["account_id"] for item in self._all(lease.room_id, "bar#"))
        return RoomSheet(room=room, members=members, barred=barred)

    def connected(self, lease: Lease, account_id: str, peer_id: str) -> bool:
        """The member is heard and hears through this peer; False if it is no member any more."""
        try:
            self._database.transact(
                (self._rooms, self._check(lease)),
                (
                    self._rooms,
                    Update(
                        pk=room_key(lease.room_id),
                        sk=member_key(account_id),
                        set={"peer_id": peer_id},
                        condition=Attr("pk").exists(),
                    ),
                ),
            )
        except ConditionFailed as failed:
            if failed.index == 0:
                raise LeaseLost from failed
            return False
        return True

    def lost(self, lease: Lease, member: Member) -> bool:
        """The member's connection is gone for good: off the roster, and off the stage.

        False if the member has come back through another peer, or has left already.
        """
        try:
            self._database.transact(
                (self._rooms, self._leave_stage(lease, member)),
                (
                    self._rooms,
                    Delete(
                        pk=room_key(lease.room_id),
                        sk=member_key(member.account_id),
                        condition=Attr("peer_id").eq(member.peer_id)
                        if member.peer_id
                        else Attr("pk").exists() & Attr("peer_id").not_exists(),
                    ),
                ),
            )
        except ConditionFailed as failed:
            if failed.index == 0:
                raise LeaseLost from failed
            return False
        return True

    def counted(self, lease: Lease, count: Headcount) -> None:
        """How many are there now."""
        empty_since = to_rfc3339(count.empty_since) if count.empty_since else None
        changing = {"away": set(count.away) or None, "empty_since": empty_since}
        always = {"listener_count": count.listeners, "listened_s": count.listened_s}
        self._update_room(lease, always | changing)

    def abandoned(self, lease: Lease, now: datetime) -> None:
        """Nobody has been in the room for so long that it is over; the lease is handed back."""
        ended = {"state": "ended", "ended_at": to_rfc3339(now), "listener_count": 0}
        index = {"by_state_pk": "ended", "by_state_sk": f"{to_rfc3339(now)}#{lease.room_id}"}
        gone = dict.fromkeys((*WHO_IS_THERE, "lease_worker"))
        self._update_room(lease, ended | index | gone)

    def _update_room(self, lease: Lease, values: Item) -> None:
        """Set what has a value, and take off what has none."""
        update = Update(
            pk=room_key(lease.room_id),
            sk=META,
            set={name: value for name, value in values.items() if value is not None},
            remove=[name for name, value in values.items() if value is None],
            condition=lease.held,
        )
        try:
            self._rooms.write(update)
        except ConditionFailed as failed:
            raise LeaseLost from failed

    def _check(self, lease: Lease) -> Check:
        return Check(pk=room_key(lease.room_id), sk=META, condition=lease.held)

    def _leave_stage(self, lease: Lease, member: Member) -> Check | Update:
        """A speaker's place becomes free; the host's and co-hosts' are kept for them."""
        if member.role is not Role.SPEAKER:
            return self._check(lease)
        return Update(
            pk=room_key(lease.room_id),
            sk=META,
            take={"stage": {member.account_id}},
            condition=lease.held,
        )

    def _all(self, room_id: str, begins: str) -> list[Item]:
        items: list[Item] = []
        for page in self._rooms.pages(room_key(room_id), begins=begins, limit=1000):
            items += page.items
            if len(items) >= MAX_MEMBERS:
                break
        return items
