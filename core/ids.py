"""Identifiers: a ULID behind the prefix of its kind: they sort by time and say what they name."""

from datetime import datetime

from ulid import ULID


def new_id(kind: str, now: datetime) -> str:
    """`room_01J...`: unique, sortable by `now` (milliseconds)."""
    return f"{kind}_{ULID.from_datetime(now)}"
