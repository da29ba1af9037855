"""A room as its caller finds it: what they are to it, and whether the act is theirs."""

from functions.accounts import actions as accounts
from functions.rooms.life import State, not_live
from functions.rooms.member_store import Sight
from functions.rooms.parts import Parts
from functions.rooms.permissions import Act, Standing, permit, standing
from functions.shared.callers import Caller


def approach(
    parts: Parts, act: Act, room_id: str, caller: Caller | None, *, live: bool = False
) -> Sight:
    """The room, if the caller may do this; `live`: and it is live."""
    sight = look(parts, room_id, caller)
    if live:
        permit_live(parts, act, sight, caller)
        return sight
    moderator = caller is not None and caller.moderator
    permit(act, standing_of(parts, sight, caller), moderator=moderator)
    return sight


def permit_live(parts: Parts, act: Act, sight: Sight, caller: Caller | None) -> None:
    """Nothing, if the room is live and the caller may do this in it.

    Nobody is in a room that is over: who may know of it hears that, not that they are no member.
    """
    found = standing_of(parts, sight, caller)
    permit(Act.READ, found)
    require_live(sight)
    permit(act, found)


def look(parts: Parts, room_id: str, caller: Caller | None, other_id: str | None = None) -> Sight:
    """The room with the caller and another in it, as it is written now."""
    return parts.members.look(room_id, caller.account_id if caller else None, other_id)


def standing_of(parts: Parts, sight: Sight, caller: Caller | None) -> Standing:
    """What the caller is to the room that they see."""
    if caller is None:
        return Standing.ANONYMOUS
    host_id = sight.room.host.account_id
    kept = sight.room.role_on_entering(caller.account_id)
    in_room = sight.member.role if sight.member else None
    role = kept if kept.runs_room else in_room
    is_host = caller.account_id == host_id
    blocked = not is_host and accounts.blocks(parts.accounts, host_id, caller.account_id)
    return standing(role=role, removed=sight.barred, blocked=blocked)


def require_live(sight: Sight) -> None:
    """Conflict `not_live` unless people can be in the room now."""
    if sight.room.state is not State.LIVE:
        raise not_live(sight.room.state)
