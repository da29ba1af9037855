"""Two deeds at once: whatever one of them has read, the other is done before it can write.

The second is done before the first side effect of the first, on another sale before its next one,
and so on until the first comes to its end. Each guard that this rests on has a twin that fails.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import pytest

from functions.tickets.actions.disputes import follow
from functions.tickets.actions.refunds import pay_back
from functions.tickets.actions.settling import advance
from functions.tickets.jobs.closing import tend
from functions.tickets.jobs.run import Run
from functions.tickets.stores.ledger import LedgerStore
from functions.tickets.stores.purchases import PurchaseStore
from functions.tickets.stores.returns import ReturnStore
from functions.tickets.stores.stock import StockStore
from functions.tickets.stores.tickets import TicketStore
from local.stripe.faults import Fault, Kind
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.market import Market, market
from tests.functions.tickets.races import ANYHOW
from tests.functions.tickets.sales_under_test import bought, buyers, late_payments, pay, told_of

Pair = tuple[Callable[[], object], Callable[[], object]]
MANY = 60
MOST_EFFECTS = 16
"""More than any of the deeds has, unless it goes round in circles for lack of a guard."""
ENOUGH_TO_FAIL = 4
"""Side effects of a deed that lacks a guard."""
ROUNDS = 2
"""Of the jobs, one more than is needed: what is left then would be tried for ever."""


def two_tell_of_one_payment(market: Market) -> Iterator[Pair]:
    """Others hold tickets of the same room meanwhile."""
    room_id = market.open_a_room(MANY, per_account=10)
    market.hold("ada", room_id, 10)
    for buyer in buyers(market, MANY):
        hold_id = pay(market, buyer, room_id)
        event = told_of(market, "payment_intent.succeeded")
        yield partial(market.deliver, event), partial(market.poll, hold_id)


def release_and_payment(market: Market) -> Iterator[Pair]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market, MANY):
        hold_id = market.hold(buyer, room_id)

        def pay_and_look(hold_id=hold_id):
            market.pay(hold_id)
            market.poll(hold_id)

        yield partial(market.release, hold_id), pay_and_look


def two_let_go_of_one_hold(market: Market) -> Iterator[Pair]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market, MANY):
        hold_id = market.hold(buyer, room_id)
        market.shop.pass_time(minutes=16)
        market.hold("ada", room_id, 1)
        yield partial(market.release, hold_id), partial(advance, market.parts, hold_id, market.now)


def lapse_and_payment(market: Market) -> Iterator[Pair]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market, MANY):
        hold_id = market.hold(buyer, room_id)
        market.shop.pass_time(minutes=16)

        def pay_and_look(hold_id=hold_id):
            market.pay(hold_id)
            market.poll(hold_id)

        yield partial(advance, market.parts, hold_id, market.now), pay_and_look


def refund_and_gift_of_one_ticket(market: Market) -> Iterator[Pair]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market, MANY):
        (ticket_id,) = bought(market, buyer, room_id)
        yield partial(market.give_back, ticket_id), partial(market.hand_over, ticket_id, "eve")


def gift_and_refund_of_one_ticket(market: Market) -> Iterator[Pair]:
    for gift, refund in refund_and_gift_of_one_ticket(market):
        yield refund, gift


def two_refunds_of_one_ticket(market: Market) -> Iterator[Pair]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market, MANY):
        ticket_id, _ = bought(market, buyer, room_id, 2)
        yield partial(market.give_back, ticket_id), partial(market.give_back, ticket_id)


def two_make_one_refund(market: Market) -> Iterator[Pair]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market, MANY):
        ticket_id, _ = bought(market, buyer, room_id, 2)
        market.shop.stripe.faults.plan(Fault(kind=Kind.ERROR_BEFORE))
        market.give_back(ticket_id)
        market.shop.stripe.faults.clear()
        hold_id = market.holds[-1]
        (refund,) = market.parts.returns.refunds(hold_id)

        def make(hold_id=hold_id, refund=refund):
            pay_back(market.parts, hold_id, refund.refund_id, market.now)

        yield make, make


def refund_and_dispute(market: Market) -> Iterator[Pair]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market, MANY):
        ticket_id, _ = bought(market, buyer, room_id, 2)
        charge, hold_id = market.of_stripe("charge")[-1], market.holds[-1]

        def dispute(charge=charge, hold_id=hold_id):
            if not charge["amount_refunded"]:
                market.dispute(charge)
                dispute_id = market.of_stripe("dispute")[-1]["id"]
                follow(market.parts, hold_id, dispute_id, market.now)

        yield partial(market.give_back, ticket_id), dispute


def two_hear_of_one_dispute(market: Market) -> Iterator[Pair]:
    room_id = market.open_a_room(MANY, per_account=10)
    for buyer in buyers(market, MANY):
        bought(market, buyer, room_id, 2)
        market.dispute(market.of_stripe("charge")[-1])
        hold_id, dispute_id = market.holds[-1], market.of_stripe("dispute")[-1]["id"]

        def hear(hold_id=hold_id, dispute_id=dispute_id):
            follow(market.parts, hold_id, dispute_id, market.now)

        yield hear, hear


def late_payment_and_end_of_the_room(market: Market) -> Iterator[Pair]:
    for number in range(MANY):
        host = f"host{number}"
        room_id = market.open_a_room(1, host=host)
        deed = next(late_payments(market, room_id))

        def cancel(room_id=room_id, host=host):
            market.cancel(room_id, host)
            tend(market.parts, room_id, Run(now=market.now, goes_on=lambda: True))

        yield deed, cancel


def run(
    pairs: Callable[[Market], Iterator[Pair]], *, most: int = MOST_EFFECTS, **stores: type
) -> int:
    """How many side effects the first deed has, after trying each; with these stores replaced."""
    with market() as it:
        it.shop.account("eve")
        it.with_parts(**{name: store(it.parts.database) for name, store in stores.items()})
        for effect, (deed, other) in enumerate(islice(pairs(it), most)):
            with it.moments.at(2 * effect, other):
                deed()
            if it.moments.passed <= 2 * effect:
                break
        it.rest(ROUNDS)
        check(it)
        return effect


@pytest.mark.parametrize(
    "pairs",
    [
        two_tell_of_one_payment,
        two_let_go_of_one_hold,
        release_and_payment,
        lapse_and_payment,
        refund_and_gift_of_one_ticket,
        gift_and_refund_of_one_ticket,
        two_refunds_of_one_ticket,
        two_make_one_refund,
        refund_and_dispute,
        two_hear_of_one_dispute,
        late_payment_and_end_of_the_room,
    ],
)
def test_of_two_at_once_each_cent_and_ticket_moves_once(pairs):
    assert 1 < run(pairs) < MOST_EFFECTS - 1


class CarelessPurchases(PurchaseStore):
    def _unchanged(self, purchase):
        return ANYHOW


class CarelessTickets(TicketStore):
    def _as_read(self, ticket):
        return ANYHOW


class CarelessReturns(ReturnStore):
    def _as_read(self, refund):
        return ANYHOW


class CarelessLedger(LedgerStore):
    def _once(self):
        return ANYHOW


class CarelessStock(StockStore):
    def _open(self):
        return ANYHOW


@pytest.mark.parametrize(
    ("pairs", "stores"),
    [
        (two_tell_of_one_payment, {"purchases": CarelessPurchases}),
        (two_let_go_of_one_hold, {"purchases": CarelessPurchases}),
        (refund_and_gift_of_one_ticket, {"tickets": CarelessTickets}),
        (late_payment_and_end_of_the_room, {"stock": CarelessStock}),
        (two_make_one_refund, {"returns": CarelessReturns, "ledger": CarelessLedger}),
    ],
)
def test_without_the_guard_something_is_lost_or_twice(pairs, stores):
    with pytest.raises(AssertionError):
        run(pairs, most=ENOUGH_TO_FAIL, **stores)


@pytest.mark.parametrize("stores", [{"returns": CarelessReturns}, {"ledger": CarelessLedger}])
def test_a_refund_is_written_down_once_by_either_of_two_guards(stores):
    run(two_make_one_refund, **stores)
