"""The contract's door: the OpenAPI document of all doors, made from their own types."""

import json
from functools import cache
from typing import Any

from chalice.app import Response

from functions.accounts.app import app as accounts
from functions.contract.openapi import document
from functions.contract.raw import RAW
from functions.contract.words import SCHEMES, TAGS, about
from functions.media_door.app import app as media
from functions.reminders.app import app as reminders
from functions.rooms.app import app as rooms
from functions.shared.aws import environment
from functions.shared.config import Config
from functions.shared.door import Door
from functions.tickets.app import app as tickets
from functions.transcripts.app import app as transcripts

VERSION = "0.1.0"

app = Door("contract", Config.from_env(environment()))
DOORS = (accounts, rooms, media, transcripts, tickets, reminders, app)


@app.answers("GET", "/openapi.json")
def read_contract() -> Response:
    """This document."""
    return Response(
        body=contract(),
        headers={"Content-Type": "application/json", "Cache-Control": "public, max-age=300"},
    )


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
