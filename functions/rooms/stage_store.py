"""Who is on stage and who is heard, and who is kept out.

A change of role is one transaction over the member's item and the room's sets `stage` and
`cohosts`: the sets' sizes are its condition, so there are never fourteen people on stage.
"""

from dataclasses import replace

from core.dynamo import (
    Attr,
    Check,
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
from core.errors import Conflict
from core.roles import Role
from core.room_items import META, Member, member_key, room_key
from core.tables import ROOMS
from functions.rooms.life import State, not_live
from functions.rooms.member_store import MemberChanged, leaving, unchanged
from functions.rooms.model import MAX_COHOSTS, MAX_STAGE
from functions.rooms.people import person_of
from functions.rooms.records import (
    Entry,
    arrival_map,
    bar_key,
    entry_item,
    hand_key,
    hint_item,
)


class StageStore:
    """Roles, mutes and bars. Each method raises MemberChanged if the member was read too early."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table(ROOMS)

    def change_role(self, room_id: str, member: Member, role: Role, entry: Entry) -> Member:
        """The member with another role; going up lowers the hand.

        Conflict `stage_full`, `cohosts_full`, `not_live`.
        """
        pk, account_id = room_key(room_id), member.account_id
        hand = None if role.on_stage else member.hand
        changed = replace(member, role=role, hand=hand, revision=member.revision + 1)
        writes: list[Write] = [
            Update(
                pk=pk,
                sk=member_key(account_id),
                set={"role": str(role), "revision": changed.revision},
                remove=[] if hand else ["hand"],
                condition=unchanged(member),
            ),
            self._seat(room_id, member, role, entry),
            Put(item=entry_item(room_id, entry)),
        ]
        if member.hand and not hand:
            writes.append(Delete(pk=pk, sk=hand_key(member.hand)))
        if role.on_stage:
            writes.append(Put(item=hint_item(account_id, room_id)))
        self._transact(writes, role)
        return changed

    def dismiss_absent(self, room_id: str, account_id: str, entry: Entry) -> None:
        """A co-host who is away won't return as one."""
        writes: list[Write] = [
            Check(pk=room_key(room_id), sk=member_key(account_id), condition=absent),
            unseat(room_id, account_id, cohost=True),
            Put(item=entry_item(room_id, entry)),
        ]
        self._transact(writes)

    def mute(self, room_id: str, member: Member, entry: Entry | None, *, muted: bool) -> Member:
        """The member, muted or not."""
        changed = replace(member, muted=muted, revision=member.revision + 1)
        update = Update(
            pk=room_key(room_id),
            sk=member_key(member.account_id),
            set={"muted": muted, "revision": changed.revision},
            condition=unchanged(member),
        )
        log = [Put(item=entry_item(room_id, entry))] if entry else []
        self._transact([update, *log])
        return changed

    def remove(
        self,
        room_id: str,
        account_id: str,
        role: Role,
        member: Member | None,
        entry: Entry,
        *,
        for_good: bool,
    ) -> None:
        """Out of the room and off the stage; `for_good`: and kept out.

        `member` is None for who is away.
        """
        pk = room_key(room_id)
        there: list[Write] = (
            leaving(room_id, member)
            if member
            else [Check(pk=pk, sk=member_key(account_id), condition=absent)]
        )
        bar = Put(item={"pk": pk, "sk": bar_key(account_id), "account_id": account_id})
        writes = [*there, *([bar] if for_good else []), Put(item=entry_item(room_id, entry))]
        if role.on_stage:
            writes.append(unseat(room_id, account_id, cohost=role is Role.COHOST))
        self._transact(writes)

    def _seat(self, room_id: str, member: Member, role: Role, entry: Entry) -> Update:
        """The room's side of a change of role."""
        account_id, was = member.account_id, member.role
        condition: ConditionBase = Attr("state").eq(State.LIVE)
        set_: dict[str | tuple[str, ...], object] = {}
        add: dict[str, object] = {}
        take: dict[str, object] = {}
        remove: list[str | tuple[str, ...]] = []
        if role.on_stage and not was.on_stage:
            add |= {"stage": {account_id}, "listener_count": -1}
            set_ |= {"last_arrival": arrival_map(entry)}
            condition &= self._seat_is_free()
        if was.on_stage and not role.on_stage:
            add |= {"listener_count": 1}
            take |= {"stage": {account_id}}
        if role is Role.COHOST:
            add |= {"cohosts": {account_id}}
            set_ |= {("cohost_people", account_id): person_of(member).model_dump()}
            condition &= self._cohost_is_free()
        if was is Role.COHOST:
            take |= {"cohosts": {account_id}}
            remove += [("cohost_people", account_id)]
        return Update(
            pk=room_key(room_id),
            sk=META,
            set=set_,
            add=add,
            take=take,
            remove=remove,
            condition=condition,
        )

    def _seat_is_free(self) -> ConditionBase:
        return Attr("stage").not_exists() | Attr("stage").size().lt(MAX_STAGE)

    def _cohost_is_free(self) -> ConditionBase:
        return Attr("cohosts").not_exists() | Attr("cohosts").size().lt(MAX_COHOSTS)

    def _transact(self, writes: list[Write], role: Role | None = None) -> None:
        try:
            self._database.transact(*((self._table, write) for write in writes))
        except ConditionFailed as failed:
            if failed.index == 1 and role and failed.found:
                raise seat_refusal(failed.found, role) from failed
            raise MemberChanged from failed


def unseat(room_id: str, account_id: str, *, cohost: bool) -> Update:
    """Off the stage, whatever the room's state."""
    return Update(
        pk=room_key(room_id),
        sk=META,
        take={"stage": {account_id}} | ({"cohosts": {account_id}} if cohost else {}),
        remove=[("cohost_people", account_id)] if cohost else [],
        condition=present,
    )


def seat_refusal(room: dict[str, object], role: Role) -> Conflict:
    """Why there is no seat in the room that was found."""
    state = State(str(room["state"]))
    if state is not State.LIVE:
        return not_live(state)
    cohosts = room.get("cohosts", ())
    if role is Role.COHOST and isinstance(cohosts, set) and len(cohosts) >= MAX_COHOSTS:
        detail = f"A room has {MAX_COHOSTS} co-hosts at most."
        return Conflict("cohosts_full", detail, allowed=MAX_COHOSTS)
    return Conflict("stage_full", f"{MAX_STAGE} people are on stage already.", allowed=MAX_STAGE)
