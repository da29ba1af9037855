"""What is left of a purchase, whatever somebody does with it by hand while tickets go back."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from functions.tickets.rules import ledger
from functions.tickets.rules.audit import faults_of
from functions.tickets.rules.by_hand import Hand
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.fees import split
from functions.tickets.rules.issue import issue
from functions.tickets.rules.ledger import BUYER, PLATFORM, UNCLAIMED, debt, host
from functions.tickets.rules.left import credited, favours, left_of, missing_of
from functions.tickets.rules.life import RefundState, State
from functions.tickets.rules.statement import line_of
from tests.functions.tickets.examples import NOON, a_move, a_purchase, a_refund, steady, usd

HOLD = "hold_01JZZZZZZZZZZZZZZZZZZZZZZZ"


class Purse:
    """A purchase, its tickets as they go back, and Stripe's books of it, which never go wrong."""

    def __init__(self, draw):
        self.draw = draw
        quantity = draw(st.sampled_from([1, 2, 3, 7]))
        unit = draw(st.integers(50, 2_000))
        fee = draw(st.integers(0, quantity * unit))
        purchase = a_purchase(hold_id=HOLD, quantity=quantity, unit=usd(unit), fee=fee)
        self.sale = Sale(purchase=purchase)
        self.postings = [ledger.paid(purchase, NOON)]
        self.going = list(zip(issue(purchase, NOON), split(fee, quantity), strict=True))
        self.refundable, self.reversible, self.fee = (
            purchase.total.amount,
            purchase.total.amount,
            fee,
        )

    def run(self):
        steps = st.sampled_from(
            [self.give_back, self.return_by_hand, self.move_by_hand, self.bounce]
        )
        for step in self.draw(st.lists(steps, max_size=8)):
            step()
        return self

    def some(self, most):
        return self.draw(st.just(most) | st.integers(0, most))

    def return_by_hand(self):
        """With the host's part or without, and with our fee or without, or of another amount."""
        amount = self.some(self.refundable)
        self._note(Hand.REFUND, amount)
        self.refundable -= amount

    def move_by_hand(self):
        reversed_, fee = self.some(self.reversible), self.some(self.fee)
        self._note(Hand.REVERSAL, reversed_)
        self._note(Hand.FEE, fee)
        self.reversible -= reversed_
        self.fee -= fee

    def _note(self, hand, amount):
        if amount:
            move = a_move(hand, usd(amount), number=len(self.postings), hold_id=HOLD)
            self.sale = replace(self.sale, by_hand=(*self.sale.by_hand, move))
            self.postings.append(ledger.by_hand(move, NOON))

    def bounce(self):
        """A bank sends back what somebody has returned by hand."""
        stands = [each for each in self.sale.by_hand if each.stands]
        if stands:
            move = self.draw(st.sampled_from(stands))
            short = credited(self.sale) - (favours(self.sale) - move.amount.amount)
            owed = max(0, min(move.amount.amount, short))
            failed = replace(move, failed=True, parts=(owed,) if owed else ())
            self.refundable += move.amount.amount
            moves = tuple(failed if each is move else each for each in self.sale.by_hand)
            self.sale = replace(self.sale, by_hand=moves)
            self.postings.append(ledger.by_hand_failed(failed, NOON))
            self.postings += [ledger.owed(failed, 0, NOON)] if owed else []

    def give_back(self):
        """The next ticket; Stripe has as much of it as there is, and the host may owe the rest."""
        if not self.going:
            return
        ticket, fee = self.going.pop()
        gone = self.sale.purchase.refunded + 1
        over = not self.going
        state = State.REFUNDED if over else State.PAID
        self.sale = replace(
            self.sale, purchase=replace(self.sale.purchase, refunded=gone, state=state)
        )
        refund = replace(
            a_refund(ticket.price, fee, number=len(self.postings), tickets=[ticket.ticket_id]),
            hold_id=HOLD,
        )
        amount, share = missing_of(refund, self.sale)
        debt = self.draw(st.sampled_from([0, max(share, 0)]))
        done = replace(
            refund,
            state=RefundState.DONE,
            stripe_refund_id="re_1" if amount else None,
            credit=refund.amount.amount - amount,
            spared=refund.amount.amount - fee - share,
            debt=debt,
        )
        self.refundable -= amount
        self.sale = replace(self.sale, refunds=(*self.sale.refunds, done))
        if done.moves:
            self.postings.append(ledger.refunded(done, NOON))
        self.at_the_end = left_of(self.sale), owed(self.sale)


@st.composite
def purses(draw):
    return Purse(draw).run()


def balances(postings):
    totals = Counter()
    for posting in postings:
        for entry in posting.entries:
            totals[entry.account] += entry.amount
    return totals


def owed(sale):
    return sum(each.owed for each in sale.by_hand)


@steady
@given(purses())
def test_whatever_is_done_by_hand_the_books_add_up_and_the_audit_agrees(purse):
    sums, has, left = line_of(purse.postings).sums, balances(purse.postings), left_of(purse.sale)

    assert sums.share == sums.gross - sums.refunds - sums.fees
    assert sums.share == has[host("hana")] + has[debt("hana")] == left.host
    assert sums.fees == has[PLATFORM]
    assert sums.gross - sums.refunds == -has[BUYER] - has[UNCLAIMED]
    assert faults_of(purse.sale, purse.postings) == []
    for gone in purse.postings:
        assert faults_of(purse.sale, [each for each in purse.postings if each is not gone])


@steady
@given(purses())
def test_buyers_have_the_price_of_what_they_gave_back_and_no_more_than_they_paid(purse):
    """Twice only what a bank has sent back, and somebody returned again without saying for what."""
    sale = purse.sale
    price = sum(each.amount.amount for each in sale.refunds)
    returned = sum(each.returned for each in sale.refunds)

    assert returned <= price <= returned + favours(sale)
    assert purse.refundable >= 0
    assert left_of(sale).buyer >= -owed(sale)


@steady
@given(purses())
def test_when_the_last_ticket_has_gone_back_nobody_has_anything_of_the_purchase(purse):
    while purse.going:
        purse.give_back()

    left, unclaimed = purse.at_the_end

    assert left.host == 0
    assert -unclaimed <= left.buyer <= 0
