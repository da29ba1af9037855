"""Cents are conserved: over amounts, tiers, currencies, and whatever goes back in any order."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import CURRENCIES, Money
from functions.tickets.rules import ledger
from functions.tickets.rules.disputes import borne
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.fees import fee_of, split
from functions.tickets.rules.ledger import BUYER, CLEARING, PLATFORM, UNCLAIMED, debt, host
from functions.tickets.rules.life import RefundState
from functions.tickets.rules.statement import Sums, line_of, sums_of
from tests.functions.tickets.examples import NOON, a_dispute, a_purchase, a_refund, steady, usd

TIERS = st.sampled_from(
    [
        ((5_000_000, 300), (None, 2000)),
        ((150, 0), (1_001, 333), (77_777, 1234), (None, 9_999)),
        ((None, 0),),
        ((None, 10_000),),
    ]
)

thorough = settings(steady, max_examples=300)


class Story:
    """The postings of one purchase as they are made, a minute apart."""

    def __init__(self, draw):
        self.draw = draw
        self.postings = []
        self.refunds = []
        currency = draw(st.sampled_from(sorted(CURRENCIES)))
        unit = Money(amount=draw(st.integers(50, 99_900)), currency=currency)
        quantity = draw(st.sampled_from([1, 2, 3, 7, 10]))
        earned = draw(st.integers(4_500_000, 5_500_000) | st.integers(0, 100_000))
        fee = fee_of(draw(TIERS), earned=earned, amount=quantity * unit.amount)
        self.purchase = a_purchase(quantity=quantity, unit=unit, fee=fee)
        self.fees = split(fee, quantity)
        self.left = draw(st.permutations(range(quantity)))

    @property
    def now(self):
        return NOON + timedelta(minutes=len(self.postings))

    def money(self, amount):
        return Money(amount=amount, currency=self.purchase.unit.currency)

    def tell(self):
        if self.draw(st.sampled_from(["in time", "in time", "in time", "too late"])) == "too late":
            self.turn_away()
            return self.postings
        self.postings.append(ledger.paid(self.purchase, self.now))
        steps = st.sampled_from([self.refund, self.refund, self.dispute, self.process])
        for step in self.draw(st.lists(steps, min_size=1, max_size=6)):
            if self.left:
                step()
        return self.postings

    def turn_away(self):
        self.postings.append(ledger.turned_away(self.purchase, self.now))
        self._refund(self.purchase.total.amount, self.purchase.fee)
        self.left = []

    def refund(self):
        count = self.draw(st.sampled_from([1, 1, 2, len(self.left)]))
        gone, self.left = self.left[:count], self.left[count:]
        self._refund(len(gone) * self.purchase.unit.amount, sum(self.fees[each] for each in gone))

    def _refund(self, amount, fee):
        owed = self.draw(st.sampled_from([0, amount - fee]))
        refund = a_refund(self.money(amount), fee, number=len(self.postings), debt=owed)
        self.refunds.append(replace(refund, state=RefundState.DONE))
        self.postings.append(ledger.refunded(refund, self.now))
        self._repay(refund)
        if self.draw(st.booleans()):
            self.postings.append(ledger.refund_failed(refund, self.now))

    def dispute(self):
        total = self.purchase.total.amount
        amount = self.draw(st.just(total) | st.integers(1, total))
        fee, share = borne(Sale(purchase=self.purchase, refunds=tuple(self.refunds)), amount)
        owed = self.draw(st.integers(0, share))
        number = len(self.postings)
        dispute = a_dispute(self.money(amount), fee, number=number, debt=owed)
        self.postings.append(ledger.disputed(dispute, self.now))
        dispute = self._repay(dispute)
        if self.draw(st.booleans()):
            self.postings.append(ledger.dispute_won(dispute, self.now))
        else:
            self.left = []

    def _repay(self, back):
        if not back.debt or not self.draw(st.booleans()):
            return back
        self.postings.append(ledger.debt_repaid(back, self.now))
        return replace(back, debt=0)

    def process(self):
        name = f"processing-{len(self.postings)}"
        self.postings.append(ledger.processed(self.purchase, name, usd(59), self.now))


@st.composite
def stories(draw):
    return Story(draw).tell()


def balances(postings):
    """What each account has after the postings, without what Stripe takes of the platform."""
    totals = Counter()
    for posting in postings:
        if posting.kind is not ledger.PostingKind.PROCESSED:
            for entry in posting.entries:
                totals[entry.account] += entry.amount
    return totals


@thorough
@given(stories())
def test_at_every_step_the_purchase_sums_to_zero_and_nothing_waits_in_clearing(postings):
    for made in accumulate([[posting] for posting in postings]):
        held = balances(made)

        assert sum(held.values()) == 0
        assert held[CLEARING] == 0


@thorough
@given(stories())
def test_a_line_is_gross_less_refunds_less_fees_to_the_cent(postings):
    sums, held = line_of(postings).sums, balances(postings)

    assert sums.share == sums.gross - sums.refunds - sums.fees
    assert sums.share == held[host("hana")] + held[debt("hana")]
    assert sums.fees == held[PLATFORM]
    assert sums.gross - sums.refunds == -held[BUYER] - held[UNCLAIMED]
    assert sums.debt == -held[debt("hana")]


@steady
@given(st.lists(stories(), max_size=3))
def test_a_running_total_is_the_sum_of_all_lines(purchases):
    every_posting = [posting for postings in purchases for posting in postings]

    total = sum(map(sums_of, every_posting), Sums())

    assert total == sum((line_of(postings).sums for postings in purchases), Sums())


@thorough
@given(stories())
def test_a_host_never_ends_below_zero_and_the_platform_bears_what_goes_back_twice(postings):
    sums, held = line_of(postings).sums, balances(postings)

    assert sums.share >= 0
    assert sums.debt >= 0
    assert held[UNCLAIMED] >= 0
    assert sums.fees >= min(sums.gross - sums.refunds, 0)


@thorough
@given(stories())
def test_of_what_went_back_as_a_whole_nobody_keeps_a_cent(postings):
    sums, held = line_of(postings).sums, balances(postings)

    if sums.refunds == sums.gross:
        assert (sums.share, sums.fees, held[host("hana")]) == (0, 0, sums.debt)
        assert held[BUYER] + held[UNCLAIMED] == 0


def test_what_the_bank_takes_though_it_was_refunded_costs_the_host_nothing_more():
    purchase = a_purchase(quantity=2, fee=60)
    refund = replace(a_refund(usd(1000), 30), state=RefundState.DONE)
    fee, share = borne(Sale(purchase=purchase, refunds=(refund,)), 2000)
    dispute = a_dispute(usd(2000), fee)

    sums = line_of(
        [ledger.paid(purchase, NOON), ledger.refunded(refund, NOON), ledger.disputed(dispute, NOON)]
    ).sums

    assert share == 970
    assert sums == Sums(gross=2000, refunds=3000, fees=-1000, share=0)


def test_a_line_tells_what_was_sold_and_when():
    purchase = a_purchase(quantity=2, fee=60)
    first = ledger.paid(purchase, NOON)
    then = ledger.refunded(a_refund(usd(1000), 30), NOON + timedelta(hours=1))

    line = line_of([then, first])

    assert (line.hold_id, line.room_id, line.at, line.quantity) == ("hold_1", "room_1", NOON, 2)
    assert line.sums == Sums(gross=2000, fees=30, refunds=1000, share=970)
    assert line.postings == (first, then)


def test_what_stripe_takes_of_the_platform_is_not_the_hosts_affair():
    purchase = a_purchase(fee=30)
    cost = ledger.processed(purchase, "processing", Money(amount=59, currency="eur"), NOON)

    assert sums_of(cost) == Sums()
    assert cost not in line_of([ledger.paid(purchase, NOON), cost]).postings


def test_a_host_has_earned_what_buyers_did_not_get_back():
    assert Sums(gross=5000, refunds=2000, fees=90, share=2910).earned == 3000
    assert Sums(gross=1000, refunds=2000).earned == 0
