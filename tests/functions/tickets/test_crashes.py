"""A crash before and after every side effect of every deed: at rest all is well again.

Each deed is tried on one sale after the other in one market, each time with a crash one moment
later, until it comes to its end without.
"""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from functions.tickets.actions.disputes import follow
from functions.tickets.actions.refunds import pay_back
from functions.tickets.actions.settling import advance
from functions.tickets.jobs.closing import tend
from functions.tickets.jobs.run import Run
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.market import Market, market
from tests.functions.tickets.sales_under_test import (
    MANY,
    bought,
    buyers,
    late_payments,
    pay,
    poor,
    told_of,
)

Deed = Callable[[], object]


def placing(market: Market) -> Iterator[Deed]:
    """A hold with a key; whoever got no answer asks again."""
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market):
        yield partial(market.hold, buyer, room_id, 1, key="once")
        market.hold(buyer, room_id, 1, key="once")


def paying(market: Market) -> Iterator[Deed]:
    """Stripe tells of a payment, which it tells nobody else."""
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market):
        pay(market, buyer, room_id)
        event = told_of(market, "payment_intent.succeeded")
        yield partial(market.deliver, event)


def lapsing(market: Market) -> Iterator[Deed]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market):
        hold_id = market.hold(buyer, room_id, 1)
        market.shop.pass_time(minutes=16)
        yield partial(advance, market.parts, hold_id, market.now)


def releasing(market: Market) -> Iterator[Deed]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market):
        hold_id = market.hold(buyer, room_id, 1)
        yield partial(market.release, hold_id)


def paying_late(market: Market) -> Iterator[Deed]:
    """The payment was opened, and before we wrote that down the hold was over; tickets are left."""
    room_id = market.open_a_room(MANY, per_account=10)
    yield from late_payments(market, room_id)


def paying_too_late(market: Market) -> Iterator[Deed]:
    """The same, but meanwhile others have bought the tickets."""
    for room_id in (market.open_a_room(1, host=f"host{n}") for n in range(MANY)):
        deed = next(late_payments(market, room_id))
        bought(market, "eve", room_id)
        yield deed


def giving_back_what_the_host_has_spent(market: Market) -> Iterator[Deed]:
    poor(market)
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market):
        ticket_id = bought(market, buyer, room_id, 2)[0]
        yield partial(market.give_back, ticket_id)


def giving_back_what_a_bank_will_not_take(market: Market) -> Iterator[Deed]:
    """Stripe tells of that seconds after the refund; who crashes before must find it out.

    Some of it somebody has returned by hand, and a bank will not take that either.
    """
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market):
        ticket_id = bought(market, buyer, room_id, 2, "pm_card_refundFail")[0]
        market.return_by_hand(market.of_stripe("charge")[-1], 1200, fee=False)

        def give_back(ticket_id=ticket_id):
            market.give_back(ticket_id)
            market.shop.pass_time(seconds=5)
            market.deliver(told_of(market, "refund.failed"))

        yield give_back


def collecting_debts(market: Market) -> Iterator[Deed]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market):
        ticket_id = bought(market, buyer, room_id)[0]
        poor(market)
        market.give_back(ticket_id)
        market.shop.stripe.state.short_of_money.clear()
        market.shop.pass_time(hours=25)
        hold_id = market.holds[-1]
        (refund,) = market.parts.returns.refunds(hold_id)
        yield partial(pay_back, market.parts, hold_id, refund.refund_id, market.now)


def handing_over(market: Market) -> Iterator[Deed]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market):
        ticket_id = bought(market, buyer, room_id)[0]
        yield partial(market.hand_over, ticket_id, "eve")


def cancelling(market: Market) -> Iterator[Deed]:
    """The room of a sale and a hold is cancelled, and the sweeper comes by."""
    for number in range(MANY):
        room_id = market.open_a_room(9, host=f"host{number}")
        bought(market, "ada", room_id, 2)
        market.hold("bea", room_id, 1)

        def cancel(room_id=room_id, host=f"host{number}"):
            market.cancel(room_id, host)
            tend(market.parts, room_id, Run(now=market.now, goes_on=lambda: True))

        yield cancel


def losing_disputes(market: Market) -> Iterator[Deed]:
    yield from disputed(market, won=False)


def winning_disputes(market: Market) -> Iterator[Deed]:
    yield from disputed(market, won=True)


def disputed(market: Market, *, won: bool) -> Iterator[Deed]:
    """A dispute is heard of, and then decided."""
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market):
        bought(market, buyer, room_id, 2)
        market.dispute(market.of_stripe("charge")[-1])
        hold_id, dispute = market.holds[-1], market.of_stripe("dispute")[-1]

        def hear(hold_id=hold_id, dispute=dispute):
            follow(market.parts, hold_id, dispute["id"], market.now)
            market.decide(dispute, won=won)
            follow(market.parts, hold_id, dispute["id"], market.now)

        yield hear
        market.decide(dispute, won=won)


@pytest.mark.parametrize(
    "deeds",
    [
        placing,
        paying,
        paying_late,
        paying_too_late,
        lapsing,
        releasing,
        giving_back_what_the_host_has_spent,
        giving_back_what_a_bank_will_not_take,
        collecting_debts,
        handing_over,
        cancelling,
        losing_disputes,
        winning_disputes,
    ],
)
def test_a_crash_at_any_moment_leaves_nothing_undone(deeds):
    with market() as it:
        it.shop.account("eve")
        for moment, deed in enumerate(deeds(it)):
            with it.moments.at(moment):
                deed()
            if it.moments.passed <= moment:
                break

        it.rest()

        assert 2 < moment < MANY - 1
        check(it)
