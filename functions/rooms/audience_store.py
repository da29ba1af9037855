"""What members send from their seats: raised hands, reactions as far as rates go, reports."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

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
)
from core.errors import TooMany
from core.ids import new_id
from core.messages import Hand
from core.roles import Role
from core.room_items import Member, member_key, room_key
from core.tables import ROOMS
from functions.rooms.member_store import MemberChanged, MemberStore, unchanged
from functions.rooms.model import MAX_HANDS, Report
from functions.rooms.people import hand_of
from functions.rooms.rates import Rate
from functions.rooms.records import hand_key

MILLISECOND = timedelta(milliseconds=1)


class AudienceStore:
    """Hands in their order, rates, reports."""

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

    def report(self, room_id: str, report: Report) -> None:
        """Keep what someone reported."""
        item = asdict(report) | {
            "pk": room_key(room_id),
            "sk": f"report#{report.report_id}",
            "at": to_rfc3339(report.at),
            "reason": str(report.reason),
        }
        self._table.write(Put(item={k: v for k, v in item.items() if v is not None}))

    def spend(self, room_id: str, account_id: str, rate: Rate, now: datetime) -> None:
        """One act more of a limited kind; TooMany `too_many` if that is too fast.

        The first write is for a full bucket, the second for one in use; in a race each act finds
        what the one before it has left.
        """
        pk, sk = room_key(room_id), f"rate#{rate.name}#{account_id}"
        step, present_time, latest = rate.interval // MILLISECOND, ms(now), ms(rate.latest(now))
        full_at = Attr("full_at")
        expires_at = int((now + rate.window).timestamp()) + 1
        full = Update(
            pk=pk,
            sk=sk,
            set={"full_at": present_time + step, "expires_at": expires_at},
            condition=full_at.not_exists() | full_at.lte(present_time),
        )
        in_use = Update(
            pk=pk,
            sk=sk,
            set={"expires_at": expires_at},
            add={"full_at": step},
            condition=full_at.lte(latest),
        )
        try:
            self._table.write(full)
        except ConditionFailed:
            try:
                self._table.write(in_use)
            except ConditionFailed as failed:
                found = failed.found or {"full_at": latest}
                wait = rate.retry_after(datetime.fromtimestamp(found["full_at"] / 1000, UTC), now)
                raise TooMany("too_many", "Slow down a little.", retry_after=wait) from failed

    def _may_raise(self, member: Member) -> ConditionBase:
        """A listener whose hand is down: of two tries at once, one finds it up."""
        return unchanged(member) & Attr("role").eq(Role.LISTENER)

    def _transact(self, writes: list[Write]) -> None:
        try:
            self._database.transact(*((self._table, write) for write in writes))
        except ConditionFailed as failed:
            raise MemberChanged from failed


def ms(time: datetime) -> int:
    """Milliseconds since 1970."""
    return int(time.timestamp() * 1000)
