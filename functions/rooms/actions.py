"""A room's life, and who sees it."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from core.clock import to_rfc3339
from core.dynamo import MAX_PAGE
from core.errors import Conflict, Invalid, NotAllowed
from core.ids import new_id
from core.people import Person
from functions.accounts import actions as accounts
from functions.accounts.model import hosting
from functions.rooms.approach import approach
from functions.rooms.life import State
from functions.rooms.lists import EntryPage
from functions.rooms.model import Captions, OnStage, Room, topic_key
from functions.rooms.parts import Parts
from functions.rooms.permissions import Act
from functions.rooms.records import Deed, Entry, index_key, start_map
from functions.rooms.schedule import Series, Start, start_time
from functions.rooms.store import Changes, RoomStore
from functions.shared.callers import Caller

if TYPE_CHECKING:
    from functions.rooms.requests import ChangedRoom, NewRoom

CHANGEABLE = frozenset({State.SCHEDULED, State.LIVE})

log = logging.getLogger(__name__)


def open_room(parts: Parts, caller: Caller, wanted: "NewRoom", now: datetime) -> Room:
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
    start = start_of(parts, wanted, now)
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
        profile=wanted.profile,
        start=start,
        stage=frozenset() if start else frozenset({account.account_id}),
        started_at=None if start else now,
        series=series_of(wanted, start, now),
    )
    entry = Entry.of(Deed.OPENED, account.account_id, now)
    parts.rooms.open(room, entry, allowed=parts.config.max_scheduled)
    log.info("room.opened", extra={"room_id": room.room_id, "state": str(room.state)})
    return room


def start_of(parts: Parts, wanted: "NewRoom | ChangedRoom", now: datetime) -> Start | None:
    """When the room is to begin, as far as that was said."""
    return start_time(
        wanted.starts_at,
        wanted.starts_local,
        wanted.zone,
        now,
        days_ahead=parts.config.max_days_ahead,
    )


def series_of(wanted: "NewRoom", start: Start | None, now: datetime) -> Series | None:
    """The series of which the room is the first; Invalid `bad_series` if it begins at once."""
    if wanted.repeats is None:
        return None
    if start is None:
        raise Invalid("bad_series", "A room that comes again says when it begins.")
    return Series(series_id=new_id("series", now), slot=start)


def read_room(parts: Parts, caller: Caller | None, room_id: str) -> Room:
    """The room as it is now."""
    return approach(parts, Act.READ, room_id, caller).room


def change_room(
    parts: Parts, caller: Caller, room_id: str, wanted: "ChangedRoom", now: datetime
) -> Room:
    """The room with what its host wants otherwise.

    Conflict `wrong_state` if it is too late, `on_sale` if tickets say who may come in.
    """
    from core.messages import RoomChanged

    room = approach(parts, Act.CHANGE, room_id, caller).room
    start = start_of(parts, wanted, now)
    changes = changes_of(room, wanted, start, now)
    if not changes:
        return room
    only_before = start or wanted.access or wanted.profile
    states = frozenset({State.SCHEDULED}) if only_before else CHANGEABLE
    entry = Entry.of(Deed.CHANGED, caller.account_id, now)
    room = parts.rooms.change(room_id, changes, entry, states)
    parts.commands.tell(room_id, now, RoomChanged(room_id=room_id))
    return room


def changes_of(room: Room, wanted: "ChangedRoom", start: Start | None, now: datetime) -> Changes:
    """The attributes to set: what was said, less what was left out."""
    plain = {"title", "description", "topics", "access", "who_may_speak", "recording", "profile"}
    changes: Changes = {}
    changes.update(wanted.model_dump(mode="json", include=plain, exclude_none=True))
    if wanted.topics is not None:
        changes["topic_keys"] = [topic_key(topic) for topic in wanted.topics]
    for name, value in wanted.captions.model_dump(exclude_none=True).items():
        changes["captions", name] = value
    if start:
        begins = index_key(start.at, room.room_id)
        changes.update(start_map(start, "starts_at"))
        changes |= {"by_state_sk": begins, "by_host_sk": begins}
        if room.start and start.at != room.start.at:
            changes["rescheduled_at"] = to_rfc3339(now)
    return changes


def rename_host(parts: Parts, host: Person, now: datetime) -> None:
    """The host's rooms to come, and the live ones, say how the host is called from now on."""
    from core.messages import RoomChanged

    entry = Entry.of(Deed.CHANGED, host.account_id, now)
    for room in hosted(parts, host.account_id, MAX_PAGE):
        if room.state not in CHANGEABLE or room.host == host:
            continue
        try:
            parts.rooms.change(room.room_id, {"host": host.model_dump()}, entry, CHANGEABLE)
        except Conflict:
            continue  # it is over by now
        parts.commands.tell(room.room_id, now, RoomChanged(room_id=room.room_id))


def start_room(parts: Parts, caller: Caller, room_id: str, now: datetime) -> Room:
    """The scheduled room goes live; of a series, the next is scheduled."""
    room = approach(parts, Act.START, room_id, caller).room
    host = accounts.ensure(parts.accounts, caller, now).person
    room = replace(room, host=host)
    following = room.next_in_series(new_id("room", now), now, missed=False)
    room = parts.rooms.start(room, now, following)
    log.info("room.started", extra={"room_id": room_id})
    return room


def end_room(parts: Parts, caller: Caller, room_id: str, now: datetime) -> Room:
    """The live room is over, for everybody in it. Its log does not say which moderator did it."""
    from core.messages import RoomEnded

    room = approach(parts, Act.END, room_id, caller).room
    taken_down = caller.account_id != room.host.account_id
    room = parts.rooms.end(room, now, taken_down=taken_down)
    if taken_down:
        tell_moderation(room_id, caller)
    parts.commands.tell(room_id, now, RoomEnded(room_id=room_id, taken_down=taken_down))
    parts.members.clear(room_id)
    log.info("room.ended", extra={"room_id": room_id})
    return room


def cancel_room(
    parts: Parts, caller: Caller, room_id: str, now: datetime, *, series: bool = False
) -> Room:
    """The scheduled room won't be; of a series, the next will be, unless all of it is cancelled.

    Its log does not say which moderator did it.
    """
    room = approach(parts, Act.CANCEL, room_id, caller).room
    following = None if series else room.next_in_series(new_id("room", now), now, missed=False)
    taken_down = caller.account_id != room.host.account_id
    room = parts.rooms.cancel(room, now, following, taken_down=taken_down)
    if taken_down:
        tell_moderation(room_id, caller)
    log.info("room.cancelled", extra={"room_id": room_id})
    return room


def tell_moderation(room_id: str, moderator: Caller) -> None:
    """Our own log says who took a room down."""
    log.info("room.taken_down", extra={"room_id": room_id, "by": moderator.account_id})


def call_off(parts: Parts, room_id: str, now: datetime) -> Room:
    """The scheduled room, whose host never came, won't be; Conflict `wrong_state`.

    Whoever calls this has decided that the host is late enough.
    """
    room = parts.rooms.get(room_id)
    following = room.next_in_series(new_id("room", now), now, missed=True)
    room = parts.rooms.call_off(room, now, following)
    log.info("room.called_off", extra={"room_id": room_id})
    return room


def read_log(
    parts: Parts, caller: Caller, room_id: str, *, limit: int, cursor: str | None
) -> EntryPage:
    """Who did what to whom, newest first; for the host's eyes."""
    approach(parts, Act.READ_LOG, room_id, caller)
    return parts.lists.log(room_id, limit, cursor)


def hosted(parts: Parts, host_id: str, limit: int) -> list[Room]:
    """An account's own rooms in whatever state, those that begin last first."""
    return parts.lists.of_host(host_id, limit)


def visible(parts: Parts, rooms: list[Room], viewer_id: str | None) -> list[Room]:
    """Those of the rooms between whose hosts and the viewer there is no block, of either."""
    if viewer_id is None or not rooms:
        return rooms
    hosts = {room.host.account_id for room in rooms}
    hidden = accounts.blockers_among(parts.accounts, hosts, viewer_id)
    hidden |= accounts.blocked_among(parts.accounts, viewer_id, hosts)
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
        and account_id in found[room_id].on_stage
    }
