"""Keeps the roster in the database true to one room: who is connected, lost, or listening.

It compares what is with what is written and writes the difference, one member at a time and for
ever until the cloud answers; meanwhile the room goes on. What is to be written is decided when its
turn comes, so a cloud that was away for long is told how things are and not how they were.
"""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from core.placement import Lease
from core.room_items import Member
from core.roster import Headcount, LeaseLost, Roster
from media_workers.process.cloud import Cloud
from media_workers.process.crew import Crew


class Room(Protocol):
    """The room as it is."""

    def connected_peer(self, account_id: str) -> str | None:
        """The peer that the member is connected by."""

    def member(self, account_id: str) -> Member | None:
        """The member; his `peer_id` is what is written."""

    def recorded(self, account_id: str, peer_id: str) -> None:
        """The roster names this peer now."""

    def disowned(self, account_id: str) -> None:
        """The roster has no such member: he must join again."""

    def lease_lost(self) -> None:
        """Another worker runs the room."""


class Records:
    """Writes of one room under its lease."""

    def __init__(
        self, lease: Lease, roster: Roster, room: Room, *, cloud: Cloud, crew: Crew
    ) -> None:
        self._lease = lease
        self._roster = roster
        self._room = room
        self._cloud = cloud
        self._crew = crew
        self._lost: dict[str, Member] = {}
        self._writing: set[str] = set()
        self._again: set[str] = set()
        self._counting = False
        self._headcount: Headcount | None = None

    def connected(self, account_id: str) -> None:
        """The member has a peer, or another one than before."""
        self._settle(account_id)

    def lost(self, member: Member) -> None:
        """The member is gone without having left by the door."""
        self._lost[member.account_id] = member
        self._settle(member.account_id)

    def counted(self, count: Headcount) -> None:
        """So many are there now; of several counts the newest is written."""
        self._headcount = count
        if not self._counting:
            self._counting = True
            self._crew.spawn(self._count(), f"count {self._lease.room_id}")

    def abandoned(self, now: datetime) -> None:
        """The room is over, since nobody has been in it, and with it the lease."""
        self._crew.spawn(self._abandon(now), f"abandon {self._lease.room_id}")

    def _settle(self, account_id: str) -> None:
        # One writer a member: two could reach the database in the wrong order.
        if account_id in self._writing:
            self._again.add(account_id)
            return
        self._writing.add(account_id)
        self._crew.spawn(self._write(account_id), f"settle {self._lease.room_id}")

    async def _write(self, account_id: str) -> None:
        try:
            while True:
                self._again.discard(account_id)
                await self._write_once(account_id)
                if account_id not in self._again:
                    break
        except LeaseLost:
            self._room.lease_lost()
        finally:
            self._writing.discard(account_id)

    async def _write_once(self, account_id: str) -> None:
        if member := self._lost.pop(account_id, None):
            await self._cloud.persist(self._roster.lost, self._lease, member)
        member = self._room.member(account_id)
        peer_id = self._room.connected_peer(account_id)
        if member is None or peer_id is None or peer_id == member.peer_id:
            return
        if await self._cloud.persist(self._roster.connected, self._lease, account_id, peer_id):
            self._room.recorded(account_id, peer_id)
            # Lost while this was under way: he is to be lost as what has just been written.
            if gone := self._lost.get(account_id):
                self._lost[account_id] = replace(gone, peer_id=peer_id)
        else:
            self._room.disowned(account_id)

    async def _count(self) -> None:
        try:
            while (count := self._headcount) is not None:
                self._headcount = None
                await self._cloud.persist(self._roster.counted, self._lease, count)
        except LeaseLost:
            self._room.lease_lost()
        finally:
            self._counting = False

    async def _abandon(self, now: datetime) -> None:
        try:
            await self._cloud.persist(self._roster.abandoned, self._lease, now)
        except LeaseLost:
            self._room.lease_lost()
