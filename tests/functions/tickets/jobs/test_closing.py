"""What becomes of tickets with their room."""

from datetime import timedelta

import pytest

from functions.rooms.life import State as RoomState
from functions.tickets.jobs.closing import tend
from functions.tickets.jobs.run import Run
from functions.tickets.rules.life import RefundState, State
from functions.tickets.rules.model import RefundReason
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.sales_under_test import bought, late_payments, pay


@pytest.fixture
def room_id(trade):
    return trade.open_a_room(9, per_account=10)


def refunds(trade, hold_id):
    return [(each.reason, each.state) for each in trade.parts.returns.refunds(hold_id)]


def test_a_room_that_is_cancelled_is_refunded_unasked_and_completely(trade, room_id):
    for buyer in ("ada", "bea"):
        bought(trade, buyer, room_id, 2)
    trade.hold("cyd", room_id, 2)
    trade.cancel(room_id)

    trade.rest()

    ada, bea, cyd = trade.holds
    for hold_id in (ada, bea):
        assert trade.shop.purchase(hold_id).state is State.REFUNDED
        assert refunds(trade, hold_id) == [(RefundReason.ROOM_CANCELLED, RefundState.DONE)]
    assert trade.shop.purchase(cyd).state is State.LAPSED
    assert trade.parts.offers.get(room_id).closed
    check(trade)


def test_who_has_a_receipt_reads_that_the_money_comes_back(trade, room_id):
    bought(trade, "ada", room_id, 2)
    trade.rest()
    trade.cancel(room_id)

    trade.rest()

    receipt, money_back = trade.shop.letters()
    assert receipt[0] == money_back[0] == "ada@mail.test"
    assert "money" in money_back[1]


def test_a_payment_that_lands_after_the_room_was_cancelled_goes_back(trade, room_id):
    hold_id = pay(trade, "ada", room_id)
    trade.cancel(room_id)

    trade.rest()

    assert trade.shop.purchase(hold_id).state is State.REFUNDED
    assert refunds(trade, hold_id) == [(RefundReason.ROOM_CANCELLED, RefundState.DONE)]
    check(trade)


def test_so_does_one_that_nobody_knew_could_be_made(trade):
    room_id = trade.open_a_room(2, host="hugo")
    deed = next(late_payments(trade, room_id))
    trade.cancel(room_id, "hugo")
    trade.sweep()

    deed()
    trade.rest()

    (refund,) = trade.of_stripe("refund")
    assert refund["amount"] == 1000
    ((to, letter),) = trade.shop.letters()
    assert to == "buyer0@mail.test"
    assert "money" in letter
    check(trade)


def test_a_room_whose_host_never_came_is_called_off_and_refunded(trade, room_id):
    bought(trade, "ada", room_id, 2)
    trade.shop.pass_time(days=21, minutes=29)
    trade.sweep()
    assert trade.parts.rooms.rooms.get(room_id).state is RoomState.SCHEDULED

    trade.shop.pass_time(minutes=2)
    trade.rest()

    assert trade.parts.rooms.rooms.get(room_id).state is RoomState.CANCELLED
    assert refunds(trade, trade.holds[0]) == [(RefundReason.HOST_ABSENT, RefundState.DONE)]
    check(trade)


def test_a_room_that_has_begun_keeps_its_tickets(trade, room_id):
    bought(trade, "ada", room_id, 2)
    trade.start(room_id)

    trade.shop.pass_time(days=1)
    trade.rest()

    assert trade.shop.purchase(trade.holds[0]).state is State.PAID
    check(trade)


def test_once_a_room_has_ended_nobody_pays_for_it(trade, room_id):
    trade.start(room_id)
    bought(trade, "ada", room_id)
    hold_id = trade.hold("bea", room_id, 1)
    trade.end(room_id)

    trade.sweep_after(minutes=2)

    assert trade.shop.purchase(hold_id).state is State.LAPSED
    assert trade.parts.offers.get(room_id).closed
    trade.pay(hold_id)
    (intent,) = [i for i in trade.of_stripe("payment_intent") if i["status"] != "succeeded"]
    assert intent["status"] == "canceled"
    trade.rest()
    check(trade)


class Lagging:
    """Purchases whose index by room knows of nothing yet."""

    def __init__(self, purchases):
        self._purchases = purchases

    def __getattr__(self, name):
        return getattr(self._purchases, name)

    def of_room(self, room_id, after, limit=100):
        return []


def test_an_index_that_lags_leaves_nobody_without_their_money(trade, room_id):
    bought(trade, "ada", room_id)
    trade.cancel(room_id)
    purchases = trade.parts.purchases
    trade.with_parts(purchases=Lagging(purchases))
    tend(trade.parts, room_id, Run(now=trade.now, goes_on=lambda: True))
    assert not trade.parts.offers.get(room_id).closed

    trade.with_parts(purchases=purchases)
    trade.rest()

    assert trade.shop.purchase(trade.holds[0]).state is State.REFUNDED
    assert trade.parts.offers.get(room_id).closed
    check(trade)


def test_a_run_that_has_no_time_left_leaves_the_rest_to_the_next(trade, room_id):
    for buyer in ("ada", "bea"):
        bought(trade, buyer, room_id)
    trade.cancel(room_id)
    begun = []

    def goes_on():
        begun.append(True)
        return len(begun) < 2

    tend(trade.parts, room_id, Run(now=trade.now, goes_on=goes_on))

    states = sorted(str(trade.shop.purchase(hold_id).state) for hold_id in trade.holds)
    assert states == ["paid", "refunded"]
    trade.rest()
    check(trade)


def test_an_open_offer_is_looked_at_again_within_a_minute(trade, room_id):
    trade.sweep_after(minutes=2)

    due_at = trade.parts.offers.get(room_id).due_at
    assert trade.now < due_at <= trade.now + timedelta(minutes=1)
