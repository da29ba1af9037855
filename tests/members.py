"""Members of a room, for whoever needs some."""

from datetime import datetime
from typing import Any

from core.people import MemberView
from core.roles import Role
from core.room_items import Member


def newcomer(account_id: str, role: Role, joined_at: datetime, /, **changes: Any) -> Member:
    """Somebody who has just come in, but for these changes."""
    new = {"hand": None, "joined_at": joined_at, "revision": 1}
    return Member(**(_somebody(account_id, role) | new | changes))


def view(account_id: str = "bob", role: Role = Role.LISTENER, **changes: Any) -> MemberView:
    """Such a one as others see them."""
    return MemberView(**(_somebody(account_id, role) | {"hand": False} | changes))


def _somebody(account_id: str, role: Role) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "handle": account_id,
        "name": account_id.title(),
        "avatar_url": None,
        "role": role,
        "muted": False,
    }
