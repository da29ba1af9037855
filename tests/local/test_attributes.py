"""Attributes of every type come back as they were put."""

import boto3
import pytest


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
    name = "stoa-test-accounts"
    client.put_item(TableName=name, Item={"pk": {"S": "a"}, "sk": {"S": "b"}, "it": attribute})

    answer = client.get_item(TableName=name, Key={"pk": {"S": "a"}, "sk": {"S": "b"}})

    assert answer["Item"]["it"] == attribute
