"""May a buyer give a ticket back now, and until when? Pure.

Tickets go back by the rule by which they were bought, or the offer's own if that has become kinder
since, until the room is to start. Who bought before a room was
moved may also give them back for some time after the move, whatever the offer's rule says, since
the new time may not suit them; but not once they came in. So may whom the host has blocked since,
for as long after the start, since no door opens to them. Rooms that are cancelled, or whose hosts
never came, are refunded without being asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import Conflict, NotAllowed
from functions.rooms.life import State as RoomState
from functions.tickets.rules.life import TicketState
from functions.tickets.rules.model import RefundGround, RefundRule, Ticket

TERMS = {
    RefundRule.UNTIL_START: "Tickets can be given back for a full refund until the room starts.",
    RefundRule.NEVER: "Tickets can be given back only if the room is moved, or does not happen.",
}
"""What buyers read on their receipts, and banks if a sale is disputed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides beside the ticket: of its purchase, its offer, its room, and the policy.

    `checked_in_at`: when its holder first came into the room. `blocked`: the host has blocked them.
    """

    paid_at: datetime
    rule: RefundRule
    room_state: RoomState
    starts_at: datetime | None
    rescheduled_at: datetime | None
    checked_in_at: datetime | None
    window: timedelta
    blocked: bool = False


def allow_refund(
    ticket: Ticket, account_id: str, circumstances: Circumstances, now: datetime
) -> RefundGround:
    """By which rule the account may give the ticket back now.

    Else NotAllowed `bought_by_another`, or Conflict `not_refundable` with the `reason`.
    """
    if account_id != ticket.buyer_id:
        detail = "Only who bought a ticket can give it back."
        raise NotAllowed("bought_by_another", detail)
    if ticket.holder_id != ticket.buyer_id:
        raise not_refundable("given_away", "You have given this ticket to somebody else.")
    if ticket.state is not TicketState.VALID:
        raise not_refundable(str(ticket.state), f"This ticket is {ticket.state}.")
    times = _times(circumstances)
    open_still = [ground for ground, until in times.items() if now < until]
    if open_still:
        return open_still[0]
    if not times and circumstances.rule is RefundRule.NEVER:
        raise not_refundable("rule", "Tickets for this room can't be given back.")
    raise not_refundable("too_late", "It is too late to give this ticket back.")


def refundable_until(
    ticket: Ticket, account_id: str, circumstances: Circumstances
) -> datetime | None:
    """Before when the account may give the ticket back; None if it may not at all."""
    if not is_to_give(ticket, account_id):
        return None
    return max(_times(circumstances).values(), default=None)


def kinder(bought_by: RefundRule, offered: RefundRule) -> RefundRule:
    """The rule for a ticket whose offer has another by now."""
    return bought_by if bought_by is RefundRule.UNTIL_START else offered


def is_to_give(ticket: Ticket, account_id: str) -> bool:
    """Whether it is the account's to give back, if it may go back at all."""
    mine = account_id == ticket.buyer_id == ticket.holder_id
    return mine and ticket.state is TicketState.VALID


def _times(circumstances: Circumstances) -> dict[RefundGround, datetime]:
    """Before when a ticket may go back by each rule that lets it."""
    times = {
        RefundGround.UNTIL_START: _by_rule(circumstances),
        RefundGround.MOVED: _by_move(circumstances),
        RefundGround.BLOCKED: _by_block(circumstances),
    }
    return {ground: until for ground, until in times.items() if until}


def _by_rule(circumstances: Circumstances) -> datetime | None:
    open_still = circumstances.room_state is RoomState.SCHEDULED
    by_rule = circumstances.rule is RefundRule.UNTIL_START
    return circumstances.starts_at if by_rule and open_still else None


def _by_move(circumstances: Circumstances) -> datetime | None:
    moved_at = circumstances.rescheduled_at
    if moved_at is None or circumstances.paid_at >= moved_at or circumstances.checked_in_at:
        return None
    return moved_at + circumstances.window


def _by_block(circumstances: Circumstances) -> datetime | None:
    if not circumstances.blocked or circumstances.checked_in_at or not circumstances.starts_at:
        return None
    return circumstances.starts_at + circumstances.window


def not_refundable(reason: str, detail: str) -> Conflict:
    """The ticket stays bought."""
    return Conflict("not_refundable", detail, reason=reason)
