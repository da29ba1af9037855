"""The meter reckons as DynamoDB charges."""

import os
from decimal import Decimal

import pytest

from core.dynamo import Attr, Check, ConditionFailed, Delete, Put, Update
from core.tables import ACCOUNTS, ROOMS
from tests.functions.requests.meter import counting, size_of

pytestmark = pytest.mark.skipif("STOA_TEST_DYNAMODB" in os.environ, reason="only moto is metered")
KB = "x" * 1024


@pytest.fixture
def accounts(database):
    return database.table(ACCOUNTS)


def put(table, sk="a", **attributes):
    table.write(Put(item={"pk": "p", "sk": sk, **attributes}))


def test_a_write_counts_by_the_kilobyte_and_by_the_larger_of_two_items(accounts):
    with counting() as bill:
        put(accounts)
    with counting() as large:
        put(accounts, text=KB)
    with counting() as gone:
        accounts.write(Delete(pk="p", sk="a"))

    assert (bill.writes, large.writes, gone.writes) == (1, 2, 2)


def test_a_write_whose_condition_does_not_hold_counts_all_the_same(accounts):
    with counting() as bill, pytest.raises(ConditionFailed):
        accounts.write(Update(pk="p", sk="a", set={"n": 1}, condition=Attr("pk").exists()))

    assert bill.writes == 1


def test_a_transaction_counts_twice_and_its_checks_too(database, accounts):
    put(accounts)
    check = Check(pk="p", sk="a", condition=Attr("pk").exists())

    with counting() as bill:
        database.transact((accounts, check), (accounts, Put(item={"pk": "p", "sk": "b"})))

    assert bill.writes == 4


def test_an_entry_in_an_index_counts_and_two_when_it_moves(database):
    rooms = database.table(ROOMS)
    live = {"by_state_pk": "live", "by_state_sk": "1"}

    with counting() as comes:
        put(rooms, **live)
    with counting() as changes:
        rooms.write(Update(pk="p", sk="a", set={"title": "On tides"}))
    with counting() as moves:
        rooms.write(Update(pk="p", sk="a", set={"by_state_pk": "ended"}))

    assert (comes.writes, changes.writes, moves.writes) == (2, 2, 3)


def test_a_read_counts_by_four_kilobytes_half_if_it_may_be_stale(accounts):
    put(accounts, text=4 * KB)

    with counting() as consistent:
        accounts.get("p", "a")
    with counting() as stale:
        accounts.get("p", "a", consistent=False)
    with counting() as nothing:
        accounts.get("p", "z")

    assert (consistent.reads, stale.reads, nothing.reads) == (2, 1, 1)


def test_a_query_counts_its_items_together_and_a_batch_each_by_itself(accounts):
    for number in range(3):
        put(accounts, sk=f"a{number}")

    with counting() as query:
        accounts.query("p")
    with counting() as batch:
        accounts.get_many(("p", f"a{number}") for number in range(4))

    assert (query.reads, batch.reads) == (1, 4)


def test_what_a_filter_hides_is_not_reckoned_for_nothing(accounts):
    put(accounts, n=1)

    with pytest.raises(AssertionError, match="can't be reckoned"), counting():
        accounts.query("p", where=Attr("n").eq(2))


def test_an_items_size_is_that_of_names_and_values():
    item = {"pk": {"S": "äb"}, "n": {"N": "-12.5"}, "m": {"M": {"k": {"BOOL": True}}}}

    assert size_of(item) == (2 + 3) + (1 + 3) + (1 + 3 + 1 + 1 + 1)
    assert size_of({}) == Decimal(0)
