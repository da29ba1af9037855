"""A room's life, and finding rooms, over HTTP."""

from datetime import datetime

from functions.accounts import actions as accounts
from functions.rooms import actions, finding
from functions.rooms.door import door, parts
from functions.rooms.people import somebody
from functions.rooms.records import STOA, Entry
from functions.rooms.requests import Cancelled, ChangedRoom, NewRoom, RoomQuery
from functions.rooms.views import EntryView, FollowedPerson, FollowedRoom, RoomView
from functions.shared.callers import Caller
from functions.shared.models import Page, PageQuery
from functions.shared.rates import CHANGES, OPENINGS


@door.answers("POST", "/rooms", status=201, rate=OPENINGS)
def open_room(caller: Caller, body: NewRoom, now: datetime) -> RoomView:
    """Open a room, live at once or scheduled; 403 `not_eligible_to_host` says what is needed."""
    return RoomView.of(actions.open_room(parts, caller, body, now))


@door.answers("GET", "/rooms")
def browse_rooms(caller: Caller | None, query: RoomQuery, now: datetime) -> Page[RoomView]:
    """Rooms by state, topic, language, host and words of the title.

    Live ones come ranked by whom I follow and how long people stay, scheduled ones the next first.
    """
    page = finding.browse(parts, caller, query, now)
    return Page(items=[RoomView.of(room) for room in page.rooms], next=page.next)


@door.answers("GET", "/rooms/{room_id}")
def read_room(caller: Caller | None, room_id: str) -> RoomView:
    """A room."""
    return RoomView.of(actions.read_room(parts, caller, room_id))


@door.answers("PATCH", "/rooms/{room_id}", rate=CHANGES)
def change_room(caller: Caller, room_id: str, body: ChangedRoom, now: datetime) -> RoomView:
    """Change a room; access and start only while it is scheduled, 409 `wrong_state`.

    403 `host_only`. Access can't be changed while tickets are sold for it: 409 `on_sale`.
    """
    return RoomView.of(actions.change_room(parts, caller, room_id, body, now))


@door.answers("POST", "/rooms/{room_id}/start")
def start_room(caller: Caller, room_id: str, now: datetime) -> RoomView:
    """Take a scheduled room live; 403 `host_only`, 409 `wrong_state`."""
    return RoomView.of(actions.start_room(parts, caller, room_id, now))


@door.answers("POST", "/rooms/{room_id}/end")
def end_room(caller: Caller, room_id: str, now: datetime) -> RoomView:
    """End a live room for everybody, as its host or a moderator.

    403 `host_only`, 409 `wrong_state`.
    """
    return RoomView.of(actions.end_room(parts, caller, room_id, now))


@door.answers("POST", "/rooms/{room_id}/cancel")
def cancel_room(caller: Caller, room_id: str, body: Cancelled, now: datetime) -> RoomView:
    """Cancel a scheduled room, or with `series` all that would follow, as its host or a moderator.

    403 `host_only`, 409 `wrong_state`.
    """
    room = actions.cancel_room(parts, caller, room_id, now, series=body.series)
    return RoomView.of(room)


@door.answers("GET", "/rooms/{room_id}/log")
def read_log(caller: Caller, room_id: str, query: PageQuery) -> Page[EntryView]:
    """Who did what to whom and when, newest first; 403 `host_only`."""
    page = actions.read_log(parts, caller, room_id, limit=query.limit, cursor=query.cursor)
    return Page(items=show_entries(page.entries), next=page.next)


@door.answers("GET", "/me/live")
def followed_live(caller: Caller, query: PageQuery) -> Page[FollowedRoom]:
    """Live rooms where someone I follow hosts or speaks."""
    followed, cursor = finding.followed_live(parts, caller, limit=query.limit, cursor=query.cursor)
    items = [
        FollowedRoom(
            room=RoomView.of(each.room),
            people=[FollowedPerson(account=who, role=on.role) for who, on in each.people],
        )
        for each in followed
    ]
    return Page(items=items, next=cursor)


def show_entries(entries: list[Entry]) -> list[EntryView]:
    """Lines of the log with the people in them."""
    ids = {each for entry in entries for each in (entry.by, entry.whom) if each}
    known = accounts.people(parts.accounts, ids) | {STOA.account_id: STOA}
    return [
        EntryView(
            entry_id=entry.entry_id,
            at=entry.at,
            act=entry.deed,
            by=somebody(known, entry.by),
            whom=somebody(known, entry.whom) if entry.whom else None,
        )
        for entry in entries
    ]
