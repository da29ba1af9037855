"""Coming in, leaving, and what members do from their seats, over HTTP."""

from datetime import datetime

from core.people import Hand, MemberView
from functions.rooms import actions_audience as actions
from functions.rooms.door import door, parts
from functions.rooms.people import view_of
from functions.rooms.requests import MemberQuery, NewReaction
from functions.rooms.views import Joined, MediaPass
from functions.shared.callers import Caller
from functions.shared.gateway_event import Request
from functions.shared.models import Page
from functions.shared.rates import HANDS, JOINS, REACTIONS


@door.answers("POST", "/rooms/{room_id}/join", once=False, rate=JOINS)
def join_room(
    caller: Caller | None,
    room_id: str,
    request: Request,
    idempotency_key: str | None,
    now: datetime,
) -> Joined:
    """Come in, as a guest if not signed in; again, it keeps role, hand and place.

    402 `ticket_needed`; 403 `removed`, `blocked`, `followers_only`; 409 `not_live`;
    503 `no_capacity`.
    """
    # The answer has a token in it, and is not kept: who repeats it is the same guest.
    ask = idempotency_key and f"{request.source_ip} {room_id} {idempotency_key}"
    entrance = actions.join(parts, caller, room_id, now, ask=ask)
    media = MediaPass(
        url=f"{request.base_url}/media/{room_id}",
        token=entrance.token,
        expires_at=entrance.expires_at,
        profile=entrance.profile,
    )
    return Joined(member=view_of(entrance.member), media=media)


@door.answers("POST", "/rooms/{room_id}/leave")
def leave_room(caller: Caller, room_id: str, now: datetime) -> None:
    """Leave; it frees a speaker's place, and does not end the host's room."""
    actions.leave(parts, caller, room_id, now)


@door.answers("GET", "/rooms/{room_id}/members")
def list_members(caller: Caller | None, room_id: str, query: MemberQuery) -> Page[MemberView]:
    """Who is in the room."""
    page = actions.list_members(
        parts, caller, room_id, role=query.role, limit=query.limit, cursor=query.cursor
    )
    return Page(items=[view_of(member) for member in page.members], next=page.next)


@door.answers("PUT", "/rooms/{room_id}/hand", rate=HANDS)
def raise_hand(caller: Caller, room_id: str, now: datetime) -> Hand:
    """Ask to speak; again, it keeps the place. 409 `hands_full`, `already_on_stage`."""
    return actions.raise_hand(parts, caller, room_id, now)


@door.answers("DELETE", "/rooms/{room_id}/hand")
def lower_hand(caller: Caller, room_id: str, now: datetime) -> None:
    """Don't ask any more."""
    actions.lower_hand(parts, caller, room_id, now)


@door.answers("GET", "/rooms/{room_id}/hands")
def list_hands(caller: Caller, room_id: str) -> Page[Hand]:
    """Who asks to speak, in order: the whole queue. 403 `not_a_member`."""
    return Page(items=actions.list_hands(parts, caller, room_id), next=None)


@door.answers("POST", "/rooms/{room_id}/reactions", rate=REACTIONS)
def react(caller: Caller, room_id: str, body: NewReaction, now: datetime) -> None:
    """Show an emoji to everybody in the room; 403 `not_a_member`, 429 `too_many`."""
    actions.react(parts, caller, room_id, body.emoji, now)
