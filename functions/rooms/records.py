"""How rooms and their logs lie in the rooms table, beside what core/room_items tells of it.

pk                    sk                        holds
room#<room_id>        meta                      the room, in both indexes; `on_sale` while there is
                                                  an offer for it, and `access_unsold` (see
                                                  `sale`); `taken_down`, if a moderator did that;
                                                  `last_arrival`, who came on stage last;
                                                  `visits`, how often listeners came in, and
                                                  `listened_s`, for how many seconds they
                                                  listened, all in all
                      log#<entry_id>            who did what to whom
                      rate#<name>#<account_id>  when that account's bucket is full again; expires
account#<account_id>  hosting                   the set `scheduled` of room ids
                      live                      `room_id`: where they were last seen on stage

by_state: pk the state, sk `<time>#<room_id>`, when it begins, began or ended
by_host:  pk the host, sk `<time>#<room_id>`, when it begins or began
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import Item
from core.ids import new_id
from core.people import Person
from core.profiles import Profile
from core.room_items import META, room_key
from functions.rooms.life import State
from functions.rooms.model import Access, Arrival, Captions, Room, WhoMaySpeak, topic_key
from functions.rooms.schedule import Series, Start

HOSTING = "hosting"
LIVE = "live"
STOA = Person(account_id="stoa", handle=None, name="Stoa", avatar_url=None)
"""Whoever the log names where we ourselves did it, or somebody whom the room is not told of."""


class Deed(StrEnum):
    """What the log tells of."""

    OPENED = "opened"
    CHANGED = "changed"
    STARTED = "started"
    ENDED = "ended"
    TAKEN_DOWN = "taken_down"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    TOOK_STAGE = "took_stage"
    STEPPED_DOWN = "stepped_down"
    INVITED_UP = "invited_up"
    MOVED_DOWN = "moved_down"
    NAMED_COHOST = "named_cohost"
    DISMISSED_COHOST = "dismissed_cohost"
    MUTED = "muted"
    MUTED_ALL = "muted_all"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a room's log: `by` did it, to `whom` if to anybody."""

    entry_id: str
    at: datetime
    deed: Deed
    by: str
    whom: str | None = None

    @classmethod
    def of(cls, deed: Deed, by: str, now: datetime, whom: str | None = None) -> "Entry":
        """A new line."""
        return cls(entry_id=new_id("entry", now), at=now, deed=deed, by=by, whom=whom)


def account_key(account_id: str) -> str:
    """The partition of what one account does in rooms."""
    return f"account#{account_id}"


def bar_key(account_id: str) -> str:
    """The sort key of what keeps an account out."""
    return f"bar#{account_id}"


def hand_key(hand_id: str) -> str:
    """The sort key of a raised hand; text order is the order of raising."""
    return f"hand#{hand_id}"


def index_key(time: datetime, room_id: str) -> str:
    """Text order is time order."""
    return f"{to_rfc3339(time)}#{room_id}"


def room_item(room: Room) -> Item:
    """A new room's item; what there is none of is left out."""
    begins = room.started_at or (room.start.at if room.start else None)
    if begins is None:
        raise ValueError("a new room is live or scheduled")
    item = {
        "pk": room_key(room.room_id),
        "sk": META,
        "room_id": room.room_id,
        "title": room.title,
        "description": room.description,
        "topics": list(room.topics),
        "topic_keys": [topic_key(topic) for topic in room.topics],
        "state": str(room.state),
        "access": str(room.access),
        "who_may_speak": str(room.who_may_speak),
        "host": room.host.model_dump(),
        "cohost_people": {},
        "stage": set(room.stage) or None,
        "captions": {"language": room.captions.language, "enabled": room.captions.enabled},
        "recording": room.recording,
        "profile": str(room.profile),
        **(start_map(room.start, "starts_at") if room.start else {}),
        "series": room.series and series_map(room.series),
        "started_at": room.started_at and to_rfc3339(room.started_at),
        "listener_count": 0,
        "revision": room.revision,
        "schedule_version": room.schedule_version,
        "by_state_pk": str(room.state),
        "by_state_sk": index_key(begins, room.room_id),
        "by_host_pk": room.host.account_id,
        "by_host_sk": index_key(begins, room.room_id),
    }
    return {name: value for name, value in item.items() if value is not None}


def room_from_item(item: Item) -> Room:
    """The inverse of `room_item`."""
    cohosts = item.get("cohosts", set())
    people = [Person(**person) for person in item["cohost_people"].values()]
    return Room(
        room_id=item["room_id"],
        title=item["title"],
        description=item["description"],
        topics=tuple(item["topics"]),
        state=State(item["state"]),
        access=Access(item["access"]),
        who_may_speak=WhoMaySpeak(item["who_may_speak"]),
        host=Person(**item["host"]),
        captions=Captions(**item["captions"]),
        recording=item["recording"],
        profile=Profile(item.get("profile", Profile.VOICE)),
        start=start_from(item, "starts_at") if "starts_at" in item else None,
        rescheduled_at=time_in(item, "rescheduled_at"),
        schedule_version=item["schedule_version"],
        revision=item["revision"],
        series=series_from(item["series"]) if "series" in item else None,
        cohosts=tuple(person for person in people if person.account_id in cohosts),
        stage=frozenset(item.get("stage", ())),
        started_at=time_in(item, "started_at"),
        ended_at=time_in(item, "ended_at"),
        taken_down=item.get("taken_down", False),
        away=frozenset(item.get("away", ())),
        listener_count=listeners_in(item),
        last_arrival=arrival_in(item),
        visits=item.get("visits", 0),
        listened_s=item.get("listened_s", 0),
        access_unsold=Access(item["access_unsold"]) if "access_unsold" in item else None,
    )


def entry_item(room_id: str, entry: Entry) -> Item:
    """A line of the log."""
    item = {
        "pk": room_key(room_id),
        "sk": f"log#{entry.entry_id}",
        "entry_id": entry.entry_id,
        "at": to_rfc3339(entry.at),
        "deed": str(entry.deed),
        "by": entry.by,
        "whom": entry.whom,
    }
    return {name: value for name, value in item.items() if value is not None}


def entry_from_item(item: Item) -> Entry:
    """The inverse of `entry_item`."""
    return Entry(
        entry_id=item["entry_id"],
        at=from_rfc3339(item["at"]),
        deed=Deed(item["deed"]),
        by=item["by"],
        whom=item.get("whom"),
    )


def hint_item(account_id: str, room_id: str) -> Item:
    """Where an account was last seen on stage."""
    return {
        "pk": account_key(account_id),
        "sk": LIVE,
        "account_id": account_id,
        "room_id": room_id,
    }


def start_map(start: Start, at: str) -> Item:
    """A start's attributes, of which `at` names that of its instant."""
    return {at: to_rfc3339(start.at), "zone": start.zone, "starts_local": start.local}


def start_from(item: Item, at: str) -> Start:
    """The inverse of `start_map`."""
    return Start(at=from_rfc3339(item[at]), zone=item.get("zone"), local=item.get("starts_local"))


def series_map(series: Series) -> Item:
    """A series as its occurrence carries it: with its own place in the rhythm."""
    slot = start_map(series.slot, "slot_at")
    return {"series_id": series.series_id, "missed": series.missed, **slot}


def series_from(item: Item) -> Series:
    """The inverse of `series_map`."""
    return Series(
        series_id=item["series_id"], missed=item["missed"], slot=start_from(item, "slot_at")
    )


def arrival_map(entry: Entry) -> Item:
    """Who came on stage by this deed, as the room's item has it."""
    return {"account_id": entry.whom, "by": entry.by, "at": to_rfc3339(entry.at)}


def arrival_in(item: Item) -> Arrival | None:
    """The inverse of `arrival_map`, None where nobody ever came."""
    if "last_arrival" not in item:
        return None
    found = item["last_arrival"]
    return Arrival(account_id=found["account_id"], by=found["by"], at=from_rfc3339(found["at"]))


def listeners_in(item: Item) -> int:
    """How many listen; none once it is over, whatever its worker counted at that moment."""
    return max(0, item["listener_count"]) if item["state"] == State.LIVE else 0


def time_in(item: Item, name: str) -> datetime | None:
    """The time under this name, if there is one."""
    return from_rfc3339(item[name]) if name in item else None
