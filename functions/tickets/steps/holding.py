"""Tickets leave sale for a buyer, and come back: each in one transaction.

Whoever finds that somebody was faster reads again and decides anew (`again`): the conditions of the
writes are the rules, and what is read before them only says which refusal to give.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from core.dynamo import ConditionFailed, Write
from core.errors import Unavailable
from core.ids import new_id
from core.money import Money, like
from functions.tickets.parts import Parts
from functions.tickets.rules.fees import fee_of
from functions.tickets.rules.life import State
from functions.tickets.rules.model import Offer, PromoCode, Purchase
from functions.tickets.rules.sales import sold_out
from functions.tickets.rules.stock import counted, plan
from functions.tickets.stores.records import spread

log = logging.getLogger(__name__)


class Overtaken(Unavailable):
    """Somebody else wrote first: read again and decide anew."""

    def __init__(self) -> None:
        super().__init__("busy", "Too many want these tickets at once; try again.", retry_after=1)


again = retry(
    retry=retry_if_exception_type(Overtaken),
    wait=wait_random_exponential(multiplier=0.01, max=0.2),
    stop=stop_after_attempt(8),
    reraise=True,
)
"""Makes an action read again and decide anew when it was overtaken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be held, by the offer as it was read. `unit` is the price of one ticket.

    `limit`: how many tickets of the room the buyer may have, with these.
    """

    offer: Offer
    buyer_id: str
    quantity: int
    unit: Money
    limit: int
    lapses_at: datetime
    promo: PromoCode | None = None
    mail_to: str | None = None
    called_up: bool = False


def hold(parts: Parts, order: Order, now: datetime, hold_id: str, *along: Write) -> Purchase:
    """The tickets are off sale until they lapse, and what is written along is, too.

    Conflict `sold_out`, or Overtaken.
    """
    shards = parts.stock.shards(order.offer)
    taken = plan(shards, order.quantity, spread(hold_id, order.offer.shards))
    if taken is None:
        raise sold_out(counted(shards).left)
    purchase = purchase_of(parts, order, now, hold_id, taken)
    writes = [
        *along,
        parts.purchases.placing(purchase),
        parts.purchases.counting(purchase, order.limit),
        *parts.stock.taking(order.offer, taken),
    ]
    if order.promo:
        writes.append(parts.promos.taking(purchase.room_id, order.promo, order.quantity))
    try:
        overtake(parts, *writes)
    except Overtaken:
        # Its answer may have been lost, and the repetition found it done.
        if (placed := parts.purchases.find(hold_id)) is None:
            raise
        return placed
    facts = {"room_id": purchase.room_id, "hold_id": hold_id, "quantity": order.quantity}
    log.info("hold.placed", extra=facts)
    return purchase


def purchase_of(
    parts: Parts, order: Order, now: datetime, hold_id: str, taken: dict[int, int]
) -> Purchase:
    """The purchase that an order makes, its fee fixed by what the host has earned by now."""
    offer = order.offer
    total = like(order.unit, order.unit.amount * order.quantity)
    return Purchase(
        hold_id=hold_id,
        room_id=offer.room_id,
        host_id=offer.host_id,
        buyer_id=order.buyer_id,
        quantity=order.quantity,
        unit=order.unit,
        total=total,
        fee=fee(parts, offer.host_id, total),
        taken=taken,
        state=State.HELD,
        held_at=now,
        lapses_at=order.lapses_at,
        due_at=order.lapses_at,
        refund_rule=offer.refund_rule,
        promo_code=order.promo.code if order.promo else None,
        called_up=order.called_up,
        mail_to=order.mail_to,
    )


def fee(parts: Parts, host_id: str, total: Money) -> int:
    """What the platform takes of a sale at this moment."""
    if total.amount == 0:
        return 0
    earned = parts.ledger.earned(host_id, total.currency)
    return fee_of(parts.policy.tiers, earned=earned, amount=total.amount)


def letting_go(parts: Parts, purchase: Purchase) -> list[Write]:
    """The writes by which what a held purchase has taken is everybody's again."""
    back: list[Write] = [
        *parts.stock.moving(purchase.room_id, purchase.taken, "held", "left"),
        parts.purchases.uncounting(purchase, purchase.quantity, over=True),
    ]
    if purchase.promo_code:
        room_id, code = purchase.room_id, purchase.promo_code
        back.append(parts.promos.giving_back(room_id, code, purchase.quantity))
    return back


def overtake(parts: Parts, *writes: Write, rooms: Iterable[Write] = ()) -> None:
    """All of the writes, if everything is as it was read; Overtaken."""
    try:
        parts.transact(writes, rooms=rooms)
    except ConditionFailed as failed:
        raise Overtaken from failed


def new_hold_id(now: datetime) -> str:
    """The id of a hold to be."""
    return new_id("hold", now)
