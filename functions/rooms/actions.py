"""A room's life, and how rooms are found."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from core.clock import to_rfc3339
from core.errors import Invalid, NotAllowed
from core.ids import new_id
from core.messages import Person, RoomChanged, RoomEnded
from functions.accounts import actions as accounts
from functions.accounts.model import hosting
from functions.rooms.approach import approach
from functions.rooms.life import State
from functions.rooms.lists import EntryPage, RoomPage
from functions.rooms.model import Captions, OnStage, Room, Start, start_time, topic_key
from functions.rooms.parts import Parts
from functions.rooms.permissions import Act
from functions.rooms.records import Deed, Entry, index_key
from functions.rooms.requests import ChangedRoom, NewRoom
from functions.rooms.store import Changes, RoomStore
from functions.shared.callers import Caller

PAGES_OF_FOLLOWED = 10
BY_ALL = (State.LIVE, State.SCHEDULED)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A live room, and those on its stage whom somebody follows."""

    room: Room
    people: list[tuple[Person, OnStage]]


def open_room(parts: Parts, caller: Caller, wanted: NewRoom, now: datetime) -> Room:
    """A new room, live at once or scheduled; NotAllowed `not_eligible_to_host`."""
    account = accounts.ensure(parts.accounts, caller, now)
    policy = hosting(account, parts.config)
    if policy.code:
        raise NotAllowed(
            policy.code,
            f"Hosting takes {policy.needed} followers.",
            follower_count=policy.follower_count,
            needed=policy.needed,
        )
    start = start_time(wanted.starts_at, wanted.starts_local, wanted.zone, now)
    captions = Captions(**wanted.captions.model_dump(exclude_none=True))
    room = Room(
        room_id=new_id("room", now),
        title=wanted.title,
        description=wanted.description,
        topics=tuple(wanted.topics),
        state=State.SCHEDULED if start else State.LIVE,
        access=wanted.access,
        who_may_speak=wanted.who_may_speak,
        host=account.person,
        captions=captions,
        recording=wanted.recording,
        start=start,
        stage=frozenset() if start else frozenset({account.account_id}),
        started_at=None if start else now,
    )
    parts.rooms.open(room, Entry.of(Deed.OPENED, account.account_id, now))
    log.info("room.opened", extra={"room_id": room.room_id, "state": str(room.state)})
    return room


def read_room(parts: Parts, caller: Caller | None, room_id: str) -> Room:
    """The room as it is now."""
    return approach(parts, Act.READ, room_id, caller).room


def change_room(
    parts: Parts, caller: Caller, room_id: str, wanted: ChangedRoom, now: datetime
) -> Room:
    """The room with what its host wants otherwise; Conflict `wrong_state` if it is too late."""
    room = approach(parts, Act.CHANGE, room_id, caller).room
    start = start_time(wanted.starts_at, wanted.starts_local, wanted.zone, now)
    changes = changes_of(room_id, wanted, start)
    if not changes:
        return room
    only_before = start or wanted.access
    states = {State.SCHEDULED} if only_before else {State.SCHEDULED, State.LIVE}
    entry = Entry.of(Deed.CHANGED, caller.account_id, now)
    room = parts.rooms.change(room_id, changes, entry, frozenset(states))
    parts.commands.tell(room_id, now, RoomChanged(room_id=room_id))
    return room


def changes_of(room_id: str, wanted: ChangedRoom, start: Start | None) -> Changes:
    """The attributes to set: what was said, less what was left out."""
    plain = {"title", "description", "topics", "access", "who_may_speak", "recording"}
    changes: Changes = {}
    changes.update(wanted.model_dump(mode="json", include=plain, exclude_none=True))
    if wanted.topics is not None:
        changes["topic_keys"] = [topic_key(topic) for topic in wanted.topics]
    for name, value in wanted.captions.model_dump(exclude_none=True).items():
        changes["captions", name] = value
    if start:
        begins = index_key(start.at, room_id)
        changes |= {"starts_at": to_rfc3339(start.at), "zone": start.zone}
        changes |= {"by_state_sk": begins, "by_host_sk": begins}
    return changes


def start_room(parts: Parts, caller: Caller, room_id: str, now: datetime) -> Room:
    """The scheduled room goes live."""
    room = approach(parts, Act.START, room_id, caller).room
    host = accounts.ensure(parts.accounts, caller, now).person
    room = parts.rooms.start(replace(room, host=host), now)
    log.info("room.started", extra={"room_id": room_id})
    return room


def end_room(parts: Parts, caller: Caller, room_id: str, now: datetime) -> Room:
    """The live room is over, for everybody in it."""
    room = approach(parts, Act.END, room_id, caller).room
    room = parts.rooms.end(room, now)
    parts.commands.tell(room_id, now, RoomEnded(room_id=room_id))
    parts.members.clear(room_id)
    log.info("room.ended", extra={"room_id": room_id})
    return room


def cancel_room(parts: Parts, caller: Caller, room_id: str, now: datetime) -> Room:
    """The scheduled room won't be."""
    room = parts.rooms.cancel(approach(parts, Act.CANCEL, room_id, caller).room, now)
    log.info("room.cancelled", extra={"room_id": room_id})
    return room


def read_log(
    parts: Parts, caller: Caller, room_id: str, *, limit: int, cursor: str | None
) -> EntryPage:
    """Who did what to whom, newest first; for the host's eyes."""
    approach(parts, Act.READ_LOG, room_id, caller)
    return parts.lists.log(room_id, limit, cursor)


def browse(
    parts: Parts,
    caller: Caller | None,
    now: datetime,
    *,
    state: State,
    topic: str | None,
    handle: str | None,
    limit: int,
    cursor: str | None,
) -> RoomPage:
    """Rooms in this state, of everybody or of one host; of those who have blocked the caller, none.

    A page may hold fewer rooms than the limit for that.
    """
    viewer_id = caller.account_id if caller else None
    if handle is not None:
        host = accounts.account_seen_by(parts.accounts, viewer_id, handle)
        return parts.lists.hosted_by(host.account_id, state, topic, limit=limit, cursor=cursor)
    if state not in BY_ALL:
        raise Invalid("host_needed", f"Rooms that are {state} are listed by host.")
    page = parts.lists.in_state(state, topic, now, limit=limit, cursor=cursor)
    return replace(page, rooms=visible(parts, page.rooms, viewer_id))


def visible(parts: Parts, rooms: list[Room], viewer_id: str | None) -> list[Room]:
    """Those of the rooms whose hosts have not blocked the viewer."""
    if viewer_id is None or not rooms:
        return rooms
    hosts = {room.host.account_id for room in rooms}
    hidden = accounts.blockers_among(parts.accounts, hosts, viewer_id)
    return [room for room in rooms if room.host.account_id not in hidden]


def live_of(rooms: RoomStore, account_ids: Iterable[str]) -> dict[str, OnStage]:
    """By account, the live room in which it is on stage now; who is on none is left out."""
    return {
        account_id: OnStage(room_id=room.room_id, role=room.role_of(account_id))
        for account_id, room in rooms_with(rooms, account_ids).items()
    }


def rooms_with(rooms: RoomStore, account_ids: Iterable[str]) -> dict[str, Room]:
    """By account, the live room on whose stage it is: what the hint says, if the room agrees."""
    hints = rooms.last_on_stage(account_ids)
    found = rooms.get_many(set(hints.values()))
    return {
        account_id: found[room_id]
        for account_id, room_id in hints.items()
        if room_id in found
        and found[room_id].state is State.LIVE
        and account_id in found[room_id].stage
    }


def followed_live(
    parts: Parts, caller: Caller, *, limit: int, cursor: str | None
) -> tuple[list[Followed], str | None]:
    """Live rooms where someone whom the caller follows is on stage, and the next page's cursor.

    The pages are those of whom the caller follows, read on until there is something to show.
    """
    items: dict[str, Followed] = {}
    for _ in range(PAGES_OF_FOLLOWED):
        page = accounts.following(parts.accounts, caller.account_id, limit - len(items), cursor)
        cursor = page.next
        where = rooms_with(parts.rooms, page.account_ids)
        seen = {room.room_id for room in visible(parts, list(where.values()), caller.account_id)}
        people = accounts.people(parts.accounts, where)
        for account_id, room in where.items():
            if room.room_id in seen and account_id in people:
                item = items.setdefault(room.room_id, Followed(room=room, people=[]))
                role = room.role_of(account_id)
                item.people.append((people[account_id], OnStage(room_id=room.room_id, role=role)))
        if cursor is None or len(items) >= limit:
            break
    return list(items.values()), cursor
