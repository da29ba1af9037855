"""What the sweeper does: whatever is due, of whatever kind, is moved on by the deed for its kind.

One that fails does not hold up the others: what Stripe or a worker keeps from being done is tried
in the next run, and a bug of ours is logged and put off.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from core.errors import Unavailable
from functions.tickets.actions import events
from functions.tickets.actions.disputes import follow
from functions.tickets.actions.refunds import pay_back
from functions.tickets.actions.settling import advance
from functions.tickets.jobs import closing
from functions.tickets.jobs.run import Run
from functions.tickets.parts import Parts
from functions.tickets.rules.life import RefundState
from functions.tickets.steps import losses
from functions.tickets.steps.owed import settle
from functions.tickets.steps.payees import refresh
from functions.tickets.stores.due import Due

OF_EACH_PART = 50
"""How many are looked at in one run, of each part of the index."""
BROKEN_WAITS = timedelta(hours=1)

log = logging.getLogger(__name__)

Errand = Callable[[Parts, str, str, Run], object]


def sweep(parts: Parts, run: Run) -> int:
    """How many of what is due were moved on, in the time that there is.

    One errand often leads to the next: a room that is cancelled to its refunds, those to Stripe. So
    it looks again, until it finds nothing that it has not looked at as it is.
    """
    done, seen = 0, set[Due]()
    while found := [due for due in parts.due.due(run.now, OF_EACH_PART) if due not in seen]:
        for due in found:
            if not run.goes_on():
                return done
            seen.add(due)
            done += look_at(parts, due, run)
    return done


def look_at(parts: Parts, due: Due, run: Run) -> bool:
    """Whether it could be moved on."""
    kind, _, name = due.sk.partition("#")
    owner = due.pk.partition("#")[2]
    try:
        ERRANDS[kind](parts, owner, name, run)
    except Unavailable as reason:
        log.warning("errand.put_off", extra={"kind": kind, "of": owner, "reason": reason.code})
        return False
    except Exception:
        log.exception("errand.failed", extra={"kind": kind, "of": owner})
        parts.due.postpone(due, run.now + BROKEN_WAITS)
        return False
    return True


def purchase(parts: Parts, hold_id: str, _: str, run: Run) -> None:
    advance(parts, hold_id, run.now)


def refund(parts: Parts, hold_id: str, refund_id: str, run: Run) -> None:
    moved = pay_back(parts, hold_id, refund_id, run.now)
    if moved and moved.state is RefundState.OWED:
        settle(parts, hold_id, run.now)


def by_hand(parts: Parts, hold_id: str, _: str, run: Run) -> None:
    settle(parts, hold_id, run.now)


def dispute(parts: Parts, hold_id: str, dispute_id: str, run: Run) -> None:
    follow(parts, hold_id, dispute_id, run.now)


def loss(parts: Parts, hold_id: str, account_id: str, run: Run) -> None:
    losses.tell(parts, hold_id, account_id, run.now)


def offer(parts: Parts, room_id: str, _: str, run: Run) -> None:
    closing.tend(parts, room_id, run)


def event(parts: Parts, event_id: str, _: str, run: Run) -> None:
    notice = parts.events.find(event_id)
    if notice and notice.due_at:
        events.handle(parts, notice, run.now)


def payouts(parts: Parts, host_id: str, _: str, run: Run) -> None:
    account = parts.payouts.find(host_id)
    if account and account.due_at:
        refresh(parts, account, run.now)


ERRANDS: dict[str, Errand] = {
    "purchase": purchase,
    "refund": refund,
    "hand": by_hand,
    "dispute": dispute,
    "loss": loss,
    "offer": offer,
    "event": event,
    "payouts": payouts,
}
