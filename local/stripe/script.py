"""What browsers load where production has https://js.stripe.com/v3/: our own small script."""

from functools import cache
from pathlib import Path

from aiohttp import web

WEB = Path(__file__).parent / "web"
PARTS = ("requests.js", "fields.js", "element.js", "challenge.js", "stripe.js")


@cache
def source() -> str:
    """The parts as one script that leaves nothing but `Stripe` behind."""
    parts = "\n".join((WEB / part).read_text() for part in PARTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();\n'


async def script(_request: web.Request) -> web.Response:
    """For pages of any origin."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
    return web.Response(text=source(), content_type="text/javascript", headers=headers)
