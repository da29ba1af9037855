"""What the doors have written about a room and its members, made true in the room.

Most of it stands in their commands; what a command only names is read in the database.
"""

from datetime import datetime
from typing import Protocol

from core import messages
from core.dynamo import Item
from core.roles import Role
from media_workers.channel import events
from media_workers.channel.events import Ended
from media_workers.rooms.doorkeeper import Doorkeeper
from media_workers.rooms.gear import Gear
from media_workers.rooms.members import Members, subject
from media_workers.rooms.notices import Notices
from media_workers.rooms.slumber import Slumber


class Room(Protocol):
    """The room that is changed. `now`: of its last slot."""

    now: float
    slumber: Slumber

    def ended(self, *, taken_down: bool = False) -> None:
        """It is over, for everybody. `taken_down`: by a moderator."""

    def changed(self, room: Item) -> None:
        """It goes on, and this is its item now."""


class Changes:
    """Changes of one room and of its members."""

    def __init__(
        self,
        room: Room,
        room_id: str,
        *,
        members: Members,
        notices: Notices,
        doorkeeper: Doorkeeper,
        gear: Gear,
    ) -> None:
        self._room = room
        self._room_id = room_id
        self._members = members
        self._notices = notices
        self._doorkeeper = doorkeeper
        self._gear = gear

    def apply(self, command: messages.Command, sent_at: datetime) -> None:
        """Make a command true. One that is old news changes nothing."""
        account_id = subject(command)
        if account_id is not None:
            self._apply_to(account_id, command, sent_at)
        elif isinstance(command, messages.Reacted):
            self._notices.reacted(command.account_id, command.emoji, self._room.now)
        elif isinstance(command, messages.CaptionWritten):
            self._notices.caption(command.line)
        elif isinstance(command, messages.CaptionCorrected):
            self._notices.tell(events.caption_corrected(command.line))
        elif isinstance(command, messages.RoomChanged):
            self._gear.crew.spawn(self._read_room(), "read room")
        elif isinstance(command, messages.RoomEnded):
            self._room.ended(taken_down=command.taken_down)

    async def look_up(self, account_id: str) -> None:
        """Read about a member whom no command has told of yet. Raises what the cloud raises."""
        roster = self._gear.roster
        member = await self._gear.cloud.call(roster.member, self._room_id, account_id)
        if member is not None:
            self._notices.tell_of(member, self._members.add(member))
            self._doorkeeper.expect(account_id, self._room.now)
            self._room.slumber.cut_short()

    def _apply_to(self, account_id: str, command: messages.Command, sent_at: datetime) -> None:
        now = self._room.now
        before = self._members.get(account_id)
        event = self._members.apply(command, sent_at)
        member = self._members.get(account_id)
        self._notices.tell_of(member or before, event)
        self._doorkeeper.settle_voice(account_id, now)
        if member is None:
            self._doorkeeper.expect_no_more(account_id)
        if isinstance(command, messages.MemberJoined):
            self._doorkeeper.expect(account_id, now)
        elif isinstance(command, messages.RoleChanged):
            if before is None:
                # Overtook the news of his arrival, or comes after he left: the roster knows.
                self._gear.crew.spawn(self.look_up(account_id), "look up")
            elif Role.COHOST in (before.role, command.member.role):
                # The room's item names its co-hosts, those who are away too.
                self._gear.crew.spawn(self._read_room(), "read room")
        elif isinstance(command, messages.Removed):
            self._doorkeeper.end_for(account_id, Ended.REMOVED, now)
        elif isinstance(command, messages.TicketLost) and member is None:
            self._doorkeeper.end_for(account_id, Ended.TICKET_LOST, now)
        elif isinstance(command, messages.Blocked) and member is None:
            self._doorkeeper.end_for(account_id, Ended.BLOCKED, now)
        elif isinstance(command, messages.MemberLeft) and member is None:
            self._doorkeeper.hang_up(account_id)

    async def _read_room(self) -> None:
        room = await self._gear.cloud.persist(self._gear.roster.room, self._room_id)
        if room is None or room["state"] != "live":
            self._room.ended()
        else:
            self._room.changed(room)
