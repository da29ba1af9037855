"""Identifiers: a ULID behind the prefix of its kind: they sort by time and say what they name."""

from datetime import datetime
from hashlib import sha256

from ulid import ULID

GUEST = "guest"
"""The kind of those who come without an account."""


def new_id(kind: str, now: datetime) -> str:
    """`room_01J...`: unique, sortable by `now` (milliseconds)."""
    return f"{kind}_{ULID.from_datetime(now)}"


def id_of(kind: str, text: str) -> str:
    """The id that this text always has, and no other; it has no time in it."""
    return f"{kind}_{ULID.from_bytes(sha256(text.encode()).digest()[:16])}"


def is_guest(account_id: str) -> bool:
    """Whether it names somebody who came without an account."""
    return account_id.startswith(f"{GUEST}_")
