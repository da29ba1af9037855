"""What a host sells: the offer made, changed and taken back, and what it would bring."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.clock import from_rfc3339
from core.dynamo import Check
from core.errors import Conflict, Invalid, NotAllowed
from core.ids import new_id
from core.money import Money, like
from core.room_items import META, room_key
from functions.accounts import actions as accounts
from functions.rooms.model import Room
from functions.rooms.sale import off_sale, on_sale, scheduled
from functions.shared.callers import Caller
from functions.tickets.parts import Parts
from functions.tickets.requests import NewOffer
from functions.tickets.rules.fees import Portion, fee_of, portions
from functions.tickets.rules.model import Offer
from functions.tickets.rules.permissions import Act
from functions.tickets.rules.sales import on_sale as is_on_sale
from functions.tickets.rules.sales import (
    require_chargeable,
    require_one_price,
    require_rollout,
    require_scheduled,
)
from functions.tickets.rules.stock import (
    Counts,
    already_sold,
    counted,
    opened,
    resized,
    shard_count,
)
from functions.tickets.steps import announce
from functions.tickets.steps.approach import approach
from functions.tickets.steps.holding import again, fee, overtake
from functions.tickets.steps.payees import require_payouts
from functions.tickets.steps.turns import call_up

FREE = Money(amount=0, currency="usd")
FIRST_LOOK = timedelta(minutes=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An offer with its stock; `fee`: the platform's part of one ticket that is sold now."""

    offer: Offer
    counts: Counts
    on_sale: bool
    fee: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What selling so many tickets would bring: of one, of all, and line by line."""

    price: Money
    fee: int
    total: Money
    total_fee: int
    portions: Sequence[Portion]


def read_offer(parts: Parts, caller: Caller | None, room_id: str, now: datetime) -> Seen:
    """The room's offer as it is now; NotFound `offer_not_found`."""
    room = approach(parts, Act.READ_OFFER, room_id, caller)
    return seen(parts, parts.offers.get(room_id), room, now)


@again
def put_offer(parts: Parts, caller: Caller, room_id: str, wanted: NewOffer, now: datetime) -> Seen:
    """The room is sold on these terms. They may change, but for the price once somebody has bought.

    Conflict `wrong_state`, `already_sold`; NotAllowed `not_in_rollout`, `payouts_not_ready`.
    """
    room = approach(parts, Act.SELL, room_id, caller)
    require_scheduled(room)
    require_rollout(parts.policy, accounts.ensure(parts.rooms.accounts, caller, now).handle)
    price = price_of(wanted)
    if price.amount:
        require_chargeable(price)
        require_payouts(parts, caller.account_id, now)
    offer = parts.offers.find(room_id)
    terms = Offer(
        room_id=room_id,
        host_id=caller.account_id,
        price=price,
        quantity=wanted.quantity,
        per_account=wanted.per_account,
        sales_end_at=sales_end(wanted.sales_end_at),
        refund_rule=wanted.refund_rule,
        shards=shard_count(wanted.quantity),
        edition=new_id("edition", now),
        due_at=now + FIRST_LOOK,
    )
    if offer:
        change(parts, offer, terms)
        call_up(parts, room_id, now)
    else:
        make(parts, room, terms, now)
    return seen(parts, parts.offers.get(room_id), room, now)


def make(parts: Parts, room: Room, offer: Offer, now: datetime) -> None:
    """A new offer, and a room that takes a ticket to enter."""
    if offer.sales_end_at and offer.sales_end_at <= now:
        raise Invalid("sales_end_in_the_past", "Sales end in the future.")
    stock = parts.stock.laying_in(offer, opened(offer.quantity))
    overtake(parts, parts.offers.opening(offer), *stock, rooms=[on_sale(room)])
    log.info("offer.made", extra={"room_id": offer.room_id, "quantity": offer.quantity})


def change(parts: Parts, offer: Offer, terms: Offer) -> None:
    """The offer on other terms, with as many tickets more or less as that says."""
    changed = replace(
        terms,
        shards=max(offer.shards, terms.shards),
        due_at=offer.due_at,
        waiting=offer.waiting,
        closed=offer.closed,
    )
    if replace(changed, edition=offer.edition) == offer:
        return
    shards = parts.stock.shards(offer)
    require_one_price(offer, changed.price, shards)
    stock = parts.stock.resizing(offer, changed, resized(shards, changed.quantity))
    still = Check(pk=room_key(offer.room_id), sk=META, condition=scheduled)
    overtake(parts, parts.offers.changing(offer, changed), *stock, rooms=[still])
    log.info("offer.changed", extra={"room_id": offer.room_id, "quantity": changed.quantity})


@again
def carry_on(parts: Parts, offer: Offer, room: Room, following: Room, now: datetime) -> None:
    """The next room of a series is sold as this one was, if its host may sell; once.

    Else nobody needs a ticket for it, and its host is told so. Unavailable `payments_unavailable`,
    `queue_unavailable`.
    """
    terms = replace(
        offer,
        room_id=following.room_id,
        sales_end_at=moved(offer.sales_end_at, room, following),
        shards=shard_count(offer.quantity),
        edition=new_id("edition", now),
        due_at=now + FIRST_LOOK,
        waiting=0,
    )
    carried = parts.offers.carrying(offer)
    try:
        require_rollout(parts.policy, room.host.handle or "")
        if offer.price.amount:
            require_payouts(parts, offer.host_id, now)
    except NotAllowed as reason:
        # Told before it is done with: who crashes in between tells it again, as the same event.
        announce.not_on_sale(parts, following, reason.code, room.started_at or room.ended_at or now)
        overtake(parts, carried)
        facts = {"room_id": following.room_id, "reason": reason.code}
        log.warning("offer.not_carried_on", extra=facts)
        return
    stock = parts.stock.laying_in(terms, opened(terms.quantity))
    overtake(parts, carried, parts.offers.opening(terms), *stock, rooms=[on_sale(following)])
    log.info("offer.carried_on", extra={"room_id": following.room_id, "from": offer.room_id})


def moved(sales_end_at: datetime | None, room: Room, following: Room) -> datetime | None:
    """When the sales of the next room end: as long before its start as those of this one did."""
    if sales_end_at is None or room.start is None or following.start is None:
        return None
    return following.start.at - (room.start.at - sales_end_at)


@again
def take_back(parts: Parts, caller: Caller, room_id: str) -> None:
    """Nothing is sold for the room, and it is for whom it was before.

    Conflict `already_sold`, `people_waiting` or `wrong_state`.
    """
    room = approach(parts, Act.SELL, room_id, caller)
    offer = parts.offers.get(room_id)
    require_scheduled(room)
    counts = counted(parts.stock.shards(offer))
    if counts.held or counts.sold:
        raise already_sold(counts)
    if offer.waiting:
        detail = "People wait for tickets that have just come back."
        raise Conflict("people_waiting", detail, waiting=offer.waiting)
    gone = [parts.offers.removing(offer), *parts.stock.removing(offer)]
    overtake(parts, *gone, rooms=[off_sale(room)])
    log.info("offer.taken_back", extra={"room_id": room_id})


def estimate(parts: Parts, caller: Caller, room_id: str, price: Money, quantity: int) -> Estimate:
    """What the host would earn by selling so many tickets, each at this price, from now on."""
    approach(parts, Act.SELL, room_id, caller)
    require_chargeable(price)
    earned = parts.ledger.earned(caller.account_id, price.currency)
    total = like(price, price.amount * quantity)
    tiers = parts.policy.tiers
    return Estimate(
        price=price,
        fee=fee_of(tiers, earned=earned, amount=price.amount),
        total=total,
        total_fee=fee_of(tiers, earned=earned, amount=total.amount),
        portions=portions(tiers, earned=earned, amount=total.amount),
    )


def seen(parts: Parts, offer: Offer, room: Room, now: datetime) -> Seen:
    """The offer as everybody who may know of the room sees it."""
    return Seen(
        offer=offer,
        counts=counted(parts.stock.shards(offer)),
        on_sale=is_on_sale(offer, room, parts.policy.host_may_be_late, now),
        fee=fee(parts, offer.host_id, offer.price),
    )


def price_of(wanted: NewOffer) -> Money:
    """What one ticket costs."""
    return Money(**wanted.price.model_dump()) if wanted.price else FREE


def sales_end(text: str | None) -> datetime | None:
    """When nothing is sold any more; Invalid `bad_sales_end`."""
    try:
        return from_rfc3339(text) if text else None
    except (ValueError, OverflowError) as error:
        raise Invalid("bad_sales_end", "There is no such time.") from error
