"""Stripe's events in any order, each of them late: whatever comes first, all ends the same.

Each event is told after each set of the others, and sales that were told of the same events must
look the same. So all orders end the same, since each is made of such steps. With
STOA_TEST_ORDERS=all each order is tried as a whole, and of a dispute with one event more.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import islice, permutations

import pytest

from functions.tickets.rules.life import State, TicketState
from tests.functions.tickets.at_rest import check
from tests.functions.tickets.market import Market, market
from tests.functions.tickets.sales_under_test import buyers

ALL = os.environ.get("STOA_TEST_ORDERS") == "all"
SALES = 16
Events = tuple[str, ...]
Begin = Callable[[Market, str, str], str]

REINSTATED = "charge.dispute.funds_reinstated"
WON: Events = (
    "payment_intent.succeeded",
    "charge.updated",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    REINSTATED,
    "charge.dispute.closed",
)
MOST_OF_WON: Events = tuple(kind for kind in WON if kind != "charge.updated")
LOST: Events = tuple(kind for kind in MOST_OF_WON if kind != REINSTATED)
BOUNCED: Events = (
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "charge.refunded",
    "refund.failed",
)


def dispute_won(market: Market, buyer: str, room_id: str) -> str:
    """Paid, disputed and given back again before we hear of anything."""
    return disputed(market, buyer, room_id, won=True)


def dispute_lost(market: Market, buyer: str, room_id: str) -> str:
    return disputed(market, buyer, room_id, won=False)


def disputed(market: Market, buyer: str, room_id: str, *, won: bool) -> str:
    hold_id = market.hold(buyer, room_id, 2)
    market.pay(hold_id)
    market.shop.pass_time(seconds=2)
    market.dispute(market.of_stripe("charge")[-1])
    market.decide(market.of_stripe("dispute")[-1], won=won)
    return hold_id


def refund_bounced(market: Market, buyer: str, room_id: str) -> str:
    """Declined, paid with another card, given back, and sent back by that card's bank."""
    hold_id = market.hold(buyer, room_id, 2)
    market.pay(hold_id, "pm_card_chargeDeclined")
    market.pay(hold_id, "pm_card_refundFail")
    market.poll(hold_id)
    market.give_back(market.parts.tickets.of(market.shop.purchase(hold_id))[0].ticket_id)
    market.shop.pass_time(seconds=5)
    return hold_id


def tell(market: Market, hold_id: str, kind: str) -> None:
    """The sale's event of this kind arrives."""
    events = market.of_stripe("event")
    market.receive(next(e for e in events if e["type"] == kind and is_about(market, e, hold_id)))


def is_about(market: Market, event: dict, hold_id: str) -> bool:
    subject = event["data"]["object"]
    intent_id = market.payable[hold_id]
    return intent_id in (subject["id"], subject.get("payment_intent"))


def picture(market: Market, hold_id: str) -> tuple:
    """How a sale is, but for the names and times in it."""
    purchase = market.shop.purchase(hold_id)
    entry = market.parts.rooms.admissions.find(purchase.room_id, purchase.buyer_id)
    return (
        purchase.state,
        purchase.refunded,
        purchase.due_at is None,
        purchase.dispute is None,
        purchase.second_transfer_id is None,
        tuple(ticket.state for ticket in market.parts.tickets.of(purchase)),
        bool(entry and entry.admits),
        tuple((each.state, each.debt) for each in market.parts.returns.refunds(hold_id)),
        tuple(market.postings(hold_id)),
    )


def walk(begin: Begin, orders: Iterable[Events]) -> dict[frozenset, set[tuple]]:
    """By which events were told, how sales look then, in whatever order it was."""
    pictures: defaultdict[frozenset, set[tuple]] = defaultdict(set)
    waiting = iter(orders)
    while some := list(islice(waiting, SALES)):  # moto is slow with many in one market
        with market() as it:
            room_id = it.open_a_room(2 * SALES, per_account=10)
            for buyer, order in zip(buyers(it), some, strict=False):
                hold_id = begin(it, buyer, room_id)
                for told, kind in enumerate(order, 1):
                    tell(it, hold_id, kind)
                    pictures[frozenset(order[:told])].add(picture(it, hold_id))
            it.rest()
            check(it)
    return pictures


def enough(events: Events) -> list[Events]:
    """So many orders that each event comes after each set of others in one of them."""
    if ALL:
        return list(permutations(events))
    untried, chosen = set.union(*map(steps, permutations(events))), []
    while untried:
        chosen.append(max(permutations(events), key=lambda order: len(steps(order) & untried)))
        untried -= steps(chosen[-1])
    return chosen


def steps(order: Events) -> set[tuple[frozenset, str]]:
    """What was told before, and what is told next."""
    return {(frozenset(order[:place]), kind) for place, kind in enumerate(order)}


@pytest.mark.timeout(3_600 if ALL else 120)
@pytest.mark.parametrize(
    ("begin", "events", "state", "tickets"),
    [
        (dispute_won, WON if ALL else MOST_OF_WON, State.PAID, [TicketState.VALID] * 2),
        (dispute_lost, LOST, State.REFUNDED, [TicketState.REFUNDED] * 2),
        (refund_bounced, BOUNCED, State.PAID, [TicketState.REFUNDED, TicketState.VALID]),
    ],
)
def test_what_was_told_counts_and_not_in_which_order(begin, events, state, tickets):
    pictures = walk(begin, enough(events))

    assert all(len(alike) == 1 for alike in pictures.values())
    (end,) = pictures[frozenset(events)]
    assert end[0] is state
    assert list(end[5]) == tickets
