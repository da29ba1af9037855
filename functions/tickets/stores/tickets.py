"""Tickets, and the rights to enter that go with them. Layout: see `records` and core/admission.

Writes are handed out, not executed: an action puts those of several stores into one transaction.
Whoever loses a ticket leaves a loss, in the same transaction: a note that the room must hear of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from core.admission import grant, withdraw
from core.dynamo import (
    Attr,
    ConditionBase,
    ConditionFailed,
    Database,
    Delete,
    Put,
    Update,
    Write,
    absent,
)
from core.errors import NotFound
from core.ids import new_id
from core.tables import TICKETS
from functions.tickets.rules.issue import ticket_ids
from functions.tickets.rules.life import TicketState
from functions.tickets.rules.model import Loss, Purchase, Ticket
from functions.tickets.stores.records import (
    TICKET,
    hold_key,
    ticket_from_item,
    ticket_item,
    ticket_key,
)
from functions.tickets.stores.records_money import loss_from_item, loss_item, loss_key


class TicketStore:
    """Tickets by id, by purchase, by holder; and who lost one."""

    def __init__(self, database: Database) -> None:
        self.table = database.table(TICKETS)

    def get(self, ticket_id: str) -> Ticket:
        """The ticket as it is written now; NotFound `ticket_not_found`."""
        item = self.table.get(ticket_key(ticket_id), TICKET)
        if item is None:
            raise ticket_not_found()
        return ticket_from_item(item)

    def of(self, purchase: Purchase) -> list[Ticket]:
        """The tickets that were issued for a purchase."""
        keys = [(ticket_key(ticket_id), TICKET) for ticket_id in ticket_ids(purchase)]
        return [ticket_from_item(item) for item in self.table.get_many(keys)]

    def held_by(
        self, account_id: str, limit: int, cursor: str | None
    ) -> tuple[list[Ticket], str | None]:
        """A page of an account's tickets, the newest first; it may lag by a moment."""
        page = self.table.query(
            account_id, index="by_holder", newest_first=True, limit=limit, cursor=cursor
        )
        return [ticket_from_item(item) for item in page.items], page.next

    def issuing(self, tickets: Iterable[Ticket]) -> list[Write]:
        """New tickets, which open the door to their holders."""
        issued = list(tickets)
        puts: list[Write] = [Put(item=ticket_item(each), condition=absent) for each in issued]
        return [*puts, *granting(issued)]

    def moving(self, tickets: Iterable[Ticket], state: TicketState, now: datetime) -> list[Write]:
        """These tickets, all as they were read, are in this state, and the door knows it."""
        moved = list(tickets)
        updates: list[Write] = [
            Update(
                pk=ticket_key(each.ticket_id),
                sk=TICKET,
                set={"state": str(state)},
                condition=self._as_read(each),
            )
            for each in moved
        ]
        if state is TicketState.VALID:
            return [*updates, *granting(moved)]
        return [*updates, *losing([e for e in moved if e.state is TicketState.VALID], now)]

    def giving(self, ticket: Ticket, holder_id: str, now: datetime) -> list[Write]:
        """The ticket, as it was read, is another's."""
        given = Update(
            pk=ticket_key(ticket.ticket_id),
            sk=TICKET,
            set={"holder_id": holder_id, "by_holder_pk": holder_id},
            condition=self._as_read(ticket),
        )
        gains = grant(ticket.room_id, holder_id, {ticket.ticket_id})
        return [given, gains, *losing([ticket], now)]

    def loss(self, hold_id: str, account_id: str) -> Loss | None:
        """What the room has yet to hear of this account."""
        item = self.table.get(hold_key(hold_id), loss_key(account_id))
        return loss_from_item(item) if item else None

    def heard(self, loss: Loss) -> None:
        """The room has heard of it, if there was no other loss meanwhile."""
        gone = Delete(
            pk=hold_key(loss.hold_id),
            sk=loss_key(loss.account_id),
            condition=Attr("loss_id").eq(loss.loss_id),
        )
        try:
            self.table.write(gone)
        except ConditionFailed:
            return

    def _as_read(self, ticket: Ticket) -> ConditionBase:
        """Of two who move a ticket at once, the second finds it changed."""
        return Attr("state").eq(str(ticket.state)) & Attr("holder_id").eq(ticket.holder_id)


def granting(tickets: Iterable[Ticket]) -> list[Write]:
    """The tickets open the door to their holders."""
    return [
        grant(room_id, holder_id, ticket_ids)
        for (room_id, holder_id), ticket_ids in by_holder(tickets).items()
    ]


def losing(tickets: Iterable[Ticket], now: datetime) -> list[Write]:
    """The tickets open the door to their holders no more, and the room has to hear of it."""
    lost = list(tickets)
    writes: list[Write] = [
        withdraw(room_id, holder_id, ticket_ids)
        for (room_id, holder_id), ticket_ids in by_holder(lost).items()
    ]
    holders = {ticket.holder_id: ticket for ticket in lost}
    return [*writes, *(Put(item=loss_item(loss_of(each, now))) for each in holders.values())]


def loss_of(ticket: Ticket, now: datetime) -> Loss:
    """What the room has to hear, at once."""
    return Loss(
        loss_id=new_id("loss", now),
        hold_id=ticket.hold_id,
        room_id=ticket.room_id,
        account_id=ticket.holder_id,
        due_at=now,
    )


def by_holder(tickets: Iterable[Ticket]) -> Mapping[tuple[str, str], set[str]]:
    """The tickets' ids by room and holder: an account's right to enter is one item."""
    grouped: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for ticket in tickets:
        grouped[ticket.room_id, ticket.holder_id].add(ticket.ticket_id)
    return grouped


def ticket_not_found() -> NotFound:
    """No such ticket, or none that the caller may know of."""
    return NotFound("ticket_not_found", "There is no such ticket.")
