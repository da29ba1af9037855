"""Who is on stage, who is heard, who has to go."""

import logging
from datetime import datetime

from core.errors import Conflict, NotAllowed
from core.ids import is_guest
from core.messages import Blocked, Command, HandLowered, Muted, Removed, RoleChanged
from core.people import MemberView
from core.roles import Role
from core.room_items import Member
from functions.accounts import actions as accounts
from functions.rooms.approach import approach, look, permit_live
from functions.rooms.life import State
from functions.rooms.member_store import Sight, again, member_not_found
from functions.rooms.model import WhoMaySpeak
from functions.rooms.parts import Parts
from functions.rooms.people import view_of
from functions.rooms.permissions import DOWN, Act
from functions.rooms.records import Deed, Entry
from functions.rooms.roles import moving, muting, removing
from functions.shared.callers import Caller

DEEDS: dict[Act, Deed] = {
    Act.TAKE_STAGE: Deed.TOOK_STAGE,
    Act.STEP_DOWN: Deed.STEPPED_DOWN,
    Act.INVITE_UP: Deed.INVITED_UP,
    Act.MOVE_DOWN: Deed.MOVED_DOWN,
}

log = logging.getLogger(__name__)


@again
def change_role(
    parts: Parts, caller: Caller, room_id: str, now: datetime, *, account_id: str, role: Role
) -> MemberView:
    """The member, with this role. A co-host who is dismissed while away returns as a listener.

    Conflict `stage_full`, `cohosts_full`, `guest_listens`; NotAllowed `not_invited`.
    """
    sight = look(parts, room_id, caller, account_id)
    was = role_of_other(sight, account_id)
    act = moving(was, role, oneself=account_id == caller.account_id)
    permit_live(parts, act, sight, caller)
    entry = Entry.of(deed_of(act, role), caller.account_id, now, account_id)
    if sight.other is None and was is Role.COHOST and role is not Role.COHOST:
        parts.stage.dismiss_absent(room_id, account_id, entry)
        parts.rooms.forget_on_stage(account_id, room_id)
        away = next(each for each in sight.room.cohosts if each.account_id == account_id)
        return MemberView(**away.model_dump(), role=Role.LISTENER, muted=False, hand=False)
    member = sight.require_other()
    if role.on_stage and is_guest(account_id):
        raise Conflict("guest_listens", "Guests listen. To speak, they sign in first.")
    if act is Act.TAKE_STAGE and was is Role.LISTENER:
        require_invitation(parts, sight, caller)
    changed = member
    if was is not role:
        changed = parts.stage.change_role(room_id, member, role, entry)
    if not role.on_stage:
        parts.rooms.forget_on_stage(account_id, room_id)
    commands: list[Command] = [
        RoleChanged(
            room_id=room_id,
            member=view_of(changed),
            revision=changed.revision,
            by=caller.account_id,
        )
    ]
    if member.hand and not changed.hand:
        commands.append(HandLowered(room_id=room_id, account_id=account_id))
    parts.commands.tell(room_id, now, *commands)
    log.info("member.role_changed", extra={"room_id": room_id, "role": str(role)})
    return view_of(changed)


def deed_of(act: Act, role: Role) -> Deed:
    """What the log says of a change of role."""
    if act is Act.APPOINT_COHOST:
        return Deed.NAMED_COHOST if role is Role.COHOST else Deed.DISMISSED_COHOST
    return DEEDS[act]


def require_invitation(parts: Parts, sight: Sight, caller: Caller) -> None:
    """Nothing, if listeners of this kind may go on stage by themselves."""
    room = sight.room
    if room.who_may_speak is WhoMaySpeak.EVERYONE:
        return
    if room.who_may_speak is WhoMaySpeak.FOLLOWED and accounts.follows(
        parts.accounts, room.host.account_id, caller.account_id
    ):
        return
    raise NotAllowed("not_invited", "Raise your hand; the host may invite you up.")


@again
def mute(
    parts: Parts, caller: Caller, room_id: str, now: datetime, *, account_id: str, muted: bool
) -> Member:
    """The member, muted or not; Conflict `not_on_stage`."""
    sight = look(parts, room_id, caller, account_id)
    oneself = account_id == caller.account_id
    act = muting(role_of_other(sight, account_id), muted=muted, oneself=oneself)
    permit_live(parts, act, sight, caller)
    member = sight.require_other()
    if not member.role.on_stage:
        raise DOWN.refusal()
    entry = None if oneself else Entry.of(Deed.MUTED, caller.account_id, now, account_id)
    if member.muted is not muted:
        member = parts.stage.mute(room_id, member, entry, muted=muted)
    parts.commands.tell(room_id, now, muting_command(room_id, member, caller))
    return member


def mute_all(parts: Parts, caller: Caller, room_id: str, now: datetime) -> None:
    """Everybody on stage is muted, but for the host and whoever asks for it."""
    sight = approach(parts, Act.MUTE_ALL, room_id, caller, live=True)
    spared = {sight.room.host.account_id, caller.account_id}
    silenced = [mute_again(parts, room_id, each) for each in sorted(sight.room.stage - spared)]
    entry = Entry.of(Deed.MUTED_ALL, caller.account_id, now)
    parts.rooms.write_log(room_id, entry)
    commands = [muting_command(room_id, member, caller) for member in silenced if member]
    parts.commands.tell(room_id, now, *commands)


@again
def mute_again(parts: Parts, room_id: str, account_id: str) -> Member | None:
    """The member on stage, muted now; None if they are away or not on stage any more."""
    found = parts.members.find(room_id, [account_id])
    if not found or not found[0].role.on_stage:
        return None
    return found[0] if found[0].muted else parts.stage.mute(room_id, found[0], None, muted=True)


def muting_command(room_id: str, member: Member, caller: Caller) -> Muted:
    """Tells the worker whether the member is heard."""
    return Muted(
        room_id=room_id,
        account_id=member.account_id,
        muted=member.muted,
        revision=member.revision,
        by=caller.account_id,
    )


@again
def remove(parts: Parts, caller: Caller, room_id: str, now: datetime, *, account_id: str) -> None:
    """Out of the room, and kept out of it; again, it only tells the worker again."""
    sight = look(parts, room_id, caller, account_id)
    role = role_of_other(sight, account_id)
    act = removing(role, oneself=account_id == caller.account_id)
    permit_live(parts, act, sight, caller)
    if not sight.other_barred:
        if sight.other is None and role is not Role.COHOST:
            raise member_not_found()
        put_out(parts, sight, account_id, now, by=caller.account_id, for_good=True)
    removed = Removed(room_id=room_id, account_id=account_id, by=caller.account_id)
    parts.commands.tell(room_id, now, removed)
    log.info("member.removed", extra={"room_id": room_id})


def block(parts: Parts, caller: Caller, handle: str, now: datetime) -> None:
    """Whoever has this handle is blocked, and out of the rooms that the caller hosts now.

    Again, it only tells their workers again: to be repeated after Unavailable `worker_unreachable`.
    """
    blocker = accounts.ensure(parts.accounts, caller, now)
    blocked = accounts.block(parts.accounts, blocker, handle, now)
    # Who comes in from now on finds the block (see `prove`); who came before is found here.
    for room in parts.lists.live_of(caller.account_id, now):
        shut_out(parts, room.room_id, blocked.account_id, now)


@again
def shut_out(parts: Parts, room_id: str, account_id: str, now: datetime) -> None:
    """Out of the room, for as long as its host's block stands."""
    sight = parts.members.look(room_id, None, account_id)
    if sight.room.state is not State.LIVE:
        return
    if sight.other or role_of_other(sight, account_id) is Role.COHOST:
        host_id = sight.room.host.account_id
        put_out(parts, sight, account_id, now, by=host_id, for_good=False)
        log.info("member.blocked", extra={"room_id": room_id})
    parts.commands.tell(room_id, now, Blocked(room_id=room_id, account_id=account_id))


def put_out(
    parts: Parts, sight: Sight, account_id: str, now: datetime, *, by: str, for_good: bool
) -> None:
    """Off the roster and the stage, as whoever they are in the room that was seen."""
    room_id, role = sight.room.room_id, role_of_other(sight, account_id)
    entry = Entry.of(Deed.REMOVED, by, now, account_id)
    parts.stage.remove(room_id, account_id, role, sight.other, entry, for_good=for_good)
    if role.on_stage:
        parts.rooms.forget_on_stage(account_id, room_id)
    else:
        parts.members.count_listeners(room_id, -1)


def role_of_other(sight: Sight, account_id: str) -> Role:
    """The role of the one who is acted upon: as a member, or as what they would come back."""
    return sight.other.role if sight.other else sight.room.role_on_entering(account_id)
