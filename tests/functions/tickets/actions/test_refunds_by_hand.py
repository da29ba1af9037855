"""What somebody does at Stripe by hand, on its dashboard, and what becomes of that."""

from datetime import timedelta

import pytest

from functions.tickets.actions import events
from functions.tickets.payments.returns import Returns
from functions.tickets.rules.ledger import UNCLAIMED
from functions.tickets.rules.life import RefundState
from functions.tickets.rules.statement import Sums
from functions.tickets.steps.by_hand import know
from functions.tickets.stores.purchases import PurchaseStore
from local.stripe.faults import Fault, Kind
from tests.functions.tickets.at_rest import Tables, check
from tests.functions.tickets.market import HOST
from tests.functions.tickets.races import ANYHOW
from tests.functions.tickets.sales_under_test import bought, poor, the_refund, with_returns

REFUND = "/v1/refunds"
FLAGS = [(True, True), (True, False), (False, True), (False, False)]


@pytest.fixture
def tickets(trade):
    """Ada's three."""
    return bought(trade, "ada", trade.open_a_room(9, amount=333, per_account=10), 3)


def states(trade):
    return {refund.state for refund in trade.parts.returns.refunds(trade.holds[-1])}


def by_hand(trade, amount, *, reverse=True, fee=True):
    """Somebody returns so much of the last sale on Stripe's dashboard."""
    trade.return_by_hand(trade.of_stripe("charge")[-1], amount, reverse=reverse, fee=fee)


def hear(trade):
    """All that Stripe has to tell arrives."""
    for delivery in trade.mail():
        trade.receive(delivery.event)


def sums(trade):
    return trade.parts.ledger.totals(HOST)["usd"]


def has(trade, account):
    """What an account has by all postings."""
    entries = [entry for posting in Tables(trade).postings for entry in posting.entries]
    return sum(entry.amount for entry in entries if entry.account == account)


def letters(trade):
    return [subject.removeprefix("Your money for On tides ") for _, subject in trade.shop.letters()]


class Outdated(Returns):
    """They don't see what was returned just now."""

    def of(self, intent_id):
        return []


def test_a_refund_that_somebody_made_by_hand_is_no_second_one(trade, tickets):
    trade.shop.stripe.faults.plan(Fault(kind=Kind.ERROR_BEFORE, path=REFUND))
    for ticket_id in tickets:
        trade.give_back(ticket_id)
    by_hand(trade, 999)

    trade.rest()

    assert states(trade) == {RefundState.DONE}
    check(trade)


def test_who_has_their_money_back_by_hand_has_no_tickets_any_more(trade, tickets):
    room_id = trade.parts.tickets.get(tickets[0]).room_id
    trade.give_back(tickets[0])
    by_hand(trade, 666)

    for _ in range(2):
        hear(trade)

    assert trade.shop.stock(room_id).left == 9
    assert states(trade) == {RefundState.DONE}
    assert [to for to, subject in trade.shop.letters() if "way back" in subject] == [
        "ada@mail.test"
    ] * 2
    trade.rest()
    check(trade)


def test_who_has_some_of_it_back_by_hand_keeps_them_and_reads_of_the_money(trade, tickets):
    by_hand(trade, 998)

    for _ in range(2):
        hear(trade)

    assert trade.parts.returns.refunds(trade.holds[-1]) == []
    assert len(trade.parts.tickets.of(trade.shop.purchase(trade.holds[-1]))) == 3
    assert [subject for _, subject in trade.shop.letters() if "way back" in subject] == [
        "Your money for On tides is on its way back"
    ]


@pytest.mark.parametrize(
    ("reverse", "fee", "stands"),
    [
        (True, True, Sums(gross=999, refunds=400, fees=29 - 11, share=970 - 389)),
        (True, False, Sums(gross=999, refunds=400, fees=29, share=970 - 400)),
        (False, True, Sums(gross=999, refunds=400, fees=29 - 411, share=970 + 11)),
        (False, False, Sums(gross=999, refunds=400, fees=29 - 400, share=970)),
    ],
)
def test_it_stands_in_the_statement_as_it_was_made_though_no_ticket_went_back(
    trade, tickets, reverse, fee, stands
):
    by_hand(trade, 400, reverse=reverse, fee=fee)

    hear(trade)

    assert sums(trade) == stands
    trade.rest()
    check(trade)


@pytest.mark.parametrize("missed", [False, True])
def test_also_what_is_moved_between_host_and_platform_and_returned_to_nobody(
    trade, tickets, missed
):
    charge = trade.of_stripe("charge")[-1]
    trade.reverse_by_hand(charge, 100)
    trade.give_fee_by_hand(charge, 7)

    if missed:
        trade.rest()
    else:
        hear(trade)

    assert sums(trade) == Sums(gross=999, refunds=0, fees=29 + 93, share=970 - 93)
    trade.rest()
    check(trade)


@pytest.mark.parametrize(("reverse", "fee"), FLAGS)
@pytest.mark.parametrize("amount", [1, 400, 999])
def test_when_all_tickets_have_gone_back_nobody_has_anything_of_it(
    trade, tickets, amount, reverse, fee
):
    by_hand(trade, amount, reverse=reverse, fee=fee)
    trade.cancel(trade.parts.tickets.get(tickets[0]).room_id)

    trade.rest()
    trade.sweep_after(days=1, minutes=1)

    assert sum(each["amount"] for each in trade.of_stripe("refund")) == 999
    assert sums(trade) == Sums(gross=999, refunds=999)
    trade.rest()
    check(trade)


def test_a_refund_by_hand_of_which_the_host_kept_their_part_is_owed_by_them(trade, tickets):
    by_hand(trade, 999, reverse=False, fee=False)
    trade.give_back(tickets[0])
    assert the_refund(trade).debt == 333 - the_refund(trade).fee

    trade.sweep_after(days=1, minutes=1)

    assert the_refund(trade).debt == 0


def test_what_somebody_has_returned_by_hand_is_not_returned_again(trade, tickets):
    room_id = trade.parts.tickets.get(tickets[0]).room_id
    by_hand(trade, 400)

    trade.cancel(room_id)
    trade.rest()

    assert [each["amount"] for each in trade.of_stripe("refund")] == [400, 599]
    check(trade)


def test_a_debt_that_somebody_takes_from_the_host_by_hand_is_asked_for_no_more(trade, tickets):
    poor(trade)
    trade.give_back(tickets[0])
    assert the_refund(trade).debt == 324
    trade.shop.stripe.state.short_of_money.clear()
    trade.reverse_by_hand(trade.of_stripe("charge")[-1], 800)
    for ticket_id in tickets[1:]:
        trade.give_back(ticket_id)

    trade.sweep_after(days=1, minutes=1)

    assert sums(trade) == Sums(gross=999, refunds=999)
    trade.rest()
    check(trade)


@pytest.mark.parametrize("first", ["booked", "bounced"])
def test_what_a_bank_sends_back_of_a_refund_by_hand_is_owed_to_the_buyer(trade, first):
    tickets = bought(trade, "ada", trade.open_a_room(3), 2, card="pm_card_refundFail")
    by_hand(trade, 2000)
    if first == "booked":
        for ticket_id in tickets:
            trade.give_back(ticket_id)
        assert states(trade) == {RefundState.DONE}
    trade.shop.pass_time(minutes=30)
    bounced = [each for each in trade.mail() if each.event["type"] in events.REFUNDS]

    for ticket_id in tickets if first == "bounced" else []:
        trade.give_back(ticket_id)
    for _ in range(2):
        for delivery in reversed(bounced):
            trade.receive(delivery.event)
    trade.rest()

    assert has(trade, UNCLAIMED) == 2000
    assert sums(trade) == Sums(gross=2000, refunds=2000)
    assert letters(trade).count("could not be returned") == (1 if first == "booked" else 2)
    check(trade)


def test_a_favour_that_a_bank_sends_back_is_as_if_it_had_not_been_made(trade):
    bought(trade, "ada", trade.open_a_room(3), 2, card="pm_card_refundFail")
    by_hand(trade, 500, reverse=False, fee=False)
    hear(trade)
    assert sums(trade).refunds == 500

    trade.rest()

    assert (sums(trade).refunds, has(trade, UNCLAIMED)) == (0, 0)
    check(trade)


def test_what_stripe_remembers_of_a_refund_by_hand_that_came_back_passes(trade):
    """It answers that all has gone back, though by then nothing has: so it is asked anew."""
    (ticket_id,) = bought(trade, "ada", trade.open_a_room(3), card="pm_card_refundFail")
    with_returns(trade, Outdated)
    by_hand(trade, 1000)
    trade.give_back(ticket_id)
    assert the_refund(trade).due_at == trade.now + timedelta(hours=1)
    trade.shop.pass_time(minutes=30)
    with_returns(trade, Returns)

    trade.rest()

    assert the_refund(trade).state is RefundState.OWED
    check(trade)


class Interrupted(Returns):
    """Just after they were listed something else happens, once."""

    deed = None

    def of(self, intent_id):
        found = super().of(intent_id)
        if deed := self.deed:
            self.deed = None
            deed()
        return found


class Careless(PurchaseStore):
    def _unchanged(self, purchase):
        return ANYHOW


def bounced_while_counted(trade):
    """A refund by hand counts as a ticket's, while others hear that a bank has sent it back."""
    (ticket_id,) = bought(trade, "ada", trade.open_a_room(3), card="pm_card_refundFail")
    by_hand(trade, 1000)
    hold_id = trade.holds[-1]
    know(trade.parts, hold_id, trade.now)
    with_returns(trade, Interrupted)

    def hear_of_it():
        trade.shop.pass_time(seconds=5)
        know(trade.parts, hold_id, trade.now)

    trade.parts.payments.returns.deed = hear_of_it
    trade.give_back(ticket_id)
    trade.rest()


def test_a_refund_that_a_bank_sends_back_just_then_counts_for_no_ticket(trade):
    bounced_while_counted(trade)

    assert (the_refund(trade).credit, has(trade, UNCLAIMED)) == (0, 1000)
    check(trade)


def test_without_the_guard_nobody_would_owe_it(trade):
    trade.with_parts(purchases=Careless(trade.parts.database))

    bounced_while_counted(trade)

    assert has(trade, UNCLAIMED) == 0
    with pytest.raises(AssertionError):
        check(trade)
