from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict
from functions.tickets.rules.model import MAX_QUANTITY, Shard
from functions.tickets.rules.stock import counted, opened, plan, resized, shard_count
from tests.functions.tickets.examples import steady

counts = st.integers(0, 30)


@st.composite
def stocks(draw):
    return [
        Shard(number=number, left=draw(counts), held=draw(counts), sold=draw(counts))
        for number in range(draw(st.integers(1, 8)))
    ]


def shards(*left, held=0, sold=0):
    return [
        Shard(number=number, left=count, held=held, sold=sold) for number, count in enumerate(left)
    ]


@pytest.mark.parametrize(
    ("quantity", "count"), [(1, 1), (199, 1), (200, 2), (799, 7), (800, 8), (20_000, 8)]
)
def test_a_larger_stock_is_spread_over_more_shards(quantity, count):
    assert shard_count(quantity) == count
    assert len(opened(quantity)) == count


@steady
@given(st.integers(1, MAX_QUANTITY))
def test_a_new_stock_is_all_left_and_evenly_spread(quantity):
    stock = opened(quantity)

    assert counted(stock).left == counted(stock).quantity == quantity
    assert max(shard.left for shard in stock) - min(shard.left for shard in stock) <= 1


def test_buyers_who_start_at_different_shards_take_from_different_ones():
    stock = shards(5, 5, 5)

    assert [plan(stock, 2, start) for start in range(4)] == [{0: 2}, {1: 2}, {2: 2}, {0: 2}]


def test_a_shard_that_has_too_few_is_passed_over():
    assert plan(shards(1, 4, 2), 2, 0) == {1: 2}
    assert plan(shards(4, 1, 1), 2, 1) == {0: 2}


def test_tickets_are_put_together_if_no_shard_has_them_all():
    assert plan(shards(1, 3, 2), 4, 0) == {1: 3, 2: 1}


def test_what_is_not_left_can_not_be_planned():
    assert plan(shards(1, 2, held=5), 4, 0) is None
    assert plan([], 1, 0) is None


@steady
@given(stocks(), st.integers(1, 10), st.integers(0, 1000))
def test_a_plan_takes_what_is_wanted_from_as_few_shards_as_can_be(stock, quantity, start):
    left = {shard.number: shard.left for shard in stock}

    taken = plan(stock, quantity, start)

    if sum(left.values()) < quantity:
        assert taken is None
        return
    assert taken is not None
    assert sum(taken.values()) == quantity
    assert all(1 <= count <= left[number] for number, count in taken.items())
    fewer = combinations(left.values(), len(taken) - 1)
    assert all(sum(some) < quantity for some in fewer)


def after(stock, changes):
    numbers = changes.keys() - {shard.number for shard in stock}
    new = [Shard(number=number, left=0, held=0, sold=0) for number in numbers]
    return [
        replace(shard, left=shard.left + changes.get(shard.number, 0)) for shard in [*stock, *new]
    ]


def test_a_stock_that_outgrows_its_shards_gets_more():
    assert resized(shards(100, 50), 400) == {1: 50, 2: 100, 3: 100}


def test_a_new_shard_is_laid_in_even_if_there_is_nothing_for_it_yet():
    assert resized(shards(0, sold=200), 201) == {0: 1, 1: 0}


def test_a_smaller_stock_keeps_its_shards():
    assert resized(shards(100, 100), 20) == {0: -90, 1: -90}


def test_what_is_sold_or_held_can_not_be_taken_back():
    with pytest.raises(Conflict) as refused:
        resized(shards(3, 3, held=1, sold=4), 9)

    assert refused.value.code == "already_sold"
    assert refused.value.facts == {"sold": 8, "held": 2}


@steady
@given(stocks(), st.integers(1, 1000))
def test_after_a_change_exactly_so_many_are_offered_and_none_is_taken_twice(stock, quantity):
    before = counted(stock)
    if quantity < before.held + before.sold:
        with pytest.raises(Conflict):
            resized(stock, quantity)
        return

    changes = resized(stock, quantity)

    now = counted(after(stock, changes))
    assert (now.held, now.sold) == (before.held, before.sold)
    assert now.quantity == quantity
    assert all(shard.left >= 0 for shard in after(stock, changes))
    assert len(after(stock, changes)) == max(len(stock), shard_count(quantity))
