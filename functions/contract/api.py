"""The whole API: every door, and the OpenAPI document that is made from their own types.

The document changes with the code alone. So it is written where the API is deployed or run, and
lies
among the files of the pages; no function makes it.
"""

import json
from functools import cache
from typing import Any

from functions.accounts.app import app as accounts
from functions.contract.openapi import document
from functions.contract.raw import RAW
from functions.contract.words import SCHEMES, TAGS, about
from functions.media_door.app import app as media
from functions.reminders.app import app as reminders
from functions.rooms.app import app as rooms
from functions.tickets.app import app as tickets
from functions.transcripts.app import app as transcripts

VERSION = "0.1.0"
DOORS = (accounts, rooms, media, transcripts, tickets, reminders)


@cache
def contract() -> str:
    """The whole API as OpenAPI 3.1, as JSON text."""
    return json.dumps(described(), separators=(",", ":"))


def described() -> dict[str, Any]:
    """The document of all doors, with what their types can't say."""
    made = document(DOORS, VERSION, RAW)
    made["info"]["description"] = about()
    made["servers"] = [{"url": "/"}]
    made["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    made["components"]["securitySchemes"] = SCHEMES
    return made
