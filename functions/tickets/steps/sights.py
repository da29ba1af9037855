"""Tickets as somebody sees them: with their room, their holder, and until when they can go back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.admission import Entry
from core.people import Person
from functions.accounts import actions as accounts
from functions.rooms.model import Room
from functions.rooms.people import somebody
from functions.tickets.parts import Parts
from functions.tickets.rules.model import RefundRule, Ticket
from functions.tickets.rules.refunds import Circumstances, is_to_give, kinder, refundable_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A ticket, and what `viewer_id` sees of it. `entry`: how its holder used the room."""

    ticket: Ticket
    room: Room
    holder: Person
    entry: Entry | None
    circumstances: Circumstances
    viewer_id: str

    @property
    def refundable_until(self) -> datetime | None:
        """Before when the viewer may give it back, None if they may not."""
        return refundable_until(self.ticket, self.viewer_id, self.circumstances)


def see(parts: Parts, ticket: Ticket, viewer_id: str) -> Sight:
    """The ticket as this account sees it."""
    (seen,) = see_all(parts, [ticket], viewer_id)
    return seen


def see_all(parts: Parts, tickets: Sequence[Ticket], viewer_id: str) -> list[Sight]:
    """The tickets as this account sees them."""
    room_ids = {ticket.room_id for ticket in tickets}
    rooms = parts.rooms.rooms.get_many(room_ids)
    offers = parts.offers.find_many(room_ids)
    people = accounts.people(parts.rooms.accounts, {ticket.holder_id for ticket in tickets})
    entries = parts.rooms.admissions.find_many({(t.room_id, t.holder_id) for t in tickets})
    sights = []
    for ticket in tickets:
        room, offer = rooms[ticket.room_id], offers.get(ticket.room_id)
        entry = entries.get((ticket.room_id, ticket.holder_id))
        circumstances = Circumstances(
            paid_at=ticket.issued_at,
            rule=kinder(ticket.refund_rule, offer.refund_rule if offer else RefundRule.NEVER),
            room_state=room.state,
            starts_at=room.start.at if room.start else None,
            rescheduled_at=room.rescheduled_at,
            checked_in_at=entry.checked_in_at if entry else None,
            window=parts.policy.refund_window,
        )
        sight = Sight(
            ticket=ticket,
            room=room,
            holder=somebody(people, ticket.holder_id),
            entry=entry,
            circumstances=circumstances,
            viewer_id=viewer_id,
        )
        sights.append(sight)
    return list(blocked(parts, sights, viewer_id))


def blocked(parts: Parts, sights: Sequence[Sight], viewer_id: str) -> Iterator[Sight]:
    """The same; with what a host's block opens to the viewer where all else would keep it shut."""
    mine = [each for each in sights if is_to_give(each.ticket, viewer_id)]
    shut = {each.room.host.account_id for each in mine if each.refundable_until is None}
    hosts = accounts.blockers_among(parts.rooms.accounts, shut, viewer_id) if shut else set()
    for each in sights:
        circumstances = replace(each.circumstances, blocked=each.room.host.account_id in hosts)
        yield replace(each, circumstances=circumstances)
