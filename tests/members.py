"""Members of a room, for whoever needs some."""

from datetime import datetime
from typing import Any

from core.roles import Role
from core.room_items import Member


def newcomer(account_id: str, role: Role, joined_at: datetime, /, **changes: Any) -> Member:
    """Somebody who has just come in, but for these changes."""
    fields: dict[str, Any] = {
        "account_id": account_id,
        "handle": account_id,
        "name": account_id.title(),
        "avatar_url": None,
        "role": role,
        "muted": False,
        "hand": None,
        "joined_at": joined_at,
        "revision": 1,
    }
    return Member(**(fields | changes))
