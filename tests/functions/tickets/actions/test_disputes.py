"""A buyer's bank wants the money back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.rooms import actions_audience as audience
from functions.tickets.actions.disputes import follow
from functions.tickets.rules.disputes import borne, evidence_of, state_of
from functions.tickets.rules.expected import Sale
from functions.tickets.rules.life import RefundState, State, TicketState
from functions.tickets.rules.model import DisputeState
from functions.tickets.steps.holding import Overtaken, overtake
from functions.tickets.stores.returns import ReturnStore
from local.stripe.state import PLATFORM
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.examples import NOON, a_purchase, a_refund, usd
from tests.functions.tickets.market import HOST
from tests.functions.tickets.races import ANYHOW
from tests.functions.tickets.refusals import code_of
from tests.functions.tickets.sales_under_test import bought, poor


@pytest.fixture
def room_id(trade):
    return trade.open_a_room(5, per_account=10)


def dispute(trade):
    """The last sale's, as we have followed it by now."""
    if not trade.of_stripe("dispute"):
        trade.dispute(trade.of_stripe("charge")[-1])
    return follow(trade.parts, trade.holds[-1], trade.of_stripe("dispute")[-1]["id"], trade.now)


def test_a_disputed_ticket_opens_no_door_until_the_bank_is_convinced(trade, room_id):
    bought(trade, "ada", room_id, 2)
    trade.start(room_id)
    ada = trade.shop.account("ada")

    dispute(trade)
    assert code_of(audience.join, trade.parts.rooms, ada, room_id, trade.now) == "ticket_needed"
    trade.decide(trade.of_stripe("dispute")[-1], won=True)
    dispute(trade)

    audience.join(trade.parts.rooms, ada, room_id, trade.now)
    trade.rest()
    check(trade)


def test_the_money_leaves_the_host_and_comes_back_with_a_won_dispute(trade, room_id):
    bought(trade, "ada", room_id, 2)
    before = trade.parts.ledger.totals(HOST)["usd"]

    dispute(trade)
    during = trade.parts.ledger.totals(HOST)["usd"]
    trade.decide(trade.of_stripe("dispute")[-1], won=True)
    dispute(trade)

    assert during.share == 0
    assert trade.parts.ledger.totals(HOST)["usd"] == before
    trade.rest()
    check(trade)


def test_after_a_won_dispute_a_ticket_can_still_go_back(trade, room_id):
    """The host was given their part again by another transfer, of which refunds know nothing."""
    ticket_id, _ = bought(trade, "ada", room_id, 2)
    dispute(trade)
    trade.decide(trade.of_stripe("dispute")[-1], won=True)
    dispute(trade)

    trade.give_back(ticket_id)
    trade.rest()

    (refund,) = trade.parts.returns.refunds(trade.holds[-1])
    assert (refund.state, refund.debt) == (RefundState.DONE, 0)
    check(trade)


def test_tickets_of_a_lost_dispute_are_on_sale_again(trade, room_id):
    bought(trade, "ada", room_id, 2)
    dispute(trade)
    assert trade.shop.stock(room_id).left == 3

    trade.decide(trade.of_stripe("dispute")[-1], won=False)
    dispute(trade)

    assert trade.shop.purchase(trade.holds[-1]).state is State.REFUNDED
    assert trade.shop.stock(room_id).left == 5
    trade.rest()
    check(trade)


def test_a_host_who_has_spent_the_money_owes_it(trade, room_id):
    bought(trade, "ada", room_id)
    poor(trade)

    assert dispute(trade).debt == 970

    trade.shop.stripe.state.short_of_money.clear()
    trade.sweep_after(days=1, minutes=1)
    assert dispute(trade).debt == 0
    trade.rest()
    check(trade)


@pytest.mark.parametrize("by_hand", [1000, 400])
def test_what_went_back_by_hand_is_taken_from_the_host_no_second_time(trade, room_id, by_hand):
    bought(trade, "ada", room_id)
    intent_id = trade.payable[trade.holds[-1]]
    flags = f"amount={by_hand}&reverse_transfer=true&refund_application_fee=true"
    trade.shop.at_stripe("POST", "/v1/refunds", f"payment_intent={intent_id}&{flags}")

    dispute(trade)
    trade.decide(trade.of_stripe("dispute")[-1], won=False)
    dispute(trade)

    at_stripe = trade.shop.stripe.state.balances[trade.shop.payable(HOST), "usd"]
    assert (trade.parts.ledger.totals(HOST)["usd"].share, at_stripe) == (0, 0)
    trade.rest()
    check(trade)


def test_stripe_has_what_we_know_and_it_is_not_sent(trade, room_id):
    bought(trade, "ada", room_id)
    trade.start(room_id)
    audience.join(trade.parts.rooms, trade.shop.account("ada"), room_id, trade.now)
    trade.parts.rooms.admissions.attended(room_id, "ada", 2520, "first")

    assert dispute(trade).evidence

    (said,) = trade.of_stripe("dispute")
    assert said["status"] == "needs_response"
    assert "connected for 42 minutes" in said["evidence"]["access_activity_log"]
    assert "ada@mail.test" not in repr(said["evidence"])
    assert said["evidence"]["service_date"] == "2030-01-01"
    assert "until the room starts" in said["evidence"]["refund_policy_disclosure"]


def test_a_cancelled_room_does_not_wait_for_what_a_bank_has_taken(trade, room_id):
    bought(trade, "ada", room_id)
    dispute(trade)
    trade.cancel(room_id)
    trade.sweep_after(minutes=2)
    assert not trade.parts.offers.get(room_id).closed

    trade.decide(trade.of_stripe("dispute")[-1], won=False)
    trade.rest()
    trade.sweep()

    assert trade.parts.offers.get(room_id).closed
    check(trade)


@pytest.mark.parametrize(
    ("status", "withdrawn", "state"),
    [
        ("warning_needs_response", False, DisputeState.INQUIRY),
        ("warning_under_review", False, DisputeState.INQUIRY),
        ("warning_closed", False, DisputeState.WON),
        ("needs_response", True, DisputeState.OPEN),
        ("under_review", True, DisputeState.OPEN),
        ("won", True, DisputeState.WON),
        ("lost", True, DisputeState.LOST),
        ("prevented", True, DisputeState.LOST),
        ("prevented", False, DisputeState.WON),
        ("something_new", True, DisputeState.OPEN),
    ],
)
def test_every_status_of_stripes_is_one_of_ours(status, withdrawn, state):
    assert state_of(status, withdrawn=withdrawn) is state


def test_the_host_bears_their_part_and_the_platform_its_fee():
    purchase = a_purchase(quantity=2, unit=usd(1000), fee=60)

    assert borne(Sale(purchase=purchase), 2000) == (60, 1940)
    assert borne(Sale(purchase=purchase), 1000) == (30, 970)


def test_what_went_back_before_is_taken_from_the_host_no_second_time():
    purchase = a_purchase(quantity=2, unit=usd(1000), fee=60)
    refund = replace(a_refund(usd(1000), 30), state=RefundState.DONE)

    assert borne(Sale(purchase=purchase, refunds=(refund,)), 2000) == (1030, 970)
    assert borne(Sale(purchase=purchase, refunds=(refund, refund)), 2000) == (2000, 0)


def test_evidence_tells_who_came_and_who_did_not():
    came = NOON + timedelta(days=1)

    activity, days = evidence_of("On tides", a_purchase(), [(came, 600), (None, 0)])

    assert "Ticket holder 1: came in at 2030-01-02 12:00:00 UTC, connected for 10 min" in activity
    assert "Ticket holder 2: has not come in." in activity
    assert days == "2030-01-02"


def test_a_dispute_is_written_down_once_however_often_it_is_told(trade, room_id):
    bought(trade, "ada", room_id)

    for _ in range(3):
        told = dispute(trade)

    assert trade.postings(trade.holds[-1]).count("disputed") == 1
    assert told.state is DisputeState.OPEN
    tickets = trade.parts.tickets.of(trade.shop.purchase(trade.holds[-1]))
    assert [ticket.state for ticket in tickets] == [TicketState.DISPUTED]


def test_a_host_has_their_part_as_soon_as_the_platform_has_it(trade, room_id):
    bought(trade, "ada", room_id)
    dispute(trade)
    trade.decide(trade.of_stripe("dispute")[-1], won=True)
    balances, platform = trade.shop.stripe.state.balances, (PLATFORM, "usd")
    had, balances[platform] = balances[platform], 0

    told = dispute(trade)
    assert (told.state, told.reinstated) == (DisputeState.WON, False)
    assert told.due_at == trade.now + timedelta(hours=1)
    balances[platform] = had
    trade.sweep_after(hours=1, minutes=1)

    told = dispute(trade)
    assert (told.reinstated, told.due_at) == (True, None)


@pytest.mark.parametrize("status", ["restricted", "active"])
def test_a_host_who_may_not_receive_money_has_it_later(trade, room_id, status):
    bought(trade, "ada", room_id)
    dispute(trade)
    trade.decide(trade.of_stripe("dispute")[-1], won=True)
    trade.shop.set_transfers(HOST, status)

    assert dispute(trade).reinstated is (status == "active")

    trade.shop.set_transfers(HOST, "active")
    trade.sweep_after(hours=1, minutes=1)
    assert dispute(trade).reinstated
    trade.rest()
    check(trade)


class Careless(ReturnStore):
    def _still(self, dispute):
        return ANYHOW


def refused_twice(trade, room_id):
    """Two were refused with one key; who is second writes that down much later."""
    bought(trade, "ada", room_id)
    told = dispute(trade)
    for hours in (1, 2):
        _, put = trade.parts.returns.contesting(told, due_at=trade.now + timedelta(hours=hours))
        overtake(trade.parts, put)


def test_a_refused_key_makes_place_for_one_other(trade, room_id):
    with pytest.raises(Overtaken):
        refused_twice(trade, room_id)


def test_without_the_guard_it_makes_place_for_two(trade, room_id):
    trade.with_parts(returns=Careless(trade.parts.database))

    refused_twice(trade, room_id)
