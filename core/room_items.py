"""How a live room lies in the rooms table, for the doors and for the worker that runs it.

pk                 sk                    holds
room#<room_id>     meta                  the room; `lease_worker`, `lease_term`: who runs it; sets
                                         `stage` and `cohosts` of account ids; from its worker
                                         `listener_count`, `listened_s`, `away`, `empty_since`
                                         (see `core.roster.Headcount`)
                   member#<account_id>   a member now in the room
                   hand#<hand_id>        a raised hand, in order
                   bar#<account_id>      removed, and kept out
                   log#<entry_id>        who did what to whom
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from core.clock import from_rfc3339, to_rfc3339
from core.dynamo import Item
from core.roles import Role

META = "meta"

WHO_IS_THERE = ("stage", "away", "empty_since")
"""What goes from a room's item when the room is over."""


def room_key(room_id: str) -> str:
    """The partition of everything about one room."""
    return f"room#{room_id}"


def member_key(account_id: str) -> str:
    """The sort key of a member's item."""
    return f"member#{account_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An account (or a guest) in a room. `revision` rises with every change of role or mute.

    `peer_id` is the connection that carries the member's sound, None before there is one.
    """

    account_id: str
    handle: str | None
    name: str
    avatar_url: str | None
    role: Role
    muted: bool
    hand: str | None
    joined_at: datetime
    revision: int
    peer_id: str | None = None

    def to_item(self, room_id: str) -> Item:
        """The member's item; absent values are left out."""
        fields: dict[str, Any] = asdict(self) | {
            "pk": room_key(room_id),
            "sk": member_key(self.account_id),
            "role": str(self.role),
            "joined_at": to_rfc3339(self.joined_at),
        }
        return {name: value for name, value in fields.items() if value is not None}

    @classmethod
    def from_item(cls, item: Item) -> "Member":
        """The inverse of `to_item`."""
        return cls(
            account_id=item["account_id"],
            handle=item.get("handle"),
            name=item["name"],
            avatar_url=item.get("avatar_url"),
            role=Role(item["role"]),
            muted=item["muted"],
            hand=item.get("hand"),
            joined_at=from_rfc3339(item["joined_at"]),
            revision=item["revision"],
            peer_id=item.get("peer_id"),
        )
