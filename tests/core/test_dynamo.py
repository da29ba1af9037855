import base64
import json
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from core.dynamo import (
    Attr,
    Check,
    ConditionFailed,
    Delete,
    Put,
    Update,
    absent,
    present,
)
from core.errors import Invalid, Unavailable
from core.tables import ACCOUNTS

THREADS = 8


def thing(sk="1", **attributes):
    return {"pk": "things", "sk": sk, **attributes}


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


def test_many_items_come_in_the_order_of_their_keys_without_gaps_or_repeats(rooms):
    for sk in ("a", "b", "c"):
        rooms.write(Put(item=thing(sk)))

    found = rooms.get_many([("things", sk) for sk in ("c", "nowhere", "a", "c")])

    assert found == [thing("c"), thing("a")]
    assert rooms.get_many([]) == []


@pytest.fixture
def filled(rooms):
    """60 things, every fifth of them red, among the things of others."""
    for pk in ("sthings", "things", "uthings"):
        for number in range(60 if pk == "things" else 3):
            colour = "red" if number % 5 == 0 else "blue"
            rooms.write(Put(item={"pk": pk, "sk": f"n#{number:03}", "colour": colour}))
    rooms.write(Put(item=thing("meta")))
    return rooms


def numbers(page):
    return [int(item["sk"][2:]) for item in page.items]


def test_more_keys_than_one_request_takes_are_read_too(rooms):
    for sk in ("0", "99", "100", "249"):
        rooms.write(Put(item=thing(sk)))

    found = rooms.get_many([("things", str(number)) for number in range(250)])

    assert found == [thing("0"), thing("99"), thing("100"), thing("249")]


def test_a_query_reads_its_partition_in_order(filled):
    assert numbers(filled.query("things", begins="n#", limit=5)) == [0, 1, 2, 3, 4]


def test_a_query_reads_backwards_too(filled):
    page = filled.query("things", begins="n#", limit=3, newest_first=True)

    assert numbers(page) == [59, 58, 57]
    assert numbers(
        filled.query("things", begins="n#", limit=3, newest_first=True, cursor=page.next)
    ) == [56, 55, 54]


def test_a_query_reads_between_two_keys_both_included(filled):
    assert numbers(filled.query("things", between=("n#007", "n#010"))) == [7, 8, 9, 10]


@pytest.mark.parametrize("limit", [7, 30, 60, 100])
def test_following_the_cursors_reads_everything_once(filled, limit):
    seen, cursor = [], None
    while True:
        page = filled.query("things", begins="n#", limit=limit, cursor=cursor)
        seen += numbers(page)
        cursor = page.next
        if cursor is None:
            break

    assert seen == list(range(60))


def test_a_filtered_page_is_filled_before_it_is_given(filled):
    red = Attr("colour").eq("red")

    first = filled.query("things", begins="n#", where=red, limit=5)
    second = filled.query("things", begins="n#", where=red, limit=5, cursor=first.next)

    assert numbers(first) == [0, 5, 10, 15, 20]
    assert numbers(second) == [25, 30, 35, 40, 45]


def test_a_filter_that_finds_little_still_reads_to_the_end(filled):
    page = filled.query("things", begins="n#", where=Attr("sk").eq("x"), limit=2)

    assert (page.items, page.next) == ([], None)


def test_an_index_is_read_by_its_own_keys(rooms):
    for room, state, at in [("a", "live", "3"), ("b", "live", "1"), ("c", "ended", "2")]:
        keys = {"by_state_pk": state, "by_state_sk": at}
        rooms.write(Put(item={"pk": room, "sk": "meta", **keys}))

    first = rooms.query("live", index="by_state", newest_first=True, limit=1)
    second = rooms.query("live", index="by_state", newest_first=True, limit=1, cursor=first.next)

    assert [item["pk"] for item in first.items + second.items] == ["a", "b"]


def written(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


SCOPE = ["stoa-test-rooms", None, "things", "n#"]
GOOD = {"pk": "things", "sk": "n#001"}


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "////",
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        written(1),
        written({}),
        written([SCOPE, None]),
        written([SCOPE, ["pk", "sk"]]),
        written([SCOPE, {"pk": "things"}]),
        written([SCOPE, GOOD | {"sk": 1}]),
        written([SCOPE, GOOD | {"sk": ""}]),
        written([SCOPE, GOOD | {"sk": "n#" + "x" * 2000}]),
        written([SCOPE, GOOD | {"sk": "meta"}]),
        written([SCOPE, GOOD | {"pk": "uthings"}]),
        written([SCOPE, GOOD | {"more": "x"}]),
        written([[*SCOPE, "a", "b"], GOOD]),
    ],
    ids=range(17),
)
def test_a_cursor_that_was_not_made_here_is_refused(rooms, cursor):
    with pytest.raises(Invalid) as refusal:
        rooms.query("things", begins="n#", cursor=cursor)

    assert refusal.value.code == "bad_cursor"


def test_a_cursor_of_the_right_make_is_taken(filled):
    page = filled.query("things", begins="n#", limit=1, cursor=written([SCOPE, GOOD]))

    assert numbers(page) == [2]


def test_a_cursor_of_another_list_is_refused(filled):
    cursor = filled.query("uthings", begins="n#", limit=1).next

    with pytest.raises(Invalid):
        filled.query("things", begins="n#", cursor=cursor)


def answering(table, operation, *answers):
    """The table's next requests are answered by these, and the later ones by DynamoDB."""
    left = deepcopy(list(answers))

    def answer(**_request):
        return left.pop(0) if left else None

    table._client.meta.events.register_first(f"before-call.dynamodb.{operation}", answer)
    return left


@dataclass
class Http:
    status_code: int


def refusing(code, **more):
    return Http(400), {"Error": {"Code": code, "Message": code}, **more}


def cancelled(*codes):
    reasons = [{"Code": code} for code in codes]
    return refusing("TransactionCanceledException", CancellationReasons=reasons)


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError"])
def test_a_transaction_that_meets_another_is_tried_again(database, rooms, reason):
    left = answering(rooms, "TransactWriteItems", *[cancelled("None", reason)] * 3)

    database.transact((rooms, Put(item=thing("1"))), (rooms, Put(item=thing("2"))))

    assert left == []
    assert rooms.query("things").items == [thing("1"), thing("2")]


def test_a_transaction_that_makes_no_sense_is_a_bug(database, rooms):
    left = answering(rooms, "TransactWriteItems", cancelled("None", "ValidationError"))

    with pytest.raises(ClientError):
        database.transact((rooms, Put(item=thing("1"))), (rooms, Put(item=thing("2"))))

    assert left == []


def test_a_write_that_meets_a_transaction_is_tried_again(rooms):
    left = answering(rooms, "PutItem", *[refusing("TransactionConflictException")] * 3)

    rooms.write(Put(item=thing()))

    assert left == []
    assert rooms.get("things", "1") == thing()


def test_an_item_that_is_never_free_is_unavailable_after_eight_attempts(rooms):
    left = answering(rooms, "PutItem", *[refusing("TransactionConflictException")] * 9)

    with pytest.raises(Unavailable) as reason:
        rooms.write(Put(item=thing()))

    assert (reason.value.code, reason.value.retry_after, len(left)) == ("busy", 1, 1)


def test_keys_that_dynamodb_leaves_unread_are_asked_for_again(rooms):
    for sk in ("1", "2"):
        rooms.write(Put(item=thing(sk)))
    keys = [{"pk": {"S": "things"}, "sk": {"S": sk}} for sk in ("1", "2")]
    nothing = Http(200), {"Responses": {}, "UnprocessedKeys": {rooms.name: {"Keys": keys}}}
    left = answering(rooms, "BatchGetItem", nothing)

    found = rooms.get_many([("things", "1"), ("things", "2")])

    assert left == []
    assert found == [thing("1"), thing("2")]


def test_many_items_are_written_and_deleted_in_batches(rooms):
    rooms.write(Put(item=thing("old")))

    rooms.write_many(
        [*(Put(item=thing(f"{n:02}")) for n in range(30)), Delete(pk="things", sk="old")]
    )

    assert [item["sk"] for item in rooms.query("things").items] == [f"{n:02}" for n in range(30)]


def test_a_batch_takes_no_conditions_since_dynamodb_would_drop_them(rooms):
    with pytest.raises(ValueError, match="conditions"):
        rooms.write_many([Put(item=thing(), condition=absent)])


def test_what_dynamodb_leaves_unwritten_is_written_again(rooms):
    puts = [Put(item=thing(str(n))) for n in range(4)]
    asked = []

    def leave_half(params, **_):
        wanted = json.loads(params["body"])["RequestItems"][rooms.name]
        asked.append(len(wanted))
        undone = wanted[len(wanted) // 2 :] if len(wanted) > 1 else []
        return Http(200), {"UnprocessedItems": {rooms.name: undone} if undone else {}}

    rooms._client.meta.events.register("before-call.dynamodb.BatchWriteItem", leave_half)
    rooms.write_many(puts)

    assert asked == [4, 2, 1]


def test_a_table_that_takes_nothing_is_busy(rooms):
    def leave_all(params, **_):
        wanted = json.loads(params["body"])["RequestItems"]
        return Http(200), {"UnprocessedItems": wanted}

    rooms._client.meta.events.register("before-call.dynamodb.BatchWriteItem", leave_all)

    with pytest.raises(Unavailable, match="written"):
        rooms.write_many([Put(item=thing())])
