"""Attributes of every type come back as they were put, and are compared and weighed."""

import boto3
import pytest
from botocore.exceptions import ClientError

TABLE = "stoa-test-accounts"
KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}


@pytest.mark.parametrize(
    "attribute",
    [
        {"S": "x"},
        {"N": "-1.5"},
        {"B": b"\x00\xff"},
        {"BOOL": False},
        {"NULL": True},
        {"SS": ["a", "b"]},
        {"NS": ["1", "2"]},
        {"BS": [b"a", b"b"]},
        {"L": []},
        {"M": {}},
        {"M": {"some": {"L": [{"S": "x"}, {"M": {"more": {"N": "1"}}}, {"BOOL": True}]}}},
    ],
)
def test_an_attribute_comes_back_as_it_was_put(aws, attribute):
    client = boto3.client("dynamodb")
    client.put_item(TableName=TABLE, Item=KEY | {"it": attribute})

    answer = client.get_item(TableName=TABLE, Key=KEY)

    assert answer["Item"]["it"] == attribute


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"S": "1"}, {"S": "1"}, True),
        ({"S": "1"}, {"S": "1.0"}, False),
        ({"S": "1"}, {"N": "1"}, False),
        ({"N": "1"}, {"N": "1.0"}, True),
        ({"NS": ["1", "2"]}, {"NS": ["2", "1"]}, True),
        ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}, False),
        ({"M": {"x": {"N": "1"}}}, {"M": {"x": {"N": "1"}}}, True),
        ({"NULL": True}, {"BOOL": True}, False),
    ],
)
def test_attributes_are_equal_if_type_and_value_are(aws, one, other, equal):
    client = boto3.client("dynamodb")
    client.put_item(TableName=TABLE, Item=KEY | {"it": one})

    found = client.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        FilterExpression="it = :other",
        ExpressionAttributeValues={":pk": KEY["pk"], ":other": other},
    )

    assert found["Count"] == equal


def test_an_item_that_is_too_heavy_is_refused(aws):
    client = boto3.client("dynamodb")
    halves = {"one": {"S": "x" * 200_000}, "other": {"L": [{"S": "é" * 100_000}]}}
    client.put_item(TableName=TABLE, Item=KEY | halves)

    with pytest.raises(ClientError, match="Item size has exceeded"):
        client.put_item(TableName=TABLE, Item=KEY | halves | {"more": {"S": "x" * 10_000}})


def test_what_a_change_within_an_attribute_replaced_is_still_known(aws):
    client = boto3.client("dynamodb")
    before = {"m": {"M": {"l": {"L": [{"N": "1"}, {"N": "2"}]}}}, "s": {"SS": ["a"]}}
    client.put_item(TableName=TABLE, Item=KEY | before)

    answer = client.update_item(
        TableName=TABLE,
        Key=KEY,
        UpdateExpression="SET m.l[1] = :new ADD s :more",
        ExpressionAttributeValues={":new": {"S": "x"}, ":more": {"SS": ["b"]}},
        ReturnValues="ALL_OLD",
    )

    assert answer["Attributes"] == KEY | before
    after = client.get_item(TableName=TABLE, Key=KEY)["Item"]
    assert after["m"] == {"M": {"l": {"L": [{"N": "1"}, {"S": "x"}]}}}
    assert sorted(after["s"]["SS"]) == ["a", "b"]
