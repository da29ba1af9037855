from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import Conflict, NotAllowed
from functions.rooms.life import State as RoomState
from functions.tickets.rules.life import TicketState
from functions.tickets.rules.model import RefundGround, RefundRule
from functions.tickets.rules.refunds import (
    Circumstances,
    allow_refund,
    kinder,
    refundable_until,
)
from tests.functions.tickets.examples import NOON, a_ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = NOON + 3 * DAY
UNTIL_START = Circumstances(
    paid_at=NOON,
    rule=RefundRule.UNTIL_START,
    room_state=RoomState.SCHEDULED,
    starts_at=START,
    rescheduled_at=None,
    checked_in_at=None,
    window=7 * DAY,
)
NEVER = replace(UNTIL_START, rule=RefundRule.NEVER)
MOVED = replace(NEVER, rescheduled_at=NOON + HOUR)


def reason(circumstances, now, *, account_id="bea", **ticket):
    with pytest.raises(Conflict) as refused:
        allow_refund(a_ticket(**ticket), account_id, circumstances, now)
    assert refused.value.code == "not_refundable"
    return refused.value.facts["reason"]


def test_a_ticket_goes_back_until_the_room_is_to_start():
    assert refundable_until(a_ticket(), "bea", UNTIL_START) == START

    allow_refund(a_ticket(), "bea", UNTIL_START, START - timedelta(milliseconds=1))
    assert reason(UNTIL_START, START) == "too_late"


@pytest.mark.parametrize("state", [RoomState.LIVE, RoomState.ENDED, RoomState.CANCELLED])
def test_a_room_that_has_begun_or_is_cancelled_closes_the_rule_whatever_the_hour(state):
    begun = replace(UNTIL_START, room_state=state)

    assert refundable_until(a_ticket(), "bea", begun) is None
    assert reason(begun, NOON) == "too_late"


def test_a_host_may_sell_without_refunds():
    assert refundable_until(a_ticket(), "bea", NEVER) is None
    assert reason(NEVER, NOON) == "rule"


def test_whom_the_host_has_blocked_may_give_back_what_opens_no_door_to_them():
    blocked = replace(NEVER, blocked=True, room_state=RoomState.LIVE)

    assert refundable_until(a_ticket(), "bea", blocked) == START + 7 * DAY
    allow_refund(a_ticket(), "bea", blocked, START + DAY)
    assert reason(replace(blocked, checked_in_at=START), START + DAY) == "rule"


def test_who_bought_before_a_move_may_go_back_on_it_for_a_week():
    until = NOON + HOUR + 7 * DAY

    assert refundable_until(a_ticket(), "bea", MOVED) == until

    allow_refund(a_ticket(), "bea", MOVED, until - timedelta(seconds=1))
    assert reason(replace(MOVED, rule=RefundRule.UNTIL_START), until) == "too_late"


def test_the_later_of_two_ends_counts():
    moved = replace(UNTIL_START, rescheduled_at=NOON + HOUR)

    assert refundable_until(a_ticket(), "bea", moved) == NOON + HOUR + 7 * DAY
    far = replace(moved, starts_at=NOON + 20 * DAY)
    assert refundable_until(a_ticket(), "bea", far) == NOON + 20 * DAY


def test_a_move_to_an_earlier_hour_can_be_gone_back_on_after_the_room():
    ended = replace(MOVED, room_state=RoomState.ENDED, starts_at=NOON + 2 * HOUR)

    allow_refund(a_ticket(), "bea", ended, NOON + 5 * DAY)


def test_who_came_in_has_used_the_ticket():
    used = replace(MOVED, room_state=RoomState.LIVE, checked_in_at=START)

    assert reason(used, START + HOUR) == "rule"


@pytest.mark.parametrize("after", [timedelta(0), HOUR])
def test_who_bought_after_the_move_knew_the_hour(after):
    knew = replace(MOVED, paid_at=NOON + HOUR + after)

    assert refundable_until(a_ticket(), "bea", knew) is None


def test_a_ticket_that_another_bought_is_not_the_holders_to_give_back():
    given = a_ticket(holder_id="carl")

    with pytest.raises(NotAllowed) as refused:
        allow_refund(given, "carl", UNTIL_START, NOON)

    assert refused.value.code == "bought_by_another"
    assert refundable_until(given, "carl", UNTIL_START) is None


def test_a_ticket_given_away_is_not_the_buyers_any_more():
    assert reason(UNTIL_START, NOON, holder_id="carl") == "given_away"
    assert refundable_until(a_ticket(holder_id="carl"), "bea", UNTIL_START) is None


@pytest.mark.parametrize("state", [TicketState.REFUNDED, TicketState.DISPUTED])
def test_money_that_is_on_its_way_back_does_not_go_back_twice(state):
    assert reason(UNTIL_START, NOON, state=state) == state
    assert refundable_until(a_ticket(state=state), "bea", UNTIL_START) is None


def test_the_rule_by_which_it_goes_back_is_told():
    moved = replace(UNTIL_START, rescheduled_at=NOON + HOUR)

    assert allow_refund(a_ticket(), "bea", moved, START - HOUR) is RefundGround.UNTIL_START
    assert allow_refund(a_ticket(), "bea", moved, START) is RefundGround.MOVED
    blocked = replace(NEVER, blocked=True)
    assert allow_refund(a_ticket(), "bea", blocked, START) is RefundGround.BLOCKED


@pytest.mark.parametrize("offered", RefundRule)
def test_what_was_bought_by_a_rule_keeps_it_unless_the_offer_has_become_kinder(offered):
    assert kinder(RefundRule.UNTIL_START, offered) is RefundRule.UNTIL_START
    assert kinder(RefundRule.NEVER, offered) is offered
