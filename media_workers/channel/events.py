"""What goes onto the `events` data channel: JSON objects `{type, at, ...}` of at most 16 KiB."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.captions import CaptionLine
from core.clock import to_rfc3339
from core.dynamo import Item
from core.people import Hand, MemberView, Person

Event = dict[str, Any]

MAX_MESSAGE = 16 * 1024
ROOM_FIELDS = (
    "room_id",
    "title",
    "description",
    "topics",
    "state",
    "access",
    "who_may_speak",
    "starts_at",
    "started_at",
    "ended_at",
    "captions",
    "recording",
    "profile",
)


class Ended(StrEnum):
    """Why a client is shown the door."""

    ENDED = "ended"
    TAKEN_DOWN = "taken_down"
    REMOVED = "removed"
    REPLACED = "replaced"
    TICKET_LOST = "ticket_lost"
    BLOCKED = "blocked"
    ABANDONED = "abandoned"


class Left(StrEnum):
    """Why a member is no longer in the room."""

    LEFT = "left"
    LOST = "lost"
    REMOVED = "removed"


def to_text(event: Event, at: datetime) -> str:
    """The event as one message, stamped with its time."""
    stamped = {"type": event["type"], "at": to_rfc3339(at)} | event
    return json.dumps(stamped, ensure_ascii=False, separators=(",", ":"))


def member_joined(member: MemberView) -> Event:
    """Someone is in the room now."""
    return {"type": "member.joined", "member": member.model_dump(mode="json")}


def member_left(account_id: str, reason: Left) -> Event:
    """Someone is not any more."""
    return {"type": "member.left", "account_id": account_id, "reason": reason}


def role_changed(member: MemberView) -> Event:
    """A member's role is another now."""
    return {
        "type": "role.changed",
        "account_id": member.account_id,
        "role": member.role,
        "member": member.model_dump(mode="json"),
    }


def muted(account_id: str, *, muted: bool, by: str) -> Event:
    """`by` muted or unmuted a member."""
    return {"type": "muted", "account_id": account_id, "muted": muted, "by": by}


def hand_raised(hand: Hand) -> Event:
    """A listener asks to speak."""
    return {"type": "hand.raised"} | hand.model_dump(mode="json")


def hand_lowered(account_id: str) -> Event:
    """And does so no longer."""
    return {"type": "hand.lowered", "account_id": account_id}


def speaking(account_ids: Iterable[str]) -> Event:
    """Who is audible now: all of them, each time."""
    return {"type": "speaking", "account_ids": sorted(account_ids)}


def reaction(account_id: str, emoji: str) -> Event:
    """A member reacted."""
    return {"type": "reaction", "account_id": account_id, "emoji": emoji}


def counts(listeners: int, speakers: int) -> Event:
    """How many are in the room."""
    return {"type": "counts", "listeners": listeners, "speakers": speakers}


def caption(line: CaptionLine) -> Event:
    """A line as it is now."""
    return {"type": "caption", "line": line.model_dump(mode="json")}


def caption_corrected(line: CaptionLine) -> Event:
    """A final line reads otherwise from now on."""
    return {"type": "caption.corrected", "line": line.model_dump(mode="json")}


def quality(view: Event) -> Event:
    """How the room's connections do: what `media_workers.rooms.quality.view` shows."""
    return {"type": "quality"} | view


def token_renewed(token: str, expires_at: datetime) -> Event:
    """A room token in the place of the one before, for this connection alone."""
    return {"type": "token.renewed", "token": token, "expires_at": to_rfc3339(expires_at)}


def moved() -> Event:
    """The room goes on elsewhere: join again."""
    return {"type": "moved"}


def ended(reason: Ended) -> Event:
    """This connection is over, and is not to be opened again."""
    return {"type": "ended", "reason": reason}


def room_view(room: Item) -> dict[str, Any]:
    """The room's item as the API shows it, but for the counts."""
    view = {name: room.get(name) for name in ROOM_FIELDS}
    named = room.get("cohosts", ())
    cohosts = [x for key, x in room.get("cohost_people", {}).items() if key in named]
    view["host"], *view["cohosts"] = (
        Person.model_validate(person).model_dump() for person in (room["host"], *cohosts)
    )
    return view


class RoomState:
    """The `room.state` that everyone gets on arrival, alike but for `you`.

    Hands that don't fit into a message are left out, the last ones first.
    """

    def __init__(
        self,
        room: Item,
        stage: Sequence[MemberView],
        hands: Sequence[Hand],
        *,
        listeners: int,
        at: datetime,
    ) -> None:
        shared: Event = {
            "type": "room.state",
            "room": room_view(room),
            "stage": [member.model_dump(mode="json") for member in stage],
            "counts": {"listeners": listeners, "speakers": len(stage)},
        }
        self._shared = to_text(shared, at)[:-1]
        self._hands = [_compact(hand.model_dump(mode="json")) for hand in hands]

    def text(self, you: MemberView) -> str:
        """The message for this member."""
        head = f'{self._shared},"you":{_compact(you.model_dump(mode="json"))},"hands":['
        left = MAX_MESSAGE - len(head.encode()) - len("]}")
        hands = []
        for hand in self._hands:
            left -= len(hand.encode()) + 1
            if left < 0:
                break
            hands.append(hand)
        return head + ",".join(hands) + "]}"


def _compact(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
