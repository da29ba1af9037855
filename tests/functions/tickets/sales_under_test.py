"""Sales as the tests of crashes and races want them: held, paid, bought, paid too late."""

from collections.abc import Callable, Iterator
from functools import partial

from functions.tickets.payments.returns import Returns
from functions.tickets.rules.model import Refund
from local.stripe.outbox import Delivery
from tests.functions.tickets.market import HOST, Market

MANY = 60
PAYMENT_OPENED = 3
"""The moment of holding tickets at which Stripe has opened a payment, and that is unwritten."""


def late_payments(market: Market, room_id: str) -> Iterator[Callable[[], object]]:
    """The payment was opened, and before we wrote that down the hold was over."""
    for buyer in buyers(market):
        with market.moments.at(PAYMENT_OPENED):
            market.hold(buyer, room_id, 1, key="once")
        market.shop.pass_time(minutes=16)
        market.sweep()
        market.confirm(market.of_stripe("payment_intent")[-1]["id"])
        event = told_of(market, "payment_intent.succeeded")
        yield partial(market.deliver, event)


def told_of(market: Market, kind: str) -> Delivery:
    """The latest event of a kind."""
    return [delivery for delivery in market.mail() if delivery.event["type"] == kind][-1]


def buyers(market: Market, most: int = MANY) -> Iterator[str]:
    """One new account after the other."""
    for number in range(most):
        market.shop.account(f"buyer{number}")
        yield f"buyer{number}"


def pay(
    market: Market, buyer: str, room_id: str, quantity: int = 1, card: str = "pm_card_visa"
) -> str:
    """A hold, paid at Stripe, of which we know nothing yet."""
    hold_id = market.hold(buyer, room_id, quantity)
    market.pay(hold_id, card)
    return hold_id


def bought(
    market: Market, buyer: str, room_id: str, quantity: int = 1, card: str = "pm_card_visa"
) -> list[str]:
    """Tickets that were paid, and issued."""
    hold_id = pay(market, buyer, room_id, quantity, card)
    market.shop.pass_time(seconds=2)
    market.poll(hold_id)
    return [each.ticket_id for each in market.parts.tickets.of(market.shop.purchase(hold_id))]


def poor(market: Market) -> None:
    """Nothing can be taken from the host at Stripe."""
    market.shop.stripe.state.short_of_money.add(market.shop.payable(HOST))


def the_refund(market: Market) -> Refund:
    """The last sale's only one."""
    (refund,) = market.parts.returns.refunds(market.holds[-1])
    return refund


def with_returns(market: Market, kind: type[Returns]) -> None:
    """Money goes back by others from now on."""
    client = type("Client", (), {"v1": market.parts.payments._v1})
    market.parts.payments.returns = kind(client)
