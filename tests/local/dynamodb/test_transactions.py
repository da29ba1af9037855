"""What moto keeps of a transaction, to put it back."""

import pytest

from core.dynamo import Attr, Check, ConditionFailed, Delete, Put, Update, absent, present
from core.tables import IDEMPOTENCY, ROOMS


@pytest.fixture
def table(database):
    return database.table(ROOMS)


def test_a_transaction_that_fails_at_its_end_leaves_everything_as_it_was(database, table):
    for sk in ("changed", "replaced", "deleted"):
        parts = {"list": [1, {"a": 2}], "names": {"x"}}
        table.write(Put(item={"pk": "a", "sk": sk, "count": 1, **parts}))
    before = table.query("a").items

    with pytest.raises(ConditionFailed) as failed:
        database.transact(
            (table, Update(pk="a", sk="changed", add={"count": 1, "names": {"y"}})),
            (table, Put(item={"pk": "a", "sk": "replaced"})),
            (table, Delete(pk="a", sk="deleted")),
            (table, Put(item={"pk": "a", "sk": "new"})),
            (table, Check(pk="a", sk="missing", condition=present)),
        )

    assert failed.value.index == 4
    assert table.query("a").items == before


def test_a_transaction_that_fails_at_its_beginning_changes_nothing_behind_it(database, table):
    table.write(Put(item={"pk": "a", "sk": "1", "count": 1}))

    with pytest.raises(ConditionFailed):
        database.transact(
            (table, Put(item={"pk": "a", "sk": "1"}, condition=absent)),
            (table, Update(pk="a", sk="2", add={"count": 1})),
        )

    assert table.query("a").items == [{"pk": "a", "sk": "1", "count": 1}]


def test_one_that_goes_well_writes_everything(database, table):
    table.write(Put(item={"pk": "a", "sk": "1", "count": 1}))

    database.transact(
        (table, Update(pk="a", sk="1", add={"count": 1}, condition=Attr("count").eq(1))),
        (table, Put(item={"pk": "a", "sk": "2"}, condition=absent)),
    )

    assert [(item["sk"], item.get("count")) for item in table.query("a").items] == [
        ("1", 2),
        ("2", None),
    ]


def test_tables_without_a_sort_key_are_put_back_too(database, table):
    once = database.table(IDEMPOTENCY)

    with pytest.raises(ConditionFailed):
        database.transact(
            (once, Put(item={"pk": "k"})),
            (table, Check(pk="a", sk="missing", condition=present)),
        )

    database.transact((once, Put(item={"pk": "k"}, condition=absent)))
