"""Selling a room's tickets over HTTP: the offer, promo codes, tickets given away."""

from datetime import datetime

from core.money import Money, like
from functions.shared.callers import Caller
from functions.shared.models import Page
from functions.tickets.actions import comps, offers, promos
from functions.tickets.door import door, parts
from functions.tickets.requests import EstimateQuery, NewComp, NewOffer, NewPromoCode
from functions.tickets.views.host import (
    EstimateView,
    GivenView,
    OfferView,
    PromoCodeView,
    TicketEstimate,
    TierEstimate,
)


@door.answers("PUT", "/rooms/{room_id}/offer")
def put_offer(caller: Caller, room_id: str, body: NewOffer, now: datetime) -> OfferView:
    """Sell tickets for a scheduled room; 403 `not_in_rollout`, `payouts_not_ready`.

    The terms may change later, but not the price once somebody has bought: 409 `already_sold`.
    """
    return show_offer(offers.put_offer(parts, caller, room_id, body, now))


@door.answers("GET", "/rooms/{room_id}/offer")
def read_offer(caller: Caller | None, room_id: str, now: datetime) -> OfferView:
    """What is sold for a room, and how much of it is left."""
    return show_offer(offers.read_offer(parts, caller, room_id, now))


@door.answers("DELETE", "/rooms/{room_id}/offer")
def take_back_offer(caller: Caller, room_id: str) -> None:
    """Sell nothing for the room any more; 409 `already_sold`."""
    offers.take_back(parts, caller, room_id)


@door.answers("GET", "/rooms/{room_id}/offer/estimate")
def estimate_offer(caller: Caller, room_id: str, query: EstimateQuery) -> EstimateView:
    """What the host would earn by selling so many tickets at this price, line by line."""
    price = Money(amount=query.amount, currency=query.currency)
    return show_estimate(offers.estimate(parts, caller, room_id, price, query.quantity))


@door.answers("PUT", "/rooms/{room_id}/promo-codes/{code}")
def put_promo_code(caller: Caller, room_id: str, code: str, body: NewPromoCode) -> PromoCodeView:
    """Take something off the price for those who have this code; 409 `promo_codes_full`."""
    return PromoCodeView.of(promos.put_code(parts, caller, room_id, code, body))


@door.answers("DELETE", "/rooms/{room_id}/promo-codes/{code}")
def withdraw_promo_code(caller: Caller, room_id: str, code: str) -> None:
    """Let the code be good for nothing more."""
    promos.withdraw_code(parts, caller, room_id, code)


@door.answers("GET", "/rooms/{room_id}/promo-codes")
def list_promo_codes(caller: Caller, room_id: str) -> Page[PromoCodeView]:
    """The room's promo codes: all of them."""
    codes = promos.list_codes(parts, caller, room_id)
    return Page(items=[PromoCodeView.of(promo) for promo in codes], next=None)


@door.answers("POST", "/rooms/{room_id}/comps", status=201)
def give_tickets(caller: Caller, room_id: str, body: NewComp, now: datetime) -> GivenView:
    """Give tickets away; 409 `sold_out`, `limit_reached`."""
    tickets = comps.give(parts, caller, room_id, body, now)
    return GivenView(tickets=[ticket.ticket_id for ticket in tickets])


def show_offer(seen: offers.Seen) -> OfferView:
    """An offer with its stock."""
    return OfferView.of(seen.offer, seen.counts, seen.fee, on_sale=seen.on_sale)


def show_estimate(estimate: offers.Estimate) -> EstimateView:
    """What selling would bring."""
    price, total = estimate.price, estimate.total
    return EstimateView(
        gross=total,
        platform_fee=like(total, estimate.total_fee),
        host_share=like(total, total.amount - estimate.total_fee),
        per_ticket=TicketEstimate(
            price=price,
            platform_fee=like(price, estimate.fee),
            host_share=like(price, price.amount - estimate.fee),
        ),
        tiers=[TierEstimate.of(portion, total.currency) for portion in estimate.portions],
    )
