"""Buying tickets, up to the payment: held for the buyer, looked at again, given up."""

import logging
from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict, Invalid, NotFound, Unavailable
from functions.accounts import actions as accounts
from functions.shared.callers import Caller
from functions.tickets.actions import settling
from functions.tickets.parts import Parts
from functions.tickets.payments import Intent
from functions.tickets.requests import NewHold
from functions.tickets.rules.life import State
from functions.tickets.rules.model import PromoCode, Purchase, Ticket
from functions.tickets.rules.permissions import Act
from functions.tickets.rules.promos import code_key, discounted
from functions.tickets.rules.returned import Returned, returned
from functions.tickets.rules.sales import limit_reached, require_on_sale, sold_out
from functions.tickets.steps.approach import approach
from functions.tickets.steps.holding import Order, again, hold, new_hold_id, overtake
from functions.tickets.steps.turns import call_up, held_for
from functions.tickets.stores.purchases import Key, hold_not_found

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A purchase as its buyer sees it: to be paid by this intent, or with these tickets.

    `returned` is what has gone back of it.
    """

    purchase: Purchase
    intent: Intent | None
    tickets: list[Ticket]
    returned: list[Returned]


def buy(
    parts: Parts,
    caller: Caller,
    room_id: str,
    wanted: NewHold,
    now: datetime,
    *,
    idempotency_key: str | None = None,
) -> Bought:
    """Tickets held for the caller, to be paid; free ones are theirs. Again with the key, the same.

    If the payment can't begin now, who sent no key can't come back to it: what was held goes back.
    """
    key = key_for(caller, room_id, wanted, idempotency_key)
    purchase = place(parts, caller, room_id, wanted, now, key=key)
    accounts.ensure(parts.rooms.accounts, caller, now)
    try:
        return pay(parts, purchase, now)
    except (Conflict, Unavailable) as error:
        keeps = purchase.called_up or (key and isinstance(error, Unavailable))
        if not keeps:
            settling.release(parts, purchase, now)
            call_up(parts, room_id, now)
        raise


def key_for(
    caller: Caller, room_id: str, wanted: NewHold, idempotency_key: str | None
) -> Key | None:
    """What makes a repeated request known."""
    if idempotency_key is None:
        return None
    return Key.of(caller.account_id, room_id, idempotency_key, wanted.model_dump_json())


@again
def place(
    parts: Parts, caller: Caller, room_id: str, wanted: NewHold, now: datetime, *, key: Key | None
) -> Purchase:
    """The purchase that the key made, or what was called up for the caller, or a new one.

    Conflict `sold_out`, `limit_reached`, `sales_ended`, `promo_code_used_up`, `called_up`.
    """
    if key and (made := parts.purchases.made_by(key)):
        return made
    try:
        return place_anew(parts, caller, room_id, wanted, now, key=key)
    except Conflict:
        # What is missing may be what the same request, sent at the same moment, has just taken.
        if key and (made := parts.purchases.made_by(key)):
            return made
        raise


def place_anew(
    parts: Parts, caller: Caller, room_id: str, wanted: NewHold, now: datetime, *, key: Key | None
) -> Purchase:
    """What was called up for the caller, or a new purchase, remembered by the key."""
    room = approach(parts, Act.BUY, room_id, caller)
    offer = parts.offers.get(room_id)
    count, holds = parts.purchases.counted(room_id, caller.account_id)
    if holds and (purchase := called_up(parts, caller, room_id, wanted, key)):
        return purchase
    require_on_sale(offer, room, parts.policy.host_may_be_late, now)
    if count + wanted.quantity > offer.per_account:
        raise limit_reached(offer.per_account, open_among(parts, holds))
    if offer.waiting:
        raise sold_out(0)
    promo = promo_of(parts, room_id, wanted)
    hold_id = new_hold_id(now)
    order = Order(
        offer=offer,
        buyer_id=caller.account_id,
        quantity=wanted.quantity,
        unit=discounted(offer.price, promo) if promo else offer.price,
        limit=offer.per_account,
        lapses_at=now + parts.policy.hold_for,
        promo=promo,
        mail_to=caller.email,
    )
    along = [parts.purchases.remembering(key, hold_id)] if key else []
    return hold(parts, order, now, hold_id, *along)


def called_up(
    parts: Parts, caller: Caller, room_id: str, wanted: NewHold, key: Key | None
) -> Purchase | None:
    """What is held for the caller, whose turn it is; Conflict if they want something else."""
    purchase = held_for(parts, parts.waiting.find(room_id, caller.account_id))
    if purchase is None:
        return None
    if wanted.quantity != purchase.quantity or wanted.promo_code:
        detail = "It is your turn: one ticket is held for you, at its full price."
        raise Conflict("called_up", detail, hold_id=purchase.hold_id)
    if key:
        overtake(parts, parts.purchases.remembering(key, purchase.hold_id))
    return purchase


def open_among(parts: Parts, holds: set[str]) -> str | None:
    """The one of an account's purchases that is to be paid still, if there is one."""
    purchases = (parts.purchases.get(hold_id) for hold_id in sorted(holds))
    return next((each.hold_id for each in purchases if each.state is State.HELD), None)


def promo_of(parts: Parts, room_id: str, wanted: NewHold) -> PromoCode | None:
    """The buyer's code; NotFound `promo_code_not_found`, Conflict `promo_code_used_up`."""
    if wanted.promo_code is None:
        return None
    try:
        promo = parts.promos.find(room_id, code_key(wanted.promo_code))
    except Invalid:
        promo = None
    if promo is None or promo.withdrawn:
        raise promo_code_not_found()
    if promo.left < wanted.quantity:
        detail = f"This code is good for {promo.left} more tickets."
        raise Conflict("promo_code_used_up", detail, left=promo.left)
    return promo


def pay(parts: Parts, purchase: Purchase, now: datetime) -> Bought:
    """The purchase as far as it goes without its buyer: free tickets issued, or a payment begun."""
    intent = None
    if purchase.state is State.HELD and purchase.free:
        purchase = settling.claim(parts, purchase, now)
    elif purchase.state is State.HELD:
        purchase, intent = settling.payment_of(parts, purchase, now)
    return show(parts, purchase, intent)


def show(parts: Parts, purchase: Purchase, intent: Intent | None) -> Bought:
    """The purchase with its tickets, if it has any yet, and what has gone back of them."""
    issued = purchase.state in {State.PAID, State.REFUNDED}
    tickets = parts.tickets.of(purchase) if issued else []
    paid = issued and not purchase.free
    back = returned(parts.returns.sale(purchase.hold_id)) if paid else []
    return Bought(purchase=purchase, intent=intent, tickets=tickets, returned=back)


def read(parts: Parts, caller: Caller, hold_id: str, now: datetime) -> Bought:
    """The caller's purchase as it is now; no intent, while Stripe can't be asked."""
    purchase = own(parts, caller, hold_id)
    if purchase.state is not State.HELD or purchase.free:
        return show(parts, purchase, None)
    try:
        return pay(parts, purchase, now)
    except (Conflict, Unavailable) as reason:
        log.info("hold.unpayable", extra={"hold_id": hold_id, "reason": reason.code})
        return show(parts, purchase, None)


def release(parts: Parts, caller: Caller, hold_id: str, now: datetime) -> None:
    """The caller gives up what is held for them; again, it changes nothing.

    Conflict `wrong_state`, if it is paid. Unavailable `payments_unavailable`.
    """
    purchase = own(parts, caller, hold_id)
    if purchase.state in {State.LAPSED, State.RELEASED}:
        return
    settling.release(parts, purchase, now)
    call_up(parts, purchase.room_id, now)


def own(parts: Parts, caller: Caller, hold_id: str) -> Purchase:
    """The caller's own purchase; NotFound `hold_not_found` for another's."""
    purchase = parts.purchases.get(hold_id)
    if purchase.buyer_id != caller.account_id:
        raise hold_not_found()
    return purchase


def promo_code_not_found() -> NotFound:
    """No such code, or none that is good any more."""
    return NotFound("promo_code_not_found", "This promo code is not good for this room.")
