"""Who is on stage, who is heard, who has to go, over HTTP."""

from datetime import datetime

from core.people import MemberView
from functions.rooms import actions_stage as actions
from functions.rooms.door import door, parts
from functions.rooms.people import view_of
from functions.rooms.requests import NewMute, NewRole
from functions.shared.callers import Caller
from functions.shared.rates import ROLES


@door.answers("PUT", "/rooms/{room_id}/members/{account_id}/role", rate=ROLES)
def change_role(
    caller: Caller, room_id: str, account_id: str, body: NewRole, now: datetime
) -> MemberView:
    """Give a member another role; 409 `stage_full`, `cohosts_full`, `guest_listens`.

    403 `host_or_cohost_only`, `host_only`, `not_invited`; 404 `member_not_found`.
    """
    return actions.change_role(parts, caller, room_id, now, account_id=account_id, role=body.role)


@door.answers("PUT", "/rooms/{room_id}/members/{account_id}/muted")
def mute_member(
    caller: Caller, room_id: str, account_id: str, body: NewMute, now: datetime
) -> MemberView:
    """Mute a member; unmuting is their own act, 403 `unmute_is_their_own`."""
    member = actions.mute(parts, caller, room_id, now, account_id=account_id, muted=body.muted)
    return view_of(member)


@door.answers("POST", "/rooms/{room_id}/mute-all")
def mute_all(caller: Caller, room_id: str, now: datetime) -> None:
    """Mute everybody on stage but the host and oneself; 403 `host_or_cohost_only`."""
    actions.mute_all(parts, caller, room_id, now)


@door.answers("DELETE", "/rooms/{room_id}/members/{account_id}")
def remove_member(caller: Caller, room_id: str, account_id: str, now: datetime) -> None:
    """Out of the room, for good; 403 `host_or_cohost_only`, 404 `member_not_found`."""
    actions.remove(parts, caller, room_id, now, account_id=account_id)
