"""Whatever happens to purchases, in whatever order, and wherever it crashes: at rest all is well.

The same two lives of a market are tried each time, of each kind; `STOA_TEST_LIVES` is how many
others instead.
"""

import os
from typing import Any, ClassVar

import pytest
import ulid
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from functions.tickets.rules.life import TicketState
from local.stripe.faults import Fault, Kind
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.market import BUYERS, HOST, market

OTHERS = os.environ.get("STOA_TEST_LIVES")
SETTINGS = settings(
    max_examples=int(OTHERS or 2),
    stateful_step_count=30,
    derandomize=OTHERS is None,
    deadline=None,
    database=None,
    phases=(Phase.generate,),  # shrinking a life takes minutes, and thirty steps can be read
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
CARDS = st.sampled_from(
    ["pm_card_visa"] * 3 + ["pm_card_chargeDeclined", "pm_card_refundFail", "pm_card_createDispute"]
)
CRASH = st.none() | st.integers(0, 15)
FAULTS = st.sampled_from(
    [Kind.ERROR_BEFORE, Kind.ERROR_AFTER, Kind.DROP_BEFORE, Kind.DROP_AFTER, Kind.RATE_LIMITED]
)
SALES = st.tuples(st.sampled_from(BUYERS), st.integers(1, 3), CARDS)
KEYS = st.none() | st.sampled_from(["first", "second"])
PICK = st.integers(0, 10**6)
AMOUNTS = st.none() | st.integers(1, 2000)
# What is due at once is looked at in an order that follows from the ids.
IDS = st.randoms(use_true_random=True)


class Life(RuleBasedStateMachine):
    """A host's rooms, three buyers, their banks, Stripe's post, and the jobs."""

    terms: ClassVar[dict[str, Any]] = {"amount": 1000}

    def __init__(self) -> None:
        super().__init__()
        self.opened = market()
        self.market = self.opened.__enter__()

    @initialize(quantity=st.integers(1, 6), sales=st.lists(SALES, min_size=1, max_size=3), ids=IDS)
    def open_a_room(self, quantity, sales, ids):
        ulid.default_generator = ulid.ULIDGenerator(randomness=lambda _: ids.randbytes(10))
        self.market.reconcile()  # its first run; the next looks for all that comes after this one
        self.room_id = self.market.open_a_room(quantity, **self.terms)
        for sale in sales:
            self.buy(*sale)

    @rule(buyer=st.sampled_from(BUYERS), quantity=st.integers(1, 3), crash=CRASH, key=KEYS)
    def hold(self, buyer, quantity, crash, key):
        with self.market.moments.at(crash):
            self.market.hold(buyer, self.room_id, quantity, key=key)

    @rule(sale=SALES, crash=CRASH)
    def buy_and_look(self, sale, crash):
        self.buy(*sale)
        if self.market.holds:
            self.poll(-1, crash)

    def buy(self, buyer, quantity, card):
        hold_id = self.market.hold(buyer, self.room_id, quantity)
        if hold_id in self.market.payable:
            self.market.pay(hold_id, card)

    @precondition(lambda self: self.open_intents())
    @rule(pick=PICK, card=CARDS)
    def pay(self, pick, card):
        """Also what no buyer was told of, since we crashed before."""
        self.market.confirm(choose(self.open_intents(), pick), card)

    @precondition(lambda self: self.market.holds)
    @rule(pick=PICK, crash=CRASH)
    def poll(self, pick, crash):
        with self.market.moments.at(crash):
            self.market.poll(choose(self.market.holds, pick))

    @precondition(lambda self: len(self.market.holds) > 1)
    @rule(pick=PICK, crash=CRASH)
    def release(self, pick, crash):
        with self.market.moments.at(crash):
            self.market.release(choose(self.market.holds, pick))

    @precondition(lambda self: self.market.mail())
    @rule(pick=PICK, crash=CRASH)
    def deliver(self, pick, crash):
        with self.market.moments.at(crash):
            self.market.deliver(choose(self.market.mail(), pick))

    @precondition(lambda self: self.market.told)
    @rule(pick=PICK, crash=CRASH)
    def deliver_again(self, pick, crash):
        with self.market.moments.at(crash):
            self.market.receive(choose(self.market.told, pick))

    @precondition(lambda self: self.market.mail())
    @rule(pick=PICK)
    def lose_an_event(self, pick):
        self.market.lose(choose(self.market.mail(), pick))

    @precondition(lambda self: self.tickets())
    @rule(pick=PICK, crash=CRASH)
    def give_back(self, pick, crash):
        with self.market.moments.at(crash):
            self.market.give_back(choose(self.tickets(), pick))

    @precondition(lambda self: self.tickets())
    @rule(pick=PICK, to=st.sampled_from(BUYERS), crash=CRASH)
    def hand_over(self, pick, to, crash):
        with self.market.moments.at(crash):
            self.market.hand_over(choose(self.tickets(), pick), to)

    @rule(buyer=st.sampled_from(BUYERS), crash=CRASH)
    def wait(self, buyer, crash):
        with self.market.moments.at(crash):
            self.market.wait(buyer, self.room_id)

    @precondition(lambda self: len(self.market.holds) > 2)
    @rule(crash=CRASH, live=st.booleans())
    def room_goes_live_or_is_cancelled(self, crash, live):
        with self.market.moments.at(crash):
            (self.market.start if live else self.market.cancel)(self.room_id)

    @precondition(lambda self: self.market.of_stripe("charge"))
    @rule(pick=PICK)
    def dispute(self, pick):
        charge = choose(self.market.of_stripe("charge"), pick)
        if charge["paid"] and not charge["disputed"] and not charge["amount_refunded"]:
            self.market.dispute(charge)

    @precondition(lambda self: self.market.of_stripe("charge"))
    @rule(pick=PICK, amount=AMOUNTS, reverse=st.booleans(), fee=st.booleans())
    def refund_by_hand(self, pick, amount, reverse, fee):
        """Somebody returns what is left of a charge, or some of it, on Stripe's dashboard."""
        charge = choose(self.market.of_stripe("charge"), pick)
        left = charge["amount"] - charge["amount_refunded"]
        self.market.return_by_hand(charge, min(amount or left, left), reverse=reverse, fee=fee)

    @precondition(lambda self: self.market.of_stripe("charge"))
    @rule(pick=PICK, amount=st.integers(1, 2000), fee=st.booleans())
    def move_by_hand(self, pick, amount, fee):
        """Somebody takes of the host's part, or gives them of our fee, and returns nothing."""
        charge = choose(self.market.of_stripe("charge"), pick)
        if fee:
            self.market.give_fee_by_hand(charge, amount // 100 + 1)
        else:
            self.market.reverse_by_hand(charge, amount)

    @precondition(lambda self: self.market.payable)
    @rule(pick=PICK)
    def pay_in_another_way(self, pick):
        """Somebody pays what banks have sent back of a purchase."""
        hold_id, intent_id = choose(list(self.market.payable.items()), pick)
        for refund in self.market.of_stripe("refund"):
            if refund["payment_intent"] == intent_id:
                self.market.note_by_hand(hold_id, refund["id"], f"SEPA {refund['id']}")

    @precondition(lambda self: self.market.of_stripe("dispute"))
    @rule(pick=PICK, won=st.booleans())
    def decide(self, pick, won):
        self.market.decide(choose(self.market.of_stripe("dispute"), pick), won=won)

    @rule(poor=st.booleans())
    def host_spends(self, poor):
        accounts = {self.market.shop.stripe_accounts[HOST]} if self.terms["amount"] else set()
        self.market.shop.stripe.state.short_of_money = accounts if poor else set()

    @rule(kind=FAULTS, method=st.sampled_from(["POST", "*"]))
    def stripe_fails(self, kind, method):
        self.market.shop.stripe.faults.plan(Fault(kind=kind, method=method))

    @rule(minutes=st.sampled_from([1, 5, 16, 60, 25 * 60]))
    def time_passes(self, minutes):
        self.market.shop.pass_time(minutes=minutes)

    @rule(crash=CRASH)
    def sweep(self, crash):
        with self.market.moments.at(crash):
            self.market.sweep()

    @rule(crash=CRASH)
    def reconcile(self, crash):
        with self.market.moments.at(crash):
            self.market.reconcile()

    def open_intents(self):
        intents = self.market.of_stripe("payment_intent")
        return [each["id"] for each in intents if each["status"].startswith("requires_")]

    def tickets(self):
        page = [self.market.parts.purchases.find(hold_id) for hold_id in self.market.holds]
        tickets = [t for p in page if p and p.paid_at for t in self.market.parts.tickets.of(p)]
        return [t.ticket_id for t in tickets if t.state is TicketState.VALID]

    def teardown(self):
        try:
            self.market.rest()
            check(self.market)
        finally:
            ulid.default_generator = ulid.ULIDGenerator()
            self.opened.__exit__(None, None, None)


def choose(things, pick):
    return things[pick % len(things)]


KINDS = {
    "dollars": {"amount": 1000},
    "odd cents": {"amount": 333, "per_account": 10},
    "yen": {"amount": 777, "currency": "jpy"},
    "free": {"amount": 0},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_payment_ends_as_tickets_or_refunds_and_the_books_balance(kind):
    machine = type(kind, (Life,), {"terms": KINDS[kind]})

    run_state_machine_as_test(machine, settings=SETTINGS)
