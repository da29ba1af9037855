"""What Stripe sends us."""

import logging
from datetime import datetime
from http import HTTPStatus

from chalice.app import Response

from functions.shared.gateway_event import Request
from functions.shared.http_refusal import HttpRefusal
from functions.tickets.actions import events
from functions.tickets.door import door, parts
from functions.tickets.payments import Forged

log = logging.getLogger(__name__)


@door.answers("POST", "/stripe/webhook")
def receive_event(request: Request, now: datetime) -> Response:
    """An event of Stripe's; 400 `bad_signature`. Once it is answered it is kept."""
    signature = request.headers.get("stripe-signature", "")
    try:
        events.receive(parts, request.body, signature, now)
    except Forged as reason:
        log.warning("event.forged", extra={"reason": str(reason)})
        detail = "This was not signed by Stripe as it came, or too long ago."
        raise HttpRefusal(HTTPStatus.BAD_REQUEST, "bad_signature", detail) from reason
    return Response(body="", status_code=int(HTTPStatus.OK))
