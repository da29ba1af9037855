"""A write answers with what it met; if a condition fails, it and its transaction do nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.dynamo import Attr, Check, ConditionFailed, Delete, Put, Update, absent, present
from core.tables import ACCOUNTS
from tests.core.things import thing

THREADS = 8


def in_threads(act, count):
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(act, range(count)))


def test_an_item_comes_back_with_pythons_own_numbers(rooms):
    item = thing(whole=3, half=0, text="é", nothing=None, inner={"list": [1, "a"]}, tags={"x"})

    rooms.write(Put(item=item))

    found = rooms.get("things", "1")
    assert found == item
    assert type(found["whole"]) is int
    assert type(found["inner"]["list"][0]) is int


def test_what_is_not_there_is_none(rooms):
    assert rooms.get("things", "1") is None


def test_a_put_answers_with_what_was_there_before(rooms):
    assert rooms.write(Put(item=thing(n=1))) == {}
    assert rooms.write(Put(item=thing(n=2))) == thing(n=1)


def test_an_update_sets_adds_takes_and_removes_at_once(rooms):
    rooms.write(Put(item=thing(old=1, count=5, tags={"a", "b"}, name="x")))

    new = rooms.write(
        Update(
            pk="things",
            sk="1",
            set={"name": "y", "state": "live"},
            add={"count": -2, "fresh": 1},
            remove=["old"],
            take={"tags": {"b"}},
        )
    )

    assert new == thing(name="y", state="live", count=3, fresh=1, tags={"a"})
    assert rooms.get("things", "1") == new


def test_an_emptied_set_is_no_longer_there(rooms):
    rooms.write(Put(item=thing(tags={"a"})))

    assert rooms.write(Update(pk="things", sk="1", take={"tags": {"a"}})) == thing()


def test_a_delete_answers_with_what_it_deleted(rooms):
    rooms.write(Put(item=thing(n=1)))

    assert rooms.write(Delete(pk="things", sk="1")) == thing(n=1)
    assert rooms.write(Delete(pk="things", sk="1")) == {}


@pytest.mark.parametrize(
    "write",
    [
        Put(item=thing(n=2), condition=absent),
        Update(pk="things", sk="1", set={"n": 2}, condition=Attr("n").eq(7)),
        Delete(pk="things", sk="1", condition=Attr("n").gt(1)),
    ],
)
def test_a_write_whose_condition_fails_changes_nothing_and_tells_what_is_there(rooms, write):
    rooms.write(Put(item=thing(n=1)))

    with pytest.raises(ConditionFailed) as failed:
        rooms.write(write)

    assert failed.value.found == thing(n=1)
    assert rooms.get("things", "1") == thing(n=1)


def test_a_condition_on_nothing_finds_nothing(rooms):
    with pytest.raises(ConditionFailed) as failed:
        rooms.write(Update(pk="things", sk="1", set={"n": 1}, condition=present))

    assert failed.value.found is None
    assert rooms.get("things", "1") is None


def test_an_update_may_test_the_attribute_that_it_changes(rooms):
    rooms.write(Put(item=thing(n=1)))

    new = rooms.write(Update(pk="things", sk="1", set={"n": 2}, condition=Attr("n").eq(1)))

    assert new == thing(n=2)


def test_a_transaction_writes_everything(database, rooms):
    accounts = database.table(ACCOUNTS)
    rooms.write(Put(item=thing("gone")))
    rooms.write(Put(item=thing("there", n=1)))

    database.transact(
        (rooms, Put(item=thing("new"), condition=absent)),
        (rooms, Update(pk="things", sk="there", add={"n": 1})),
        (rooms, Delete(pk="things", sk="gone", condition=present)),
        (accounts, Check(pk="things", sk="new", condition=absent)),
        (accounts, Put(item=thing("other"))),
    )

    assert rooms.query("things").items == [thing("new"), thing("there", n=2)]
    assert accounts.get("things", "other") == thing("other")


def test_a_transaction_writes_nothing_if_one_condition_fails(database, rooms):
    rooms.write(Put(item=thing("taken", by="ada")))

    with pytest.raises(ConditionFailed) as failed:
        database.transact(
            (rooms, Put(item=thing("new"))),
            (rooms, Put(item=thing("taken", by="bea"), condition=absent)),
        )

    assert failed.value.index == 1
    assert failed.value.found == thing("taken", by="ada")
    assert rooms.get("things", "new") is None


def test_the_first_of_several_failures_is_told(database, rooms):
    with pytest.raises(ConditionFailed) as failed:
        database.transact(
            (rooms, Put(item=thing("new"))),
            (rooms, Check(pk="things", sk="a", condition=present)),
            (rooms, Check(pk="things", sk="b", condition=present)),
        )

    assert failed.value.index == 1


def race_for_one_item(table, condition):
    """How many of twenty writers believe that the item is theirs."""

    def take(writer):
        try:
            table.write(Put(item=thing(owner=writer), condition=condition))
        except ConditionFailed:
            return False
        return True

    return sum(in_threads(take, 20))


def test_of_many_writers_one_gets_the_item(rooms):
    assert race_for_one_item(rooms, absent) == 1


def test_without_its_condition_many_believe_it_is_theirs(rooms):
    assert race_for_one_item(rooms, None) > 1


def test_additions_at_once_are_all_counted(database, rooms):
    def add(_):
        database.transact(
            (rooms, Update(pk="things", sk="a", add={"n": 1})),
            (rooms, Update(pk="things", sk="b", add={"n": -1})),
        )

    in_threads(add, 24)

    assert rooms.query("things").items == [thing("a", n=24), thing("b", n=-24)]


def test_many_items_are_written_and_deleted_in_batches(rooms):
    rooms.write(Put(item=thing("old")))

    rooms.write_many(
        [*(Put(item=thing(f"{n:02}")) for n in range(30)), Delete(pk="things", sk="old")]
    )

    assert [item["sk"] for item in rooms.query("things").items] == [f"{n:02}" for n in range(30)]


def test_a_batch_takes_no_conditions_since_dynamodb_would_drop_them(rooms):
    with pytest.raises(ValueError, match="conditions"):
        rooms.write_many([Put(item=thing(), condition=absent)])
