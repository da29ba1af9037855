"""Raised hands, in their order."""

from datetime import datetime

from core.dynamo import (
    Attr,
    ConditionBase,
    ConditionFailed,
    Database,
    Delete,
    Put,
    Update,
    Write,
)
from core.ids import new_id
from core.people import Hand
from core.roles import Role
from core.room_items import Member, member_key, room_key
from core.tables import ROOMS
from functions.rooms.member_store import MemberChanged, MemberStore, unchanged
from functions.rooms.model import MAX_HANDS
from functions.rooms.people import hand_of
from functions.rooms.records import hand_key


class AudienceStore:
    """The hands in the rooms table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(ROOMS)
        self._members = MemberStore(database)

    def raise_hand(self, room_id: str, member: Member, now: datetime) -> None:
        """The listener's hand goes up, last in the queue. MemberChanged if it is up already."""
        hand_id = new_id("hand", now)
        pk = room_key(room_id)
        hand = {"pk": pk, "sk": hand_key(hand_id), "account_id": member.account_id}
        raised = Update(
            pk=pk,
            sk=member_key(member.account_id),
            set={"hand": hand_id},
            condition=self._may_raise(member),
        )
        self._transact([raised, Put(item=hand)])

    def lower_hand(self, room_id: str, member: Member) -> None:
        """The member's hand, which is up, goes down. MemberChanged if it is not that hand."""
        pk, hand_id = room_key(room_id), str(member.hand)
        lowered = Update(
            pk=pk,
            sk=member_key(member.account_id),
            remove=["hand"],
            condition=Attr("hand").eq(hand_id),
        )
        self._transact([lowered, Delete(pk=pk, sk=hand_key(hand_id))])

    def hands(self, room_id: str) -> list[Hand]:
        """The queue, at most 100.

        A worker that finds a member gone knows nothing of hands: such a hand is taken down here.
        """
        items = self._table.query(room_key(room_id), begins="hand#", limit=MAX_HANDS).items
        members = {
            member.hand: member
            for member in self._members.find(room_id, (item["account_id"] for item in items))
        }
        queue: list[Member] = []
        for item in items:
            if member := members.get(item["sk"].removeprefix("hand#")):
                queue.append(member)
            else:
                self._table.write(Delete(pk=item["pk"], sk=item["sk"]))
        return [hand_of(member, place) for place, member in enumerate(queue, 1)]

    def _may_raise(self, member: Member) -> ConditionBase:
        """A listener whose hand is down: of two tries at once, one finds it up."""
        return unchanged(member) & Attr("role").eq(Role.LISTENER)

    def _transact(self, writes: list[Write]) -> None:
        try:
            self._database.transact(*((self._table, write) for write in writes))
        except ConditionFailed as failed:
            raise MemberChanged from failed
