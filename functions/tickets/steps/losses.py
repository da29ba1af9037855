"""Who lost a ticket leaves the room: the room is told until it has heard."""

import logging
from collections.abc import Iterable
from datetime import datetime

from core.errors import Unavailable
from functions.tickets.parts import Parts
from functions.tickets.rules.model import Ticket

log = logging.getLogger(__name__)


def tell(parts: Parts, hold_id: str, account_id: str, now: datetime) -> None:
    """The room has heard that the account lost a ticket. Unavailable `worker_unreachable`."""
    from functions.rooms import actions_audience as audience

    loss = parts.tickets.loss(hold_id, account_id)
    if loss is None:
        return
    audience.ticket_lost(parts.rooms, loss.room_id, account_id, now)
    parts.tickets.heard(loss)


def tell_at_once(parts: Parts, tickets: Iterable[Ticket], now: datetime) -> None:
    """The room hears of these tickets' holders now, or else from the sweeper."""
    for hold_id, account_id in {(ticket.hold_id, ticket.holder_id) for ticket in tickets}:
        try:
            tell(parts, hold_id, account_id, now)
        except Unavailable as reason:
            facts = {"hold_id": hold_id, "account_id": account_id, "reason": reason.code}
            log.warning("room.untold", extra=facts)
