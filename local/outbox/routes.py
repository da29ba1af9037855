"""`/local/outbox`: what was sent, as a page and as JSON; only the local stack has it.

`GET /local/outbox`                              the page; `to`, `kind` and `limit` choose
`GET /local/outbox.json?to=&kind=&limit=`        -> {"items": [...]}, the newest first
`GET /local/outbox/{message_id}/files/{number}`  an attachment

`to` is an e-mail address, a device's token or its endpoint; `kind` is `email` or `push`.
"""

import json
import secrets
from pathlib import Path
from typing import Annotated, Literal

from aiohttp import web
from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from local.gateway import invalid_body
from local.outbox.outbox import KEPT, Outbox

SHOWN = 100
HEADERS = {"Cache-Control": "no-store"}
# What a letter says is not ours: no script of it runs, nor does its frame let any. The page's own
# measures how high a letter is, for which the two have one origin.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; frame-src 'self'; "
    "script-src 'nonce-{nonce}'"
)
PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
PAGES.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)


class Choice(BaseModel):
    """Which messages somebody wants to see."""

    model_config = ConfigDict(extra="forbid")

    to: str = ""
    kind: Literal["", "email", "push"] = ""
    limit: Annotated[int, Field(ge=1, le=KEPT)] = SHOWN


def outbox_routes(outbox: Outbox) -> web.RouteTableDef:
    """The routes below /local/outbox."""
    routes = web.RouteTableDef()

    @routes.get("/local/outbox")
    async def show_page(request: web.Request) -> web.Response:
        try:
            chosen = Choice.model_validate(dict(request.query))
        except ValidationError as error:
            return invalid_body(error)
        page = PAGES.get_template("outbox.html")
        nonce = secrets.token_urlsafe(16)
        messages = outbox.find(**chosen.model_dump())
        text = page.render(messages=messages, chosen=chosen, nonce=nonce)
        headers = HEADERS | {"Content-Security-Policy": POLICY.format(nonce=nonce)}
        return web.Response(text=text, content_type="text/html", headers=headers)

    @routes.get("/local/outbox.json")
    async def show_json(request: web.Request) -> web.Response:
        try:
            chosen = Choice.model_validate(dict(request.query))
        except ValidationError as error:
            return invalid_body(error)
        items = [sent.shown() for sent in outbox.find(**chosen.model_dump())]
        return web.json_response({"items": items}, headers=HEADERS)

    @routes.get("/local/outbox/{message_id}/files/{number:\\d{1,3}}")
    async def download(request: web.Request) -> web.Response:
        sent = outbox.get(request.match_info["message_id"])
        number = int(request.match_info["number"])
        if sent is None or number >= len(sent.files):
            raise web.HTTPNotFound
        file = sent.files[number]
        disposition = f'attachment; filename="{ascii_name(file.name)}"'
        return web.Response(
            body=file.data,
            headers=HEADERS
            | {"Content-Type": file.content_type, "Content-Disposition": disposition},
        )

    return routes


def ascii_name(name: str) -> str:
    """A file's name that needs no escaping in a header."""
    return "".join(char if char.isascii() and char.isprintable() else "_" for char in name).replace(
        '"', "_"
    )
