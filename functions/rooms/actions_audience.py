"""Coming in, leaving, and what members do from their seats."""

import logging
from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict, NotAllowed, PaymentNeeded, Unavailable
from core.ids import GUEST, id_of, new_id
from core.messages import (
    HandLowered,
    HandRaised,
    MemberJoined,
    MemberLeft,
    Placed,
    Reacted,
    TicketLost,
)
from core.people import Hand, Person, nobody
from core.placement import RETRY_AFTER
from core.profiles import Profile
from core.roles import Role
from core.room_items import Member
from core.roster import MAX_MEMBERS
from core.tokens import new_pass, sign_pass
from functions.accounts import actions as accounts
from functions.rooms.approach import approach, look, require_live, standing_of
from functions.rooms.life import State
from functions.rooms.member_store import MemberChanged, MemberPage, Proof, again
from functions.rooms.model import MAX_HANDS, Access, Emoji, Room
from functions.rooms.parts import Parts
from functions.rooms.people import view_of
from functions.rooms.permissions import BARRED, Act, permit
from functions.shared.callers import Caller

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """A member, what opens the media door for them until `expires_at`, and what sounds there."""

    member: Member
    token: str
    expires_at: datetime
    profile: Profile


@again
def join(
    parts: Parts, caller: Caller | None, room_id: str, now: datetime, *, ask: str | None = None
) -> Entrance:
    """The caller, or a guest, is in the room: a new one, but the same who asks by the same `ask`.

    In this order: NotFound, Conflict `not_live`, NotAllowed `removed`, `blocked`,
    `followers_only`, PaymentNeeded `ticket_needed`, Unavailable `no_capacity`.
    """
    sight = look(parts, room_id, caller)
    require_live(sight)
    if sight.barred:
        raise BARRED.refusal()
    permit(Act.JOIN, standing_of(parts, sight, caller))
    room = sight.room
    role = room.role_on_entering(caller.account_id) if caller else Role.LISTENER
    proofs = prove(parts, room, caller, role)
    if sight.member is None and room.listener_count >= MAX_MEMBERS:
        raise Unavailable("no_capacity", "This room is full just now.", retry_after=RETRY_AFTER)
    person = accounts.ensure(parts.accounts, caller, now).person if caller else guest(now, ask)
    member, new = parts.members.enter(room_id, newcomer(person, role, now), *proofs)
    try:
        lease, worker, placed = parts.commands.place(room_id, now)
        if new:
            count(parts, room_id, member)
    except (Conflict, Unavailable):
        # It has ended since it was read, or nobody can run it: nobody has come in.
        if new:
            parts.members.leave(room_id, member)
        raise
    if member.role.on_stage:
        parts.rooms.remember_on_stage(member.account_id, room_id)
    joined = MemberJoined(room_id=room_id, member=view_of(member), revision=member.revision)
    start = [Placed(room_id=room_id, term=lease.term)] if placed else []
    parts.commands.send(worker, *start, joined)
    if room.access is Access.TICKETED:
        parts.admissions.check_in(room_id, member.account_id, now)
    room_pass = new_pass(room_id, member.account_id, member.role, now)
    token = sign_pass(room_pass, parts.config.room_secrets)
    ends = room_pass.expires_at
    return Entrance(member=member, token=token, expires_at=ends, profile=room.profile)


def count(parts: Parts, room_id: str, member: Member) -> None:
    """One listens more, unless the member is on stage; MemberChanged if the room has ended."""
    if not member.role.on_stage and not parts.members.count_listeners(room_id, 1):
        raise MemberChanged


def prove(parts: Parts, room: Room, caller: Caller | None, role: Role) -> list[Proof]:
    """What has still to hold when the caller comes in, who may in this role now."""
    proofs = [] if role.runs_room else admit(parts, room, caller)
    if caller and role is not Role.HOST:
        proofs.append(accounts.not_blocked(parts.accounts, room.host.account_id, caller.account_id))
    return proofs


def admit(parts: Parts, room: Room, caller: Caller | None) -> list[Proof]:
    """What has still to hold when the caller comes in, whom the room's access lets in now."""
    if room.access is Access.TICKETED:
        entry = parts.admissions.find(room.room_id, caller.account_id) if caller else None
        if entry is None or not entry.admits:
            raise PaymentNeeded("ticket_needed", "You need a ticket for this room.")
        holds = parts.admissions.still_holds(room.room_id, entry.account_id)
        return [(parts.admissions.table, holds)]
    if room.access is Access.FOLLOWERS and not (
        caller and accounts.follows(parts.accounts, caller.account_id, room.host.account_id)
    ):
        raise NotAllowed("followers_only", "This room is for the host's followers.")
    return []


def guest(now: datetime, ask: str | None = None) -> Person:
    """Somebody without an account: a new one each time, unless they ask by the same `ask`."""
    guest_id = id_of(GUEST, ask) if ask else new_id(GUEST, now)
    return nobody(guest_id)


def newcomer(person: Person, role: Role, now: datetime) -> Member:
    """Someone who has just come in."""
    return Member(
        **person.model_dump(),
        role=role,
        muted=False,
        hand=None,
        joined_at=now,
        revision=1,
    )


@again
def leave(parts: Parts, caller: Caller, room_id: str, now: datetime) -> None:
    """The caller is in the room no more; again, it changes nothing.

    Host and co-hosts keep their places for when they come back.
    """
    sight = approach(parts, Act.LEAVE, room_id, caller)
    member = sight.member
    if member is None:
        return
    depart(parts, room_id, member)
    parts.commands.tell(room_id, now, MemberLeft(room_id=room_id, account_id=member.account_id))


@again
def ticket_lost(parts: Parts, room_id: str, account_id: str, now: datetime) -> None:
    """The account, whose last ticket was withdrawn, is in the room no more, and hears nothing.

    Host and co-hosts need none and stay, as does whoever has another ticket by now. Again, it only
    tells the worker again: to be repeated after Unavailable `worker_unreachable`.
    """
    sight = parts.members.look(room_id, account_id)
    room = sight.room
    if room.access is not Access.TICKETED or room.role_of(account_id).runs_room:
        return
    entry = parts.admissions.find(room_id, account_id)
    if entry and entry.admits:
        return
    if sight.member:
        holds_none = parts.admissions.holds_none(room_id, account_id)
        depart(parts, room_id, sight.member, (parts.admissions.table, holds_none))
        log.info("member.ticket_lost", extra={"room_id": room_id, "account_id": account_id})
    if room.state is State.LIVE:
        parts.commands.tell(room_id, now, TicketLost(room_id=room_id, account_id=account_id))


def depart(parts: Parts, room_id: str, member: Member, *proofs: Proof) -> None:
    """The member is off the roster and the stage, and counted no more."""
    parts.members.leave(room_id, member, *proofs)
    if member.role.on_stage:
        parts.rooms.forget_on_stage(member.account_id, room_id)
    else:
        parts.members.count_listeners(room_id, -1)


def list_members(
    parts: Parts,
    caller: Caller | None,
    room_id: str,
    *,
    role: Role | None,
    limit: int,
    cursor: str | None,
) -> MemberPage:
    """Who is in the room."""
    approach(parts, Act.READ_MEMBERS, room_id, caller)
    return parts.members.page(room_id, role, limit, cursor)


@again
def raise_hand(parts: Parts, caller: Caller, room_id: str, now: datetime) -> Hand:
    """The caller's hand, last in the queue, or where it was; Conflict `hands_full`."""
    member = approach(parts, Act.RAISE_HAND, room_id, caller, live=True).require_member()
    queue = parts.audience.hands(room_id)
    if len(queue) >= MAX_HANDS and place_in(queue, member) is None:
        if member.hand:  # another was raised at the same moment
            parts.audience.lower_hand(room_id, member)
        detail = f"{MAX_HANDS} hands are up already."
        raise Conflict("hands_full", detail, allowed=MAX_HANDS)
    if not member.hand:
        parts.audience.raise_hand(room_id, member, now)
        queue = parts.audience.hands(room_id)
    hand = place_in(queue, member)
    if hand is None:
        raise MemberChanged
    parts.commands.tell(room_id, now, HandRaised(room_id=room_id, hand=hand))
    return hand


def place_in(queue: list[Hand], member: Member) -> Hand | None:
    """The member's hand in the queue, if it is there."""
    return next((hand for hand in queue if hand.account_id == member.account_id), None)


@again
def lower_hand(parts: Parts, caller: Caller, room_id: str, now: datetime) -> None:
    """The caller's hand is down; again, it changes nothing."""
    member = approach(parts, Act.LOWER_HAND, room_id, caller, live=True).member
    if member is None or not member.hand:
        return
    parts.audience.lower_hand(room_id, member)
    parts.commands.tell(room_id, now, HandLowered(room_id=room_id, account_id=member.account_id))


def list_hands(parts: Parts, caller: Caller, room_id: str) -> list[Hand]:
    """The whole queue, first come first."""
    approach(parts, Act.READ_HANDS, room_id, caller, live=True)
    return parts.audience.hands(room_id)


def react(parts: Parts, caller: Caller, room_id: str, emoji: Emoji, now: datetime) -> None:
    """Everybody in the room sees the reaction."""
    approach(parts, Act.REACT, room_id, caller, live=True)
    account_id = caller.account_id
    reacted = Reacted(room_id=room_id, account_id=account_id, emoji=str(emoji))
    parts.commands.tell(room_id, now, reacted)
