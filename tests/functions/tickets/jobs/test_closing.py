"""What becomes of tickets with their room."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from core.alerts import AlertType
from core.clock import to_rfc3339
from functions.rooms import actions
from functions.rooms.life import State as RoomState
from functions.tickets.actions import offers
from functions.tickets.jobs.closing import tend
from functions.tickets.jobs.run import Run
from functions.tickets.rules.life import RefundState, State
from functions.tickets.rules.model import RefundReason
from functions.tickets.rules.payees import PayoutState
from functions.tickets.rules.policy import Rollout
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


@pytest.fixture
def weekly(trade):
    """`weekly()`: hana's room of every week, for which these tickets are sold."""

    def sell(access="open", **terms):
        starts_at = to_rfc3339(trade.now + timedelta(days=2))
        room = trade.shop.room(starts_at=starts_at, repeats="weekly", access=access)
        trade.shop.put_offer(room.room_id, 5, **terms)
        return trade.parts.rooms.rooms.get(room.room_id)

    return sell


def following(trade, room):
    """The next of the series."""
    rooms = trade.parts.rooms.lists.of_host("hana", 100)
    return next(it for it in rooms if it.series == room.series.after(trade.now, missed=False))


def not_on_sale(trade):
    """Who was told of which room that it is not on sale, and why."""
    return [
        (*alert.to, alert.facts["room"]["room_id"], alert.facts["reason"])
        for alert in trade.shop.alerts()
        if alert.type is AlertType.ROOM_NOT_ON_SALE
    ]


@pytest.mark.parametrize("end", ["start", "cancel"])
def test_the_next_room_of_a_series_is_sold_on_the_same_terms(trade, weekly, end):
    sales_end_at = to_rfc3339(trade.now + timedelta(days=1))
    room = weekly(amount=700, per_account=2, refund_rule="never", sales_end_at=sales_end_at)
    first = trade.parts.offers.get(room.room_id)
    bought(trade, "ada", room.room_id)
    getattr(trade, end)(room.room_id)
    assert following(trade, room).access == "open"

    trade.sweep_after(minutes=2)

    offer = trade.parts.offers.get(following(trade, room).room_id)
    assert (offer.price, offer.quantity, offer.per_account) == (first.price, 5, 2)
    assert offer.refund_rule == "never"
    assert offer.sales_end_at == first.sales_end_at + timedelta(days=7)
    assert following(trade, room).access == "ticketed"
    assert trade.shop.stock(offer.room_id).left == 5
    bought(trade, "ada", offer.room_id)
    trade.rest()
    check(trade)


def test_what_its_host_takes_back_of_the_next_is_not_sold_again(trade, weekly):
    room = weekly()
    trade.start(room.room_id)
    trade.sweep_after(minutes=2)
    offers.take_back(trade.parts, trade.shop.account("hana"), following(trade, room).room_id)

    trade.sweep_after(minutes=2)

    assert trade.parts.offers.find(following(trade, room).room_id) is None


@pytest.mark.parametrize(
    ("access", "after"), [("open", "open"), ("followers", "followers"), ("ticketed", "open")]
)
def test_of_a_host_who_may_sell_no_more_the_next_is_for_whom_it_was_before(
    trade, weekly, access, after
):
    room = weekly(access)
    trade.shop.with_policy(rollout=Rollout.NOBODY)
    trade.start(room.room_id)

    trade.sweep_after(minutes=2)

    assert trade.parts.offers.find(following(trade, room).room_id) is None
    assert following(trade, room).access == after
    assert not_on_sale(trade) == [("hana", following(trade, room).room_id, "not_in_rollout")]


def test_nor_is_it_sold_if_the_host_can_not_be_paid(trade, weekly):
    room = weekly()
    trade.shop.set_transfers("hana", "restricted")
    account = trade.parts.payouts.find("hana")
    trade.shop.set_payouts(account, PayoutState.RESTRICTED)
    trade.cancel(room.room_id)

    trade.rest()

    assert trade.parts.offers.find(following(trade, room).room_id) is None
    assert trade.parts.offers.get(room.room_id).closed
    assert not_on_sale(trade) == [("hana", following(trade, room).room_id, "payouts_not_ready")]


def test_a_host_is_told_of_what_is_not_on_sale_whenever_we_crash_and_as_one_event(trade, weekly):
    rollout = trade.parts.policy.rollout
    for moment in count():
        trade.shop.with_policy(rollout=rollout)
        room = weekly()
        trade.shop.with_policy(rollout=Rollout.NOBODY)
        trade.start(room.room_id)
        run = Run(now=trade.now, goes_on=lambda: True)

        with trade.moments.at(moment):
            tend(trade.parts, room.room_id, run)
        passed = trade.moments.passed
        tend(trade.parts, room.room_id, replace(run, now=trade.shop.pass_time(minutes=2)))

        told = [each for each in trade.shop.alerts() if each.type is AlertType.ROOM_NOT_ON_SALE]
        assert len({each.event_id for each in told}) == 1
        if passed <= moment:
            assert len(told) == 1
            break


def test_a_host_whose_next_room_is_sold_is_told_nothing(trade, weekly):
    trade.start(weekly().room_id)

    trade.sweep_after(minutes=2)

    assert not_on_sale(trade) == []


def test_a_series_that_ends_leaves_nothing_to_think_of(trade, weekly):
    room = weekly()
    actions.cancel_room(
        trade.parts.rooms, trade.shop.account("hana"), room.room_id, trade.now, series=True
    )

    trade.sweep_after(minutes=2)
    assert not trade.parts.offers.get(room.room_id).closed
    trade.sweep_after(minutes=5)

    assert trade.parts.offers.get(room.room_id).closed
