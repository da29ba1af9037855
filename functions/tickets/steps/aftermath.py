"""What follows a payment, and never fails its buyer: the receipt, and what the charge cost.

As long as something is left of it the purchase is due, and the sweeper goes on with it.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from core.errors import Unavailable
from core.money import like
from functions.shared.mail import Letter
from functions.tickets.parts import Parts
from functions.tickets.rules import ledger, letters
from functions.tickets.rules.by_hand import ByHand
from functions.tickets.rules.left import missing_of
from functions.tickets.rules.life import State
from functions.tickets.rules.model import Purchase, Refund
from functions.tickets.steps.holding import again, overtake

SOON = timedelta(minutes=1)
LATER = timedelta(hours=1)
MOST = timedelta(days=3)
"""How long Stripe is asked what it keeps of a charge."""

log = logging.getLogger(__name__)


def follow_up(parts: Parts, purchase: Purchase, now: datetime) -> Purchase:
    """The purchase, with what follows its payment done as far as it can be done now."""
    if purchase.due_at is None or purchase.state not in {State.PAID, State.REFUNDED}:
        return purchase
    try:
        send_receipt(parts, purchase.hold_id)
        return know_charge(parts, purchase.hold_id, now)
    except Unavailable as reason:
        facts = {"hold_id": purchase.hold_id, "reason": reason.code}
        log.warning("purchase.unfinished", extra=facts)
        return purchase


def send_receipt(parts: Parts, hold_id: str) -> None:
    """The buyer has it in writing: once, so the address is taken off before the letter is sent.

    Whoever crashes in between sends none; if it can't be sent just now, it is put back.
    """
    purchase, to = take_address(parts, hold_id)
    letter = letter_about(parts, purchase, to) if to else None
    if to is None or letter is None:
        return
    try:
        sent = parts.mailer.send(letter)
    except Unavailable:
        put_back(parts, hold_id, to)
        raise
    log.info("receipt.sent" if sent else "receipt.refused", extra={"hold_id": hold_id})


def letter_about(parts: Parts, purchase: Purchase, to: str) -> Letter | None:
    """A receipt, or why the money goes back already; None if there was none."""
    room, web_url = parts.rooms.rooms.get(purchase.room_id), parts.config.web_url
    if purchase.state is State.PAID:
        return letters.receipt(to, purchase, parts.tickets.of(purchase), room, web_url)
    refunds = parts.returns.refunds(purchase.hold_id)
    return letters.money_back(to, refunds[0], room, web_url) if refunds else None


def write_of_refund(parts: Parts, refund: Refund) -> None:
    """Who has a receipt reads what comes back, though nobody asked; once at best."""
    sale = parts.returns.sale(refund.hold_id)
    amount, _ = missing_of(refund, sale)
    if amount:
        credited = replace(refund, credit=refund.amount.amount - amount)
        write(parts, sale.purchase, partial(letters.money_back, refund=credited))


def write_of_hand(parts: Parts, purchase: Purchase, move: ByHand, *, whole: bool) -> None:
    """The same of money that somebody returns by hand; `whole`: there is none left then."""
    write(parts, purchase, partial(letters.money_by_hand, move=move, whole=whole))


def write_of_failure(parts: Parts, purchase: Purchase, owed: int) -> None:
    """The same of money that the buyer's bank has sent back, and that is theirs."""
    amount = like(purchase.total, owed)
    write(parts, purchase, partial(letters.money_owed, hold_id=purchase.hold_id, owed=amount))


def write(parts: Parts, purchase: Purchase, letter: Callable[..., Letter]) -> None:
    """Who has a receipt has this letter, too, if it can be sent."""
    if purchase.written_to is None:
        return
    room, web_url = parts.rooms.rooms.get(purchase.room_id), parts.config.web_url
    try:
        parts.mailer.send(letter(purchase.written_to, room=room, web_url=web_url))
    except Unavailable as reason:
        log.warning("letter.unsent", extra={"hold_id": purchase.hold_id, "reason": reason.code})


@again
def take_address(parts: Parts, hold_id: str) -> tuple[Purchase, str | None]:
    """The purchase without its buyer's address, and the address for whoever took it off."""
    purchase = parts.purchases.get(hold_id)
    if purchase.mail_to is None:
        return purchase, None
    taken, put = parts.purchases.moving(purchase, mail_to=None, written_to=purchase.mail_to)
    overtake(parts, put)
    return taken, purchase.mail_to


@again
def put_back(parts: Parts, hold_id: str, to: str) -> None:
    """The receipt is still to be sent."""
    purchase = parts.purchases.get(hold_id)
    _, put = parts.purchases.moving(purchase, mail_to=to, written_to=None)
    overtake(parts, put)


@again
def know_charge(parts: Parts, hold_id: str, now: datetime) -> Purchase:
    """The purchase with Stripe's names of what its payment became, and the ledger with its costs.

    What Stripe keeps it may say later; whoever asks for too long is told nothing any more.
    """
    purchase = parts.purchases.get(hold_id)
    if purchase.due_at is None:
        return purchase
    charge = parts.payments.intent(purchase.intent_id).charge if purchase.intent_id else None
    if charge is None:
        known, put = parts.purchases.moving(purchase, due_at=None)
        overtake(parts, put)
        return known
    known, put = parts.purchases.moving(
        purchase,
        charge_id=charge.charge_id,
        transfer_id=charge.transfer_id,
        stripe_fee_id=charge.stripe_fee_id,
        due_at=None if charge.processing else ask_again(purchase, now),
    )
    writes = [put]
    if charge.processing and charge.processing.amount:
        posting = ledger.processed(known, ledger.CHARGE_COST, charge.processing, now)
        writes += parts.ledger.posting(posting)
    overtake(parts, *writes)
    return known


def ask_again(purchase: Purchase, now: datetime) -> datetime | None:
    """When to ask for what Stripe did not know yet: mostly it takes seconds, and rarely hours."""
    since = now - (purchase.paid_at or now)
    if since > MOST:
        return None
    return now + (LATER if since > LATER else SOON)
