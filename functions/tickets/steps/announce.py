"""People hear in the page what became of their tickets, and hosts what is not sold by itself.

Of tickets as it happens, and once at best: what cannot be told now stands in them all the same.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from core.alerts import Alert, AlertType, event_id, write_alert
from core.errors import Unavailable
from functions.rooms.brief import RoomBrief, news_for_host
from functions.rooms.model import Room
from functions.tickets.parts import Parts
from functions.tickets.rules.model import Ticket

ALERTS = "alerts"

log = logging.getLogger(__name__)


def issued(parts: Parts, tickets: Iterable[Ticket], now: datetime) -> None:
    """Their holders have these tickets from now on."""
    tell(parts, AlertType.TICKET_ISSUED, tickets, now)


def refunded(parts: Parts, tickets: Iterable[Ticket], now: datetime) -> None:
    """Their holders have these tickets no more, and the money goes back."""
    tell(parts, AlertType.TICKET_REFUNDED, tickets, now)


def tell(parts: Parts, news: AlertType, tickets: Iterable[Ticket], now: datetime) -> None:
    """One alert for each holder and room, naming the first of their tickets."""
    firsts = {(ticket.holder_id, ticket.room_id): ticket for ticket in reversed(list(tickets))}
    rooms = parts.rooms.rooms.get_many({ticket.room_id for ticket in firsts.values()})
    alerts = [
        Alert(
            type=news,
            at=now,
            event_id=event_id(now, news, ticket.ticket_id, ticket.holder_id),
            to=(ticket.holder_id,),
            facts={
                "room": RoomBrief.of(rooms[ticket.room_id]).model_dump(mode="json"),
                "ticket_id": ticket.ticket_id,
            },
        )
        for ticket in firsts.values()
    ]
    try:
        parts.queues.send(ALERTS, map(write_alert, alerts))
    except Unavailable as reason:
        log.warning("ticket.untold", extra={"news": str(news), "reason": reason.code})


def not_on_sale(parts: Parts, room: Room, reason: str, at: datetime) -> None:
    """The host has to put this next room of a series on sale again: why we could not.

    Told twice with the same `at`, it is one event. Unavailable `queue_unavailable`.
    """
    alert = news_for_host(AlertType.ROOM_NOT_ON_SALE, room, at, reason=reason)
    parts.queues.send(ALERTS, [write_alert(alert)])
