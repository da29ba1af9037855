"""A purchase at its payment: moved on by whoever comes by, until it is at rest.

The buyer's request, Stripe's webhook, the sweeper and the reconciler all call `advance`. It may be
called at any time, any number of times, by several at once: each step is one transaction, from what
was read. What crashed leaves the purchase due, and the next who comes by goes on from there.

held, not paid, its time over   the payment is cancelled at Stripe, and then it lapses: so nobody
                                pays for what is on sale again
held, paid                      its tickets are issued
lapsed or released, paid        the same, if as many are left; else turned away: a refund of it all
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from core.dynamo import ConditionFailed, Write
from core.ids import new_id
from functions.rooms.life import State as RoomState
from functions.tickets.parts import Parts
from functions.tickets.payments import Intent, payouts_not_ready
from functions.tickets.rules import ledger
from functions.tickets.rules.issue import issue
from functions.tickets.rules.life import Event, RefundState, State, before, wrong_state
from functions.tickets.rules.model import Purchase, Refund, RefundReason
from functions.tickets.rules.stock import plan
from functions.tickets.steps import announce
from functions.tickets.steps.aftermath import follow_up
from functions.tickets.steps.holding import Overtaken, again, letting_go, overtake
from functions.tickets.stores.records import spread

UNPAID = before(Event.TURN_AWAY)
ASK_AGAIN = timedelta(minutes=5)
BUYER_LIMIT = 1
"""Which write of a late payment's transaction counts the buyer's tickets."""

log = logging.getLogger(__name__)


def advance(
    parts: Parts,
    hold_id: str,
    now: datetime,
    intent: Intent | None = None,
    *,
    over: bool = False,
) -> Purchase:
    """The purchase, moved on as far as it goes now.

    `intent` is what Stripe has just said of its payment; else Stripe is asked. `over`: what is held
    lapses, whatever its time. NotFound `hold_not_found`, Unavailable `payments_unavailable`.
    """
    return follow_up(parts, settle(parts, hold_id, now, intent, over=over), now)


@again
def settle(
    parts: Parts, hold_id: str, now: datetime, intent: Intent | None, *, over: bool
) -> Purchase:
    """The purchase with its tickets or without, as its payment wants it."""
    purchase = parts.purchases.get(hold_id)
    if purchase.state in UNPAID and intent and intent.paid:
        return seat_late(parts, purchase, intent, now)
    if purchase.state is not State.HELD:
        return purchase
    over = over or now >= purchase.lapses_at
    if intent is None or (over and not intent.paid):
        intent = ask(parts, purchase, over=over)
    if intent and intent.paid:
        return seat(parts, purchase, intent, now)
    if (intent and intent.dead) or (over and intent is None):
        return let_go(parts, purchase, Event.LAPSE)
    if over:
        return wait_longer(parts, purchase, now)
    return purchase


def ask(parts: Parts, purchase: Purchase, *, over: bool) -> Intent | None:
    """The purchase's payment, which is cancelled if the time to pay is over."""
    if purchase.intent_id is None:
        return None
    if over:
        return parts.payments.cancel_intent(purchase.intent_id)
    return parts.payments.intent(purchase.intent_id)


def seat(parts: Parts, purchase: Purchase, intent: Intent | None, now: datetime) -> Purchase:
    """The held purchase is paid, or free, and its tickets are issued.

    Once its room is over its stock is closed: then it lapses first, and its payment came too late.
    """
    paid, writes = selling(parts, purchase, intent, now)
    stock = parts.stock.moving(purchase.room_id, purchase.taken, "held", "sold")
    try:
        parts.transact([*writes, *stock])
    except ConditionFailed as failed:
        if failed.index == 0:
            raise Overtaken from failed
        lapsed = let_go(parts, purchase, Event.LAPSE)
        return seat_late(parts, lapsed, intent, now) if intent else lapsed
    log.info("purchase.paid", extra={"hold_id": paid.hold_id, "room_id": paid.room_id})
    announce.issued(parts, issue(paid, now), now)
    return paid


def seat_late(parts: Parts, purchase: Purchase, intent: Intent, now: datetime) -> Purchase:
    """The payment came after its tickets went back: it has others, or it is turned away."""
    room = parts.rooms.rooms.get(purchase.room_id)
    offer = parts.offers.find(purchase.room_id)
    if offer is None or room.state in {RoomState.ENDED, RoomState.CANCELLED}:
        return turn_away(parts, purchase, intent, now)
    start = spread(purchase.hold_id, offer.shards)
    taken = plan(parts.stock.shards(offer), purchase.quantity, start)
    promo = (
        parts.promos.find(purchase.room_id, purchase.promo_code) if purchase.promo_code else None
    )
    if taken is None or (promo and promo.left < purchase.quantity):
        return turn_away(parts, purchase, intent, now)
    paid, (put, *others) = selling(parts, purchase, intent, now, taken=taken)
    writes = [put, parts.purchases.counting(purchase, offer.per_account), *others]
    writes += parts.stock.moving(purchase.room_id, taken, "left", "sold")
    if promo:
        writes.append(parts.promos.taking(purchase.room_id, promo, purchase.quantity))
    try:
        parts.transact(writes)
    except ConditionFailed as failed:
        if failed.index == BUYER_LIMIT:
            return turn_away(parts, purchase, intent, now)
        raise Overtaken from failed
    log.info("purchase.paid_late", extra={"hold_id": paid.hold_id, "room_id": paid.room_id})
    announce.issued(parts, issue(paid, now), now)
    return paid


def turn_away(parts: Parts, purchase: Purchase, intent: Intent, now: datetime) -> Purchase:
    """There is no ticket for this payment: all of it goes back."""
    room = parts.rooms.rooms.get(purchase.room_id)
    cancelled = room.state is RoomState.CANCELLED
    facts = charged(purchase, intent, now)
    gone, put = parts.purchases.moving(purchase, Event.TURN_AWAY, **facts)
    refund = Refund(
        refund_id=new_id("refund", now),
        hold_id=gone.hold_id,
        room_id=gone.room_id,
        host_id=gone.host_id,
        ticket_ids=(),
        amount=gone.total,
        fee=gone.fee,
        reason=RefundReason.ROOM_CANCELLED if cancelled else RefundReason.TOO_LATE,
        state=RefundState.WANTED,
        wanted_at=now,
        due_at=now,
    )
    posting = parts.ledger.posting(ledger.turned_away(gone, now))
    overtake(parts, put, parts.returns.wanting(refund), *posting)
    log.info("purchase.turned_away", extra={"hold_id": gone.hold_id, "room_id": gone.room_id})
    return gone


def let_go(parts: Parts, purchase: Purchase, event: Event) -> Purchase:
    """What was held is on sale again. Nobody has to be written to about it any more.

    Unless a payment was begun that nobody wrote down: it can land, and then its buyer must hear.
    """
    mail_to = None if purchase.intent_id or purchase.free else purchase.mail_to
    gone, put = parts.purchases.moving(purchase, event, due_at=None, mail_to=mail_to)
    overtake(parts, put, *letting_go(parts, purchase))
    facts = {"hold_id": gone.hold_id, "room_id": gone.room_id, "state": str(gone.state)}
    log.info("hold.let_go", extra=facts)
    return gone


def wait_longer(parts: Parts, purchase: Purchase, now: datetime) -> Purchase:
    """A bank is working on the payment, which can't be cancelled meanwhile."""
    waits, put = parts.purchases.moving(purchase, due_at=now + ASK_AGAIN)
    overtake(parts, put)
    return waits


def selling(
    parts: Parts,
    purchase: Purchase,
    intent: Intent | None,
    now: datetime,
    *,
    taken: dict[int, int] | None = None,
) -> tuple[Purchase, list[Write]]:
    """The purchase with its tickets, and the writes that make it so, its own first."""
    facts = charged(purchase, intent, now) | {"taken": taken or purchase.taken}
    paid, put = parts.purchases.moving(purchase, Event.PAY, **facts)
    tickets = parts.tickets.issuing(issue(paid, now))
    postings = [] if paid.free else parts.ledger.posting(ledger.paid(paid, now))
    return paid, [put, *tickets, *postings]


def charged(purchase: Purchase, intent: Intent | None, now: datetime) -> dict[str, Any]:
    """What changes of a purchase that is paid; it is due as long as something follows."""
    follows = intent or purchase.mail_to
    paid: dict[str, Any] = {"paid_at": now, "due_at": now if follows else None}
    return paid | ({"intent_id": intent.intent_id} if intent else {})


def payment_of(parts: Parts, purchase: Purchase, now: datetime) -> tuple[Purchase, Intent | None]:
    """The purchase as it is now and, while it is held and costs something, its payment to be made.

    The payment is opened if it wasn't, and written down before anybody can pay it. One that is paid
    already is settled, and gives None. Conflict `payouts_not_ready`, Unavailable
    `payments_unavailable`.
    """
    if purchase.state is not State.HELD or purchase.free:
        return purchase, None
    if now >= purchase.lapses_at:
        return advance(parts, purchase.hold_id, now), None
    intent = ask(parts, purchase, over=False) or open_payment(parts, purchase)
    purchase = write_down(parts, purchase.hold_id, intent)
    if purchase.state is State.HELD and intent.payable:
        return purchase, intent
    return advance(parts, purchase.hold_id, now, intent), None


def open_payment(parts: Parts, purchase: Purchase) -> Intent:
    """A payment to the purchase's host; Conflict `payouts_not_ready`."""
    account = parts.payouts.find(purchase.host_id)
    if account is None:
        raise payouts_not_ready()
    return parts.payments.open_intent(purchase, account.stripe_account_id)


@again
def write_down(parts: Parts, hold_id: str, intent: Intent) -> Purchase:
    """The purchase, which knows its payment; of one that went meanwhile, it is cancelled."""
    purchase = parts.purchases.get(hold_id)
    if purchase.intent_id:
        return purchase
    if purchase.state is not State.HELD:
        parts.payments.cancel_intent(intent.intent_id)
        return purchase
    known, put = parts.purchases.moving(purchase, intent_id=intent.intent_id)
    overtake(parts, put)
    return known


def claim(parts: Parts, purchase: Purchase, now: datetime) -> Purchase:
    """A held purchase that costs nothing is its buyer's, who has asked for it in time."""
    return follow_up(parts, take(parts, purchase.hold_id, now), now)


@again
def take(parts: Parts, hold_id: str, now: datetime) -> Purchase:
    """The free purchase with its tickets, or lapsed."""
    purchase = parts.purchases.get(hold_id)
    if purchase.state is not State.HELD:
        return purchase
    if now >= purchase.lapses_at:
        return let_go(parts, purchase, Event.LAPSE)
    return seat(parts, purchase, None, now)


@again
def release(parts: Parts, purchase: Purchase, now: datetime) -> Purchase:
    """Its buyer gives a held purchase up: nobody can pay it any more, others can buy its tickets.

    Conflict `wrong_state`, for one that is paid or being paid. Unavailable `payments_unavailable`.
    """
    purchase = parts.purchases.get(purchase.hold_id)
    if purchase.state in UNPAID:
        return purchase
    if purchase.state is State.HELD:
        intent = ask(parts, purchase, over=True)
        if intent is None or intent.dead:
            return let_go(parts, purchase, Event.RELEASE)
        if intent.paid:
            purchase = advance(parts, purchase.hold_id, now, intent)
    raise wrong_state(purchase.state)
