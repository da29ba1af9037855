"""What a dispute is to us, and who bears how much of it. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from functions.tickets.rules.expected import Sale
from functions.tickets.rules.left import left_of
from functions.tickets.rules.model import DisputeState, Purchase

INQUIRIES = frozenset({"warning_needs_response", "warning_under_review"})
WON = frozenset({"won", "warning_closed"})


def state_of(status: str, *, withdrawn: bool) -> DisputeState:
    """How a dispute of this status stands (https://docs.stripe.com/api/disputes/object).

    One that was `prevented` is over: lost if the money went, else nothing happened. A status that
    we don't know is open: somebody has to look.
    """
    if status in INQUIRIES:
        return DisputeState.INQUIRY
    if status in WON:
        return DisputeState.WON
    if status == "prevented":
        return DisputeState.LOST if withdrawn else DisputeState.WON
    return DisputeState.LOST if status == "lost" else DisputeState.OPEN


def borne(sale: Sale, amount: int) -> tuple[int, int]:
    """What the platform and the host lose when a bank takes `amount` of a purchase back.

    The host's part is what they had of so much, and never more than they still have of the sale;
    the platform bears the rest, as it does what was refunded before and is taken a second time.
    """
    left = left_of(replace(sale, disputes=()))
    taken = min(amount, max(left.buyer, 0))
    share = -(-max(left.host, 0) * taken // left.buyer) if taken else 0
    return amount - share, share


def evidence_of(
    title: str, purchase: Purchase, attended: Sequence[tuple[datetime | None, int]]
) -> tuple[str, str]:
    """What was used of a purchase: of each holder, when they came in and for how long they stayed.

    In one line each, and the days on which it was used.
    """
    bought = f"{purchase.quantity} ticket(s) for the live audio room {title!r} were bought at "
    lines = [f"{bought}{_time(purchase.paid_at)}, and issued to the buyer's account at once."]
    for number, (came, seconds) in enumerate(attended, 1):
        used = f"came in at {_time(came)}, connected for {seconds // 60} minutes" if came else ""
        lines.append(f"Ticket holder {number}: {used or 'has not come in'}.")
    days = sorted({f"{came:%Y-%m-%d}" for came, _ in attended if came})
    return "\n".join(lines), ", ".join(days)


def _time(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else "an unknown time"
