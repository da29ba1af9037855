"""The sweeper and the reconciler."""

import logging
from datetime import timedelta

from botocore.exceptions import EndpointConnectionError

from core.dynamo import Update
from core.tables import TICKETS
from functions.shared.mail import Mailer
from functions.tickets import reconcile, sweep
from functions.tickets.actions import payouts
from functions.tickets.jobs import catching_up, errands
from functions.tickets.jobs.run import Run
from functions.tickets.rules.life import State
from functions.tickets.rules.payees import PayoutState
from functions.tickets.stores.events import EventStore
from local.stripe.faults import Fault, Kind
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.races import ANYHOW
from tests.functions.tickets.sales_under_test import bought, pay, told_of


class Clock:
    """Lambda's context, with so much time left."""

    def __init__(self, left_ms: int) -> None:
        self.left_ms = left_ms

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


def test_a_hold_lapses_and_nobody_can_pay_it_any_more(trade):
    room_id = trade.open_a_room(2)
    hold_id = trade.hold("ada", room_id, 2)

    trade.sweep_after(minutes=16)

    assert trade.shop.purchase(hold_id).state is State.LAPSED
    assert trade.shop.stock(room_id).left == 2
    trade.pay(hold_id)
    assert trade.of_stripe("payment_intent")[0]["status"] == "canceled"


def test_a_hold_does_not_lapse_while_stripe_is_away(trade):
    hold_id = trade.hold("ada", trade.open_a_room(2))
    trade.shop.stripe.faults.plan(Fault(kind=Kind.DROP_BEFORE))

    trade.sweep_after(minutes=16)
    assert trade.shop.purchase(hold_id).state is State.HELD
    trade.sweep_after(minutes=1)

    assert trade.shop.purchase(hold_id).state is State.LAPSED


def test_a_hold_that_was_paid_in_the_last_second_is_settled(trade):
    hold_id = pay(trade, "ada", trade.open_a_room(2))

    trade.sweep_after(minutes=16)

    assert trade.shop.purchase(hold_id).state is State.PAID


def test_events_that_never_came_are_found(trade):
    hold_id = pay(trade, "ada", trade.open_a_room(2))
    for delivery in trade.mail():
        trade.lose(delivery)

    trade.reconcile()
    trade.sweep()

    assert trade.shop.purchase(hold_id).state is State.PAID


def test_a_walk_that_stops_in_the_middle_remembers_where(trade):
    pay(trade, "ada", trade.open_a_room(2))
    (intent,), state = trade.of_stripe("payment_intent"), trade.shop.stripe.state
    for _ in range(119):
        state.emit("payment_intent.canceled", intent, trade.now)
    turns = iter([True, False])

    first = catching_up.catch_up(
        trade.parts, Run(now=trade.now, goes_on=lambda: next(turns, False))
    )
    halfway = trade.parts.events.progress()
    second = catching_up.catch_up(trade.parts, Run(now=trade.now, goes_on=lambda: True))

    assert halfway.after is not None
    assert (first, second) == (100, 20)
    assert trade.parts.events.progress().after is None


def test_an_event_that_was_delivered_is_not_missed(trade):
    pay(trade, "ada", trade.open_a_room(2))
    trade.deliver(told_of(trade, "payment_intent.succeeded"))

    missed = catching_up.catch_up(trade.parts, Run(now=trade.now, goes_on=lambda: True))

    assert missed == 0


KEPT = 1
"""The moment at which an event is kept, and not looked into yet."""


class Careless(EventStore):
    def _unseen(self):
        return ANYHOW


def twice(trade):
    """An event is told of again, after it was looked into."""
    pay(trade, "ada", trade.open_a_room(2))
    delivery = told_of(trade, "payment_intent.succeeded")
    trade.deliver(delivery)
    with trade.moments.at(KEPT):
        trade.receive(delivery.event)
    return trade.parts.events.find(delivery.event["id"])


def test_an_event_is_looked_into_once(trade):
    assert twice(trade).due_at is None


def test_without_the_guard_it_is_looked_into_again(trade):
    trade.with_parts(events=Careless(trade.parts.database))

    assert twice(trade).due_at is not None


def test_a_bug_is_put_off_and_holds_up_nobody(trade, caplog):
    room_id = trade.open_a_room(5)
    broken, hold_id = trade.hold("ada", room_id), trade.hold("bea", room_id)
    trade.parts.database.table(TICKETS).write(
        Update(pk=f"hold#{broken}", sk="purchase", set={"state": "mislaid"})
    )

    with caplog.at_level(logging.ERROR):
        trade.sweep_after(minutes=16)

    assert "errand.failed" in caplog.messages
    assert trade.shop.purchase(hold_id).state is State.LAPSED
    due = list(trade.parts.due.due(trade.now + timedelta(minutes=30), 50))
    assert f"hold#{broken}" not in [each.pk for each in due]
    trade.bugs.seen.clear()


def test_a_sweep_stops_when_its_time_is_up(trade):
    room_id = trade.open_a_room(5, per_account=10)
    for buyer in ("ada", "bea", "cyd"):
        trade.hold(buyer, room_id)
    trade.shop.pass_time(minutes=16)
    turns = iter([True, True])

    done = errands.sweep(trade.parts, Run(now=trade.now, goes_on=lambda: next(turns, False)))

    assert done == 2


def test_both_run_as_functions_with_time_left_and_without(front):
    room_id = front.shop.offer(5).room_id
    assert room_id

    assert sweep.handler({}, Clock(50_000)) == {"moved_on": 0}
    assert reconcile.handler({}, Clock(120_000)) == {"missed": 0}
    assert sweep.handler({}, Clock(1_000)) == {"moved_on": 0}
    assert reconcile.handler({}, Clock(1_000)) == {"missed": 0}


def test_an_account_that_waits_for_stripe_is_asked_after(trade):
    caller = trade.shop.account("bea")
    account, _ = payouts.set_up(trade.parts, caller, trade.now)
    assert account.state is not PayoutState.ACTIVE
    trade.shop.onboard(account.stripe_account_id)

    trade.sweep_after(minutes=11)

    found = trade.parts.payouts.find("bea")
    assert (found.state, found.due_at) == (PayoutState.ACTIVE, None)


def test_an_account_is_asked_after_when_stripe_says_that_it_changed(trade):
    account, _ = payouts.set_up(trade.parts, trade.shop.account("bea"), trade.now)
    trade.shop.onboard(account.stripe_account_id)
    changed = next(
        event
        for event in trade.shop.stripe.state.everybodys("v2.core.event")
        if event["related_object"]["id"] == account.stripe_account_id
    )

    trade.receive(changed)

    assert trade.parts.payouts.find("bea").state is PayoutState.ACTIVE


def test_a_host_who_never_finishes_is_asked_after_for_a_week(trade):
    payouts.set_up(trade.parts, trade.shop.account("bea"), trade.now)

    trade.sweep_after(days=8)

    assert trade.parts.payouts.find("bea").due_at is None


def test_a_receipt_is_sent_once_though_the_post_was_away(trade):
    room_id = trade.open_a_room(2)
    mailer = trade.parts.mailer
    trade.with_parts(mailer=Mailer(NoPost(), "Stoa <tickets@stoa.test>"))
    bought(trade, "ada", room_id)
    assert trade.shop.purchase(trade.holds[0]).mail_to == "ada@mail.test"

    trade.with_parts(mailer=mailer)
    trade.rest()
    trade.rest()

    assert [to for to, _ in trade.shop.letters()] == ["ada@mail.test"]
    assert trade.shop.purchase(trade.holds[0]).mail_to is None
    check(trade)


class NoPost:
    """SES, out of reach."""

    def send_email(self, **_):
        raise EndpointConnectionError(endpoint_url="http://ses.test")
