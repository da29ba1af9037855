"""One line of the log for each request about media, with the id that API Gateway gave it.

It names the connection: whatever the log says of that afterwards belongs to this request.
"""

import logging

from aiohttp import web

from core.logs import answering
from media_workers.control.problems import Handler

REQUEST_ID = "X-Request-Id"

_log = logging.getLogger(__name__)


@web.middleware
async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer under the request's id; questions about health and metrics are not told."""
    with answering(request.headers.get(REQUEST_ID, "")):
        response = await handler(request)
        if "room_id" in request.match_info:
            location = response.headers.get("Location", "")
            fact = {
                "method": request.method,
                "status": response.status,
                "room_id": request.match_info["room_id"],
                "peer_id": request.match_info.get("peer_id") or location.rpartition("/")[2],
            }
            _log.info("request.answered", extra=fact)
        return response
