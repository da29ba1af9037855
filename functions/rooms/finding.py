"""How rooms are found: those in a state, one host's, by the words of a title, of whom one follows.

Live rooms are ranked: in windows of some hundred, the newest first (docs/decisions/0010).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from core.cursors import read_cursor, write_cursor
from core.errors import Invalid
from core.people import Person
from functions.accounts import actions as accounts
from functions.rooms.actions import rooms_with, visible
from functions.rooms.languages import speaks
from functions.rooms.life import State
from functions.rooms.lists import RoomPage
from functions.rooms.model import OVERDUE, OnStage, Room, topic_key
from functions.rooms.parts import Parts
from functions.rooms.ranking import nearness, rank, worth
from functions.rooms.requests import RoomQuery
from functions.rooms.title_index import longest
from functions.rooms.words import matches, words_of
from functions.shared.callers import Caller

BY_ALL = (State.LIVE, State.SCHEDULED)
WINDOW = 300
"""Live rooms that are ranked together."""

MAX_FOLLOWED = 2000
"""Of whom somebody follows so many count for the ranking."""

PAGES_OF_FOLLOWED = 10
FIRST = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A live room, and those on its stage whom somebody follows."""

    room: Room
    people: list[tuple[Person, OnStage]]


def browse(parts: Parts, caller: Caller | None, wanted: RoomQuery, now: datetime) -> RoomPage:
    """A page of rooms; of those whose host and the caller have blocked one another, none.

    A page may hold fewer rooms than the limit for that. Invalid `host_needed`, `bad_query`.
    """
    viewer_id = caller.account_id if caller else None
    words = words_of(wanted.q or "")
    if wanted.q is not None and not words:
        raise Invalid("bad_query", "Look for a word of the title.")
    if wanted.host is not None:
        return of_host(parts, viewer_id, wanted, wanted.host, words)
    if wanted.state not in BY_ALL:
        raise Invalid("host_needed", f"Rooms that are {wanted.state} are listed by host.")
    if words:
        return search(parts, viewer_id, wanted, words, now)
    if wanted.state is State.LIVE:
        return ranked(parts, viewer_id, wanted)
    page = parts.lists.scheduled(
        wanted.topic, wanted.language, now, limit=wanted.limit, cursor=wanted.cursor
    )
    return replace(page, rooms=visible(parts, page.rooms, viewer_id))


def of_host(
    parts: Parts, viewer_id: str | None, wanted: RoomQuery, handle: str, words: list[str]
) -> RoomPage:
    """One host's rooms."""
    host = accounts.account_seen_by(parts.accounts, viewer_id, handle)
    page = parts.lists.hosted_by(
        host.account_id,
        wanted.state,
        wanted.topic,
        wanted.language,
        limit=wanted.limit,
        cursor=wanted.cursor,
    )
    found = [room for room in page.rooms if matches(room.title, words)]
    return replace(page, rooms=visible(parts, found, viewer_id))


def search(
    parts: Parts, viewer_id: str | None, wanted: RoomQuery, words: list[str], now: datetime
) -> RoomPage:
    """Rooms by the words of their titles, of at most a window of those with the longest word."""
    found = parts.rooms.get_many(parts.titles.find(wanted.state, longest(words), WINDOW))
    fitting = [room for room in found.values() if fits(room, wanted, words, now)]
    seen = visible(parts, fitting, viewer_id)
    followed = followed_by(parts, viewer_id)
    if wanted.state is State.LIVE:
        ordered = rank(seen, followed)
    else:
        ordered = sorted(seen, key=soonest(followed))
    start, _ = read_place(wanted)
    return slice_of(ordered, start, FIRST, None, wanted)


def fits(room: Room, wanted: RoomQuery, words: list[str], now: datetime) -> bool:
    """Whether a room that the index names is one of those that are looked for."""
    return (
        room.state is wanted.state
        and matches(room.title, words)
        and (wanted.topic is None or topic_key(wanted.topic) in map(topic_key, room.topics))
        and (wanted.language is None or speaks(room.captions.language, wanted.language))
        and not is_overdue(room, now)
    )


def is_overdue(room: Room, now: datetime) -> bool:
    """Whether it should have begun hours ago, and nobody came."""
    return (
        room.state is State.SCHEDULED and room.start is not None and room.start.at < now - OVERDUE
    )


def soonest(followed: frozenset[str]) -> Callable[[Room], tuple[int, str, str]]:
    """Rooms to come in their order: those of hosts whom one follows, then by when they begin."""

    def key(room: Room) -> tuple[int, str, str]:
        begins = room.start.at.isoformat() if room.start else ""
        return -nearness(room, followed), begins, room.room_id

    return key


def ranked(parts: Parts, viewer_id: str | None, wanted: RoomQuery) -> RoomPage:
    """Live rooms, window after window, each in the order of their worth to the viewer."""
    start, window = read_place(wanted)
    page = parts.lists.live(
        wanted.topic,
        wanted.language,
        limit=WINDOW,
        cursor=None if window == FIRST else window,
    )
    seen = visible(parts, page.rooms, viewer_id)
    ordered = rank(seen, followed_by(parts, viewer_id))
    return slice_of(ordered, start, window, page.next, wanted)


def followed_by(parts: Parts, viewer_id: str | None) -> frozenset[str]:
    """Whom the viewer follows, as far as it counts."""
    if viewer_id is None:
        return frozenset()
    page = accounts.following(parts.accounts, viewer_id, MAX_FOLLOWED, None)
    return frozenset(page.account_ids)


def slice_of(
    ordered: list[Room], start: int, window: str, next_window: str | None, wanted: RoomQuery
) -> RoomPage:
    """A page out of a window, and where it goes on: in this one, or in the next."""
    end = start + wanted.limit
    after: tuple[int, str] | None = None
    if end < len(ordered):
        after = end, window
    elif next_window:
        after = 0, next_window
    place = after and write_cursor({"start": str(after[0]), "window": after[1]}, scope(wanted))
    return RoomPage(rooms=ordered[start:end], next=place)


def read_place(wanted: RoomQuery) -> tuple[int, str]:
    """Where a cursor says that the list goes on: how far in which window."""
    if wanted.cursor is None:
        return 0, FIRST
    place = read_cursor(wanted.cursor, scope(wanted), {"start", "window"})
    start = place["start"]
    return int(start) if start.isdecimal() and len(start) <= len(str(WINDOW)) else 0, place[
        "window"
    ]


def scope(wanted: RoomQuery) -> list[str | None]:
    """What a cursor is good for."""
    return ["found", str(wanted.state), wanted.topic, wanted.language, wanted.q]


def followed_live(
    parts: Parts, caller: Caller, *, limit: int, cursor: str | None
) -> tuple[list[Followed], str | None]:
    """Live rooms where someone whom the caller follows is on stage, and the next page's cursor.

    The pages are those of whom the caller follows, read on until there is something to show; what
    is on one is ranked.
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
    return sorted(items.values(), key=worth_to_their_follower, reverse=True), cursor


def worth_to_their_follower(item: Followed) -> float:
    """How far up a room belongs for somebody who follows these people."""
    return worth(item.room, {person.account_id for person, _ in item.people})
