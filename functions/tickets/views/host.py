"""What is shown of a room's sale to its host; of the offer, to everybody."""

from typing import Self

from core.models import Model
from core.money import Money, like
from functions.shared.models import Time
from functions.tickets.rules.fees import Portion
from functions.tickets.rules.model import Offer, PromoCode, RefundRule
from functions.tickets.rules.stock import Counts


class OfferView(Model):
    """What is sold for a room; without a price, the tickets are free.

    `host_share` and `platform_fee` are those of the price of one ticket, sold now.
    """

    room_id: str
    price: Money | None
    quantity: int
    per_account: int
    sales_end_at: Time | None
    refund_rule: RefundRule
    left: int
    held: int
    sold: int
    waiting: int
    host_share: Money
    platform_fee: Money
    on_sale: bool

    @classmethod
    def of(cls, offer: Offer, counts: Counts, fee: int, *, on_sale: bool) -> Self:
        """Show an offer with its stock."""
        return cls(
            room_id=offer.room_id,
            price=None if offer.free else offer.price,
            quantity=offer.quantity,
            per_account=offer.per_account,
            sales_end_at=offer.sales_end_at,
            refund_rule=offer.refund_rule,
            left=counts.left,
            held=counts.held,
            sold=counts.sold,
            waiting=offer.waiting,
            host_share=like(offer.price, offer.price.amount - fee),
            platform_fee=like(offer.price, fee),
            on_sale=on_sale,
        )


class TicketEstimate(Model):
    """What one ticket brings, sold now."""

    price: Money
    platform_fee: Money
    host_share: Money


class TierEstimate(Model):
    """The part of a sale that falls into one tier; `up_to` is null for the last."""

    up_to: Money | None
    basis_points: int
    portion: Money
    fee: Money

    @classmethod
    def of(cls, portion: Portion, currency: str) -> Self:
        """Show a portion."""

        def money(amount: int) -> Money:
            return Money(amount=amount, currency=currency)

        return cls(
            up_to=None if portion.up_to is None else money(portion.up_to),
            basis_points=portion.basis_points,
            portion=money(portion.portion),
            fee=money(portion.fee),
        )


class EstimateView(Model):
    """What the host earns if all of it is sold: gross = platform_fee + host_share.

    The fees of the tiers add up to the platform_fee.
    """

    gross: Money
    platform_fee: Money
    host_share: Money
    per_ticket: TicketEstimate
    tiers: list[TierEstimate]


class PromoCodeView(Model):
    """A promo code: what it takes off a ticket, and for how many tickets."""

    code: str
    percent: int | None
    amount: int | None
    limit: int
    left: int

    @classmethod
    def of(cls, promo: PromoCode) -> Self:
        """Show a promo code."""
        return cls(
            code=promo.code,
            percent=promo.percent,
            amount=promo.amount,
            limit=promo.limit,
            left=promo.left,
        )


class GivenView(Model):
    """Tickets that were given away."""

    tickets: list[str]
