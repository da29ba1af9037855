from dataclasses import replace
from html import unescape

import pytest

from core.money import Money
from functions.rooms.model import Start
from functions.tickets.rules.by_hand import Hand
from functions.tickets.rules.letters import (
    called_up,
    money_back,
    money_by_hand,
    money_owed,
    receipt,
)
from functions.tickets.rules.model import RefundGround, RefundReason, RefundRule
from tests.functions.tickets.examples import (
    NOON,
    a_move,
    a_purchase,
    a_refund,
    a_room,
    a_ticket,
    usd,
)

TO, WEB = "bea@people.example", "https://stoa.example"
TITLE = '<b>"Songs" & more</b>'


def test_a_receipt_says_what_was_bought_and_for_how_much():
    tickets = [a_ticket(0), a_ticket(1)]

    letter = receipt(TO, a_purchase(quantity=2, unit=usd(1250)), tickets, a_room(), WEB)

    assert (letter.to, letter.subject) == (TO, "Your 2 tickets for Songs of the Sea")
    for line in (
        "Room: Songs of the Sea",
        "Host: Hana",
        "Starts: Friday 4 January 2030, 20:00 (Europe/Berlin)",
        "Tickets: 2 at 12.50 USD",
        "Total: 25.00 USD",
        "Paid on: Tuesday 1 January 2030, 12:00 (UTC)",
        "Ticket 1: ticket_0",
        "Ticket 2: ticket_1",
        "Purchase: hold_1",
        "To give back before: Friday 4 January 2030, 20:00 (Europe/Berlin)",
        "Your tickets: https://stoa.example/tickets",
    ):
        assert line in letter.text.splitlines()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (RefundRule.UNTIL_START, "for a full refund until the room starts."),
        (RefundRule.NEVER, "only if the room is moved, or does not happen."),
    ],
)
def test_a_receipt_names_the_rule_by_which_it_was_bought(rule, says):
    letter = receipt(TO, a_purchase(refund_rule=rule), [a_ticket()], a_room(), WEB)

    (line,) = [line for line in letter.text.splitlines() if line.startswith("Refunds: ")]
    assert says in line
    assert "comes back unasked" in line
    assert ("To give back before" in letter.text) is (rule is RefundRule.UNTIL_START)


def test_a_receipt_in_yen_has_no_decimals():
    purchase = a_purchase(unit=Money(amount=1200, currency="jpy"))

    letter = receipt(TO, purchase, [a_ticket()], a_room(), WEB)

    assert letter.subject == "Your ticket for Songs of the Sea"
    assert "Total: 1200 JPY" in letter.text


def test_a_free_ticket_is_free_of_charge():
    letter = receipt(TO, a_purchase(unit=usd(0)), [a_ticket()], a_room(), WEB)

    assert "Tickets: 1, free of charge" in letter.text
    assert "USD" not in letter.text


def test_a_start_without_a_zone_is_told_in_utc():
    room = a_room(start=Start(at=NOON))

    letter = receipt(TO, a_purchase(), [a_ticket()], room, WEB)

    assert "Starts: Tuesday 1 January 2030, 12:00 (UTC)" in letter.text


def test_who_is_called_up_is_told_how_long_the_tickets_wait():
    letter = called_up(TO, a_purchase(quantity=2, called_up=True), a_room(), WEB)

    assert letter.subject == "Your turn: 2 tickets for Songs of the Sea"
    assert "Held until: Tuesday 1 January 2030, 13:15 (Europe/Berlin)" in letter.text
    assert "Buy them: https://stoa.example/rooms/room_1" in letter.text


def test_money_on_its_way_back_is_told_with_its_amount():
    letter = money_back(TO, a_refund(usd(2000)), a_room(), WEB)

    assert letter.subject == "Your money for Songs of the Sea is on its way back"
    assert "Amount: 20.00 USD" in letter.text
    assert "Refund: refund_1" in letter.text


def test_a_refund_says_by_which_rule_it_was_asked_for():
    grounds = [None, *RefundGround]
    letters = {
        money_back(TO, replace(a_refund(usd(1)), ground=it), a_room(), WEB) for it in grounds
    }

    assert len({letter.text for letter in letters}) == len(grounds)
    assert sum("By the rule: " in letter.text for letter in letters) == len(RefundGround)


def test_what_was_returned_before_is_not_told_again():
    refund = replace(a_refund(usd(2000)), credit=400)

    assert "Amount: 16.00 USD" in money_back(TO, refund, a_room(), WEB).text


@pytest.mark.parametrize(
    ("whole", "says"), [(True, "tickets were cancelled"), (False, "was returned")]
)
def test_who_has_money_back_by_hand_reads_whether_the_tickets_are_gone(whole, says):
    letter = money_by_hand(TO, a_move(Hand.REFUND, usd(400)), a_room(), WEB, whole=whole)

    assert says in letter.text
    assert "Amount: 4.00 USD" in letter.text


def test_what_a_bank_has_sent_back_is_the_buyers_still():
    letter = money_owed(TO, "hold_1", usd(400), a_room(), WEB)

    assert letter.subject == "Your money for Songs of the Sea could not be returned"
    assert "It is yours still" in letter.text
    assert "Amount: 4.00 USD" in letter.text


def test_each_reason_reads_differently():
    firsts = {
        money_back(TO, a_refund(usd(1), reason=reason), a_room(), WEB).text.splitlines()[0]
        for reason in RefundReason
    }

    assert len(firsts) == len(RefundReason)


def test_a_title_is_text_in_every_letter():
    room = a_room(title=TITLE)

    for letter in (
        receipt(TO, a_purchase(), [a_ticket()], room, WEB),
        called_up(TO, a_purchase(), room, WEB),
        money_back(TO, a_refund(usd(1)), room, WEB),
        money_owed(TO, "hold_1", usd(1), room, WEB),
    ):
        assert TITLE in letter.subject
        assert TITLE in letter.text
        assert TITLE not in letter.html
        assert TITLE in unescape(letter.html)
