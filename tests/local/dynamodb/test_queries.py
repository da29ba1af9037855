"""A query finds what is in its partition, in order, whatever lies beside it."""

from itertools import product

import boto3
import pytest

TABLE = "stoa-test-queried"
# The items' pk, sk, and, save for the first, what they are in the index by.
ITEMS = [
    {"pk": pk, "sk": sk} | ({"who": "xy"[number % 2], "at": str(number % 3)} if number else {})
    for number, (pk, sk) in enumerate(product("cab", "312"))
]


@pytest.fixture
def ask(aws):
    client = boto3.client("dynamodb")
    names = ("pk", "sk", "who", "at")
    index = {"IndexName": "who", "Projection": {"ProjectionType": "ALL"}}
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in names],
        KeySchema=schema("pk", "sk"),
        GlobalSecondaryIndexes=[index | {"KeySchema": schema("who", "at")}],
    )
    for item in ITEMS:
        client.put_item(TableName=TABLE, Item={name: {"S": it} for name, it in item.items()})

    def pages(condition, values, **more):
        asked = {
            "TableName": TABLE,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": {name: {"S": it} for name, it in values.items()},
            **more,
        }
        answer = {"LastEvaluatedKey": None}
        while "LastEvaluatedKey" in answer:
            start = answer["LastEvaluatedKey"]
            answer = client.query(**asked, **({"ExclusiveStartKey": start} if start else {}))
            yield [{name: it["S"] for name, it in item.items()} for item in answer["Items"]]

    return pages


def schema(partition, order):
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": order, "KeyType": "RANGE"},
    ]


@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("forward", [True, False])
def test_a_partition_is_read_in_order_page_by_page(ask, forward, limit):
    for pk in ("c", "a", "missing"):
        pages = list(ask("pk = :pk", {":pk": pk}, ScanIndexForward=forward, Limit=limit))

        wanted = [item for item in ITEMS if item["pk"] == pk]
        found = [item for page in pages for item in page]
        assert found == sorted(wanted, key=lambda item: item["sk"], reverse=not forward)
        assert all(len(page) <= limit for page in pages)


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_an_index_is_read_by_its_own_keys(ask, limit):
    for who in ("x", "y", "missing"):
        pages = ask("who = :who", {":who": who}, IndexName="who", Limit=limit)

        wanted = [item for item in ITEMS if item.get("who") == who]
        found = [item for page in pages for item in page]
        assert found == sorted(wanted, key=lambda item: (item["at"], item["pk"], item["sk"]))


def test_a_part_of_a_partition_is_found(ask):
    (found,) = ask("pk = :pk AND sk > :sk", {":pk": "c", ":sk": "1"})

    assert [item["sk"] for item in found] == ["2", "3"]


def test_a_table_without_a_sort_key_is_queried_too(aws):
    client = boto3.client("dynamodb")
    client.put_item(TableName="stoa-test-idempotency", Item={"pk": {"S": "k"}})

    counts = [
        client.query(
            TableName="stoa-test-idempotency",
            KeyConditionExpression="pk = :it",
            ExpressionAttributeValues={":it": {"S": it}},
        )["Count"]
        for it in ("k", "missing")
    ]

    assert counts == [1, 0]
