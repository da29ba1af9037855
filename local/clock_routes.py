"""`/local/clock` moves the time of the whole stack; only the local stack has it.

`GET /local/clock`                         -> {"now"}
`POST /local/clock {"advance_s": 120}`     -> {"now"}, once media workers live in the new time
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

from aiohttp import web
from pydantic import Field, ValidationError

from core.clock import to_rfc3339
from functions.shared.models import Body
from local.clock import Clock
from local.gateway import invalid_body

A_YEAR = 366 * 24 * 3600


class Advance(Body):
    """How far the clock is moved. There is no way back: what has been can't be undone."""

    advance_s: Annotated[int, Field(ge=0, le=A_YEAR)]


def clock_routes(clock: Clock, settled: Callable[[], Awaitable[None]]) -> web.RouteTableDef:
    """The routes. `settled` returns once the stack has caught up with a move."""
    routes = web.RouteTableDef()

    def shown() -> web.Response:
        return web.json_response({"now": to_rfc3339(clock.utc_now())})

    @routes.get("/local/clock")
    async def show(_request: web.Request) -> web.Response:
        return shown()

    @routes.post("/local/clock")
    async def advance(request: web.Request) -> web.Response:
        try:
            asked = Advance.model_validate_json(await request.read())
        except ValidationError as error:
            return invalid_body(error)
        clock.advance(timedelta(seconds=asked.advance_s))
        await settled()
        return shown()

    return routes
