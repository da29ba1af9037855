"""What banks have sent back is the buyer's still, until somebody has paid it in another way.

Whoever runs the platform writes that down at Stripe: on the payment, as metadata whose name is that
of the refund that failed, and whose value is a reference. A reference that names another refund of
the payment, made by hand, has to be of the same amount. We look whenever something happens to the
payment, and daily.
"""

import logging
from datetime import datetime, timedelta

from functions.tickets.parts import Parts
from functions.tickets.rules import ledger
from functions.tickets.rules.by_hand import ByHand, is_at_stripe
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.life import RefundState
from functions.tickets.rules.model import Refund
from functions.tickets.steps.holding import again, overtake
from functions.tickets.steps.stripe_names import intent_name

OWED_ASKED = timedelta(days=1)

log = logging.getLogger(__name__)


@again
def settle(parts: Parts, hold_id: str, now: datetime) -> None:
    """What is owed for the purchase, and was paid, is settled. Unavailable."""
    sale = parts.returns.sale(hold_id)
    owed: list[Refund | ByHand] = [it for it in sale.refunds if it.state is RefundState.OWED]
    owed += [it for it in sale.by_hand if it.owed and not it.settled]
    if not owed:
        return
    notes = parts.payments.intent(intent_name(sale.purchase)).notes
    used = sale.other_ways
    for each in owed:
        name = each.stripe_refund_id if isinstance(each, Refund) else each.stripe_id
        facts = {"hold_id": hold_id, "stripe_id": name}
        reference = notes.get(name or "")
        if reference and is_true(sale, each, reference) and reference not in used:
            close(parts, each, reference, now)
            used.add(reference)
            log.info("money.settled", extra=facts)
            continue
        if each.due_at is None or each.due_at <= now:
            log.warning("money.misnoted" if reference else "money.unclaimed", extra=facts)
            later(parts, each, now)


def is_true(sale: Sale, owed: Refund | ByHand, reference: str) -> bool:
    """Whether it can be as the reference says."""
    amount = owed.returned if isinstance(owed, Refund) else owed.owed
    made = [it for it in sale.by_hand if it.stands and it.stripe_id == reference]
    return not is_at_stripe(reference) or any(it.amount.amount == amount for it in made)


def close(parts: Parts, owed: Refund | ByHand, reference: str, now: datetime) -> None:
    """The platform owes it no more."""
    if isinstance(owed, Refund):
        due_at = owed.due_at if owed.debt else None
        changes = {"state": RefundState.SETTLED, "settled": reference, "due_at": due_at}
        _, put = parts.returns.moving(owed, **changes)
    else:
        _, put = parts.returns.renoting(owed, settled=reference, due_at=None)
    overtake(parts, put, *parts.ledger.posting(ledger.settled(owed, reference, now)))


def later(parts: Parts, owed: Refund | ByHand, now: datetime) -> None:
    """It is looked at again tomorrow."""
    due_at = now + OWED_ASKED
    if isinstance(owed, Refund):
        _, put = parts.returns.moving(owed, due_at=due_at)
    else:
        _, put = parts.returns.renoting(owed, due_at=due_at)
    overtake(parts, put)
