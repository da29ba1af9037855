"""The contract's door: the OpenAPI document of all doors, made from their own types."""

import json
import os
from functools import cache

from chalice.app import Response

from functions.accounts.app import app as accounts
from functions.media_door.app import app as media
from functions.reminders.app import app as reminders
from functions.rooms.app import app as rooms
from functions.shared import openapi
from functions.shared.config import Config
from functions.shared.door import Door
from functions.tickets.app import app as tickets
from functions.transcripts.app import app as transcripts

VERSION = "0.1.0"

app = Door("contract", Config.from_env(os.environ))
DOORS = (accounts, rooms, reminders, tickets, transcripts, media, app)


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
    return json.dumps(openapi.document(DOORS, VERSION), separators=(",", ":"))
