"""Who is in a room: coming in, leaving, being found. Layout: see core/room_items and `records`."""

from collections.abc import Iterable
from dataclasses import dataclass

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from core.dynamo import (
    Attr,
    Check,
    ConditionBase,
    ConditionFailed,
    Database,
    Delete,
    Put,
    Table,
    Update,
    Write,
    absent,
    present,
)
from core.errors import NotFound, Unavailable
from core.roles import Role
from core.room_items import META, Member, member_key, room_key
from core.tables import ROOMS
from functions.rooms.life import State
from functions.rooms.model import Room
from functions.rooms.permissions import BARRED
from functions.rooms.records import bar_key, hand_key, room_from_item
from functions.rooms.store import room_not_found

BATCH = 100

Proof = tuple[Table, Check]
"""What else must hold at the moment of a write, as another table has it."""


class MemberChanged(Unavailable):
    """A member is not as they were read: look again and decide anew."""

    def __init__(self) -> None:
        super().__init__("busy", "This member is changing too fast; try again.", retry_after=1)


again = retry(
    retry=retry_if_exception_type(MemberChanged),
    wait=wait_random_exponential(multiplier=0.01, max=0.2),
    stop=stop_after_attempt(8),
    reraise=True,
)
"""Makes an action look again and decide anew when the member was read too early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A room and two accounts in it, read together: the one who acts, and the other, if any."""

    room: Room
    member: Member | None
    barred: bool
    other: Member | None
    other_barred: bool

    def require_member(self) -> Member:
        """The one who acts; NotFound `member_not_found` if they are away."""
        if self.member is None:
            raise member_not_found()
        return self.member

    def require_other(self) -> Member:
        """The other; NotFound `member_not_found` if they are away."""
        if self.other is None:
            raise member_not_found()
        return self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """A page of members; `next` is the cursor of the following one."""

    members: list[Member]
    next: str | None


class MemberStore:
    """The members of rooms."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(ROOMS)

    def look(self, room_id: str, account_id: str | None, other_id: str | None = None) -> Sight:
        """The room with these accounts in it; NotFound `room_not_found`."""
        pk = room_key(room_id)
        accounts = [each for each in (account_id, other_id) if each]
        keys = [META, *map(member_key, accounts), *map(bar_key, accounts)]
        items = {item["sk"]: item for item in self._table.get_many((pk, sk) for sk in keys)}
        if META not in items:
            raise room_not_found()
        members = {
            each: Member.from_item(items[member_key(each)])
            for each in accounts
            if member_key(each) in items
        }
        barred = {each for each in accounts if bar_key(each) in items}
        return Sight(
            room=room_from_item(items[META]),
            member=members.get(account_id or ""),
            barred=account_id in barred,
            other=members.get(other_id or ""),
            other_barred=other_id in barred,
        )

    def enter(self, room_id: str, member: Member, *proofs: Proof) -> tuple[Member, bool]:
        """The member as they are in the room now, and whether they have just come in.

        Who is in already keeps role, mute and hand. NotAllowed `removed`; MemberChanged if a proof
        does not hold.
        """
        try:
            self._transact(self._coming_in(room_id, member), *proofs)
        except ConditionFailed as failed:
            if failed.index == 0 and failed.found:
                return Member.from_item(failed.found), False
            if failed.index == 1:
                raise BARRED.refusal() from failed
            raise MemberChanged from failed
        return member, True

    def leave(self, room_id: str, member: Member, *proofs: Proof) -> None:
        """Off the roster; a speaker's seat becomes free.

        MemberChanged if read too early, or if a proof does not hold.
        """
        writes = leaving(room_id, member)
        if member.role is Role.SPEAKER:
            taken = {"stage": {member.account_id}}
            writes.append(Update(pk=room_key(room_id), sk=META, take=taken, condition=present))
        try:
            self._transact(writes, *proofs)
        except ConditionFailed as failed:
            raise MemberChanged from failed

    def count_listeners(self, room_id: str, by: int) -> bool:
        """So many more, or fewer, listen; False if the room is not live: nobody does.

        Each who comes in is a visit. The worker that runs the room knows the truth.
        """
        add = {"listener_count": by} | ({"visits": by} if by > 0 else {})
        counted = Update(pk=room_key(room_id), sk=META, add=add, condition=self._is_live())
        try:
            self._table.write(counted)
        except ConditionFailed:
            return False
        return True

    def page(self, room_id: str, role: Role | None, limit: int, cursor: str | None) -> MemberPage:
        """Members, of one role or of all."""
        page = self._table.query(
            room_key(room_id),
            begins="member#",
            where=Attr("role").eq(role) if role else None,
            limit=limit,
            cursor=cursor,
        )
        return MemberPage(members=[Member.from_item(item) for item in page.items], next=page.next)

    def find(self, room_id: str, account_ids: Iterable[str]) -> list[Member]:
        """Those of the accounts that are in the room."""
        items = self._table.get_many((room_key(room_id), member_key(each)) for each in account_ids)
        return [Member.from_item(item) for item in items]

    def clear(self, room_id: str) -> None:
        """Nobody is in the room any more, and no hand is up."""
        for begins in ("member#", "hand#"):
            while items := self._table.query(room_key(room_id), begins=begins, limit=BATCH).items:
                self._transact([Delete(pk=item["pk"], sk=item["sk"]) for item in items])

    def _coming_in(self, room_id: str, member: Member) -> list[Write]:
        """Nobody who is removed at this moment slips in, and no co-host who is dismissed."""
        pk = room_key(room_id)
        writes: list[Write] = [
            Put(item=member.to_item(room_id), condition=absent),
            Check(pk=pk, sk=bar_key(member.account_id), condition=self._not_barred()),
        ]
        if member.role is Role.COHOST:
            still = Attr("cohosts").contains(member.account_id)
            writes.append(Check(pk=pk, sk=META, condition=still))
        return writes

    def _not_barred(self) -> ConditionBase:
        return absent

    def _is_live(self) -> ConditionBase:
        """Of an end and somebody who comes in at once, the second finds the first."""
        return Attr("state").eq(State.LIVE)

    def _transact(self, writes: list[Write], *proofs: Proof) -> None:
        self._database.transact(*((self._table, write) for write in writes), *proofs)


def member_not_found() -> NotFound:
    """No such member, or not any more."""
    return NotFound("member_not_found", "There is nobody of that id in the room.")


def unchanged(member: Member) -> ConditionBase:
    """The member's role, mute and hand are as they were read."""
    hand = Attr("hand")
    same_hand = hand.eq(member.hand) if member.hand else hand.not_exists()
    return Attr("revision").eq(member.revision) & same_hand


def leaving(room_id: str, member: Member) -> list[Write]:
    """The member's item goes, and their hand with it."""
    pk = room_key(room_id)
    gone = Delete(pk=pk, sk=member_key(member.account_id), condition=unchanged(member))
    return [gone, *([Delete(pk=pk, sk=hand_key(member.hand))] if member.hand else [])]
