"""Cursors: where a list goes on, opaque to clients and good for the same list only."""

import base64
import json
from typing import Any

from core.errors import Invalid

MAX_KEY = 1024
"""Characters of a sort key: DynamoDB's own bound."""


def write_cursor(key: dict[str, Any], scope: list[Any]) -> str:
    """An opaque cursor that only the same query takes back."""
    return base64.urlsafe_b64encode(json.dumps([scope, key]).encode()).decode()


def read_cursor(cursor: str, scope: list[Any], names: set[str]) -> dict[str, str]:
    """The key of these names behind a cursor of the same query; `bad_cursor` for anything else."""
    try:
        written, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError, RecursionError) as error:
        raise bad_cursor() from error
    if written != scope or not isinstance(key, dict) or key.keys() != names:
        raise bad_cursor()
    if not all(isinstance(part, str) and 0 < len(part) <= MAX_KEY for part in key.values()):
        raise bad_cursor()
    return key


def bad_cursor() -> Invalid:
    """The cursor is another list's, or nobody's."""
    return Invalid("bad_cursor", "That cursor was not made by this list.")
