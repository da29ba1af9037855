"""The ledger as it is stored is gone through once a day, and what is wrong with it is told."""

import logging
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from core.dynamo import Delete, Put
from core.tables import TICKETS
from functions.rooms.life import State
from functions.tickets.jobs.auditing import audit, of_purchases, stretches, twice
from functions.tickets.jobs.run import Run
from functions.tickets.rules.audit import Fault, Rule
from functions.tickets.rules.statement import Sums
from functions.tickets.stores.audits import Place
from functions.tickets.stores.ledger import TALLY_PARTS, tally_key
from functions.tickets.stores.records import hold_key, host_key, spread
from tests.functions.tickets.market import HOST, market
from tests.functions.tickets.sales_under_test import bought, late_payments, poor

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def trade():
    """Two rooms whose tickets were bought, also too late, given back, disputed and called off.

    Made once: each test puts back what it broke.
    """
    with market() as trade:
        room_id = trade.open_a_room(5, per_account=9)
        for buyer in ("ada", "bea"):
            ticket_id, *_ = bought(trade, buyer, room_id, 2)
        trade.give_back(ticket_id)
        trade.dispute(trade.of_stripe("charge")[0])
        poor(trade)
        other = trade.open_a_room(2)
        next(late_payments(trade, other))()
        bought(trade, "cyd", other)
        trade.cancel(other)
        trade.rest()
        yield trade


@pytest.fixture
def told(caplog):
    """What the audit has said, by default of faults."""
    caplog.set_level(logging.INFO, "functions.tickets.jobs.auditing")
    return lambda fact="ledger.fault": [it for it in caplog.records if it.message == fact]


@pytest.fixture
def walk(trade):
    """One run of the audit, by default on another day; `turns`: it may begin so many things."""

    def run(*, turns=1000, after=DAY, parts=trade.parts, **bounds):
        trade.shop.now += after
        goes_on = partial(next, iter([True] * turns), False)
        return audit(parts, Run(now=trade.now, goes_on=goes_on), **bounds)

    return run


@contextmanager
def broken(trade, pk, sk, **changes):
    """An item is otherwise for a while; without changes it is gone."""
    table = trade.parts.database.table(TICKETS)
    item = table.get(pk, sk)
    table.write(Put(item=item | changes) if changes else Delete(pk=pk, sk=sk))
    try:
        yield
    finally:
        table.write(Put(item=item))


def posting(hold_id):
    return host_key(HOST), f"posting#{hold_id}#paid"


def rules(told):
    return [(line.rule, getattr(line, "posting_id", None)) for line in told()]


def test_a_ledger_that_nobody_has_touched_is_as_it_must_be(told, walk):
    assert walk() == 0

    assert told() == []
    assert [line.faults for line in told("ledger.audited")] == [0]


def test_an_entry_that_is_gone_is_told_by_names_and_the_totals_miss_it(trade, told, walk):
    _, hold_id, *_ = trade.holds

    with broken(trade, *posting(hold_id)):
        assert walk() == 2

    missing, totals = told()
    assert (missing.levelname, missing.rule, missing.posting_id) == ("ERROR", "missing", "paid")
    assert (missing.host_id, missing.hold_id) == (HOST, hold_id)
    assert missing.room_id == trade.shop.purchase(hold_id).room_id
    assert (totals.rule, totals.host_id, totals.currency) == ("totals", HOST, "usd")


def test_nothing_is_repaired(trade, walk):
    def items():
        return [item for item in trade.items() if item["pk"] != "audit"]

    with broken(trade, *posting(trade.holds[1])):
        before = items()
        walk()
        assert items() == before


ALONE = [{"account": "buyer", "amount": -1, "kind": "charge"}]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"entries": ALONE}, [("unbalanced", "paid")]),
        ({"kind": "gift"}, [("unreadable", "paid")]),
        ({"currency": "eur"}, [("different", "paid"), ("totals", None), ("totals", None)]),
    ],
)
def test_a_posting_that_was_edited_by_hand_is_found(trade, told, walk, changes, found):
    with broken(trade, *posting(trade.holds[1]), **changes):
        walk()

    assert rules(told) == found


@pytest.mark.parametrize(("fee", "rule"), [("3 %", "unreadable"), (1, "returned")])
def test_a_purchase_that_was_edited_by_hand_is_found(trade, told, walk, fee, rule):
    with broken(trade, hold_key(trade.holds[1]), "purchase", fee=fee):
        walk()

    assert rules(told) == [(rule, None)]


def test_postings_whose_purchase_is_gone_are_found(trade, told, walk):
    _, hold_id, *_ = trade.holds
    (refund,) = trade.parts.returns.refunds(hold_id)

    with broken(trade, hold_key(hold_id), "purchase"):
        walk()

    names = ("paid", "processing", f"refund-{refund.refund_id}")
    assert rules(told) == [("orphan", name) for name in names]


def test_totals_that_were_edited_by_hand_are_found(trade, told, walk):
    part = spread(trade.holds[1], TALLY_PARTS)

    with broken(trade, tally_key(HOST, part), "usd", gross=1):
        walk()

    assert rules(told) == [("totals", None)]


def test_it_is_done_once_a_day(trade, told, walk):
    walk()

    with broken(trade, *posting(trade.holds[1])):
        assert walk(after=timedelta(hours=23)) == 0
        assert walk(after=timedelta(hours=1)) == 2


def test_however_little_a_run_can_do_the_next_goes_on_from_there(trade, told, walk):
    with broken(trade, *posting(trade.holds[-1])):
        walk(turns=2)
        assert not told("ledger.audited")
        for _ in range(8):
            walk(turns=2, after=timedelta(minutes=10))

    assert rules(told) == [("missing", "paid")]
    assert [line.faults for line in told("ledger.audited")] == [1]
    assert {line.host_id for line in told("ledger.unfinished")} == {HOST}


def test_no_run_tells_without_end(trade, told, walk):
    first, last = trade.holds[1], trade.holds[-1]

    with broken(trade, *posting(first)), broken(trade, *posting(last)):
        assert walk(most=1) == 2
        assert walk(after=timedelta(minutes=10)) == 2

    assert [line.hold_id for line in told() if line.rule == "missing"] == [first, last]
    assert [line.faults for line in told("ledger.audited")] == [4]


class Lagging:
    """A ledger that at the first look has nothing of what is being written."""

    def __init__(self, ledger):
        self._ledger = ledger
        self._looks = 0

    def __getattr__(self, name):
        return getattr(self._ledger, name)

    def stored(self, host_id, hold_id):
        self._looks += 1
        return iter([]) if self._looks == 1 else self._ledger.stored(host_id, hold_id)


@pytest.fixture
def look(trade):
    """One look at the first purchases, while the first of them is being paid."""
    parts = replace(trade.parts, ledger=Lagging(trade.parts.ledger))
    stretch = next(stretches(parts, Place(state=State.SCHEDULED)))
    return partial(of_purchases, parts, stretch)


def test_what_is_just_being_written_is_no_fault(look):
    assert twice(look) == []


def test_at_one_look_it_would_be(look):
    assert {fault.rule for fault in look()} == {Rule.MISSING}


def test_a_fault_is_what_is_found_both_times():
    one, two, three = (Fault(rule=rule, host_id=HOST) for rule in list(Rule)[:3])
    looks = iter([[one, two], [two, three]])

    assert twice(partial(next, looks)) == [two]


def test_a_room_that_has_moved_on_hides_nothing_of_the_next(trade):
    moved = Place(state=State.SCHEDULED, room_id="room_1", hold_id=trade.holds[0])

    assert next(stretches(trade.parts, moved)).hold_ids == trade.holds[:2]


class Selling(Lagging):
    """A ledger of a host who sells whenever somebody looks."""

    def stored(self, host_id, hold_id=None):
        return self._ledger.stored(host_id, hold_id)

    def totals(self, host_id):
        self._looks += 1
        return {"usd": Sums(gross=self._looks)}


def test_totals_that_change_while_they_are_added_up_are_left_for_another_day(trade, told, walk):
    walk(parts=replace(trade.parts, ledger=Selling(trade.parts.ledger)))

    assert told() == []
