"""What DynamoDB refuses or leaves undone for the moment is asked again, and not for ever."""

import json
from copy import deepcopy
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from core.dynamo import Put
from core.errors import Unavailable
from tests.core.things import thing


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
