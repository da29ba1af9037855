"""Whichever way moto is asked, it says the same."""

import boto3
import pytest
from botocore.exceptions import ClientError

from local.dynamodb import handler as dynamodb

# `tests.direct` looks for https; this way goes through HTTP, signatures and the whole of moto.
THE_LONG_WAY = "http://dynamodb.us-east-1.amazonaws.com"
ROOMS = "stoa-test-rooms"
KEY = {"pk": {"S": "a"}, "sk": {"S": "1"}}
MORE = {"it": {"M": {"b": {"B": b"\x00"}, "l": {"L": [{"N": "1"}, {"BS": [b"x"]}, {"S": "é"}]}}}}
MISSING = {"pk": {"S": "a"}, "sk": {"S": "missing"}}


def put(sk: str = "1", **conditions):
    return {"TableName": ROOMS, "Item": {"pk": {"S": "a"}, "sk": {"S": sk}, **MORE}, **conditions}


def check(key, condition="attribute_exists(pk)"):
    return {
        "ConditionCheck": {
            "TableName": ROOMS,
            "Key": key,
            "ConditionExpression": condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("get_item", {"TableName": ROOMS, "Key": KEY}),
        ("get_item", {"TableName": ROOMS, "Key": MISSING}),
        ("get_item", {"TableName": ROOMS, "Key": {"pk": {"S": "a"}}}),
        ("get_item", {"TableName": ROOMS, "Key": KEY, "ReturnConsumedCapacity": "TOTAL"}),
        ("get_item", {"TableName": "none", "Key": KEY}),
        ("batch_get_item", {"RequestItems": {ROOMS: {"Keys": [KEY, MISSING]}}}),
        ("put_item", put(ReturnValues="ALL_OLD")),
        ("put_item", put(ConditionExpression="attribute_not_exists(pk)")),
        (
            "put_item",
            put(
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            ),
        ),
        ("put_item", put(sk="")),
        (
            "update_item",
            {
                "TableName": ROOMS,
                "Key": KEY,
                "UpdateExpression": "SET #x = :y",
                "ExpressionAttributeNames": {"#x": "x", "#unused": "z"},
                "ExpressionAttributeValues": {":y": {"NS": ["1", "2"]}},
            },
        ),
        (
            "update_item",
            {
                "TableName": ROOMS,
                "Key": KEY,
                "UpdateExpression": "SET x = :y",
                "ExpressionAttributeValues": {":y": {"SS": ["1"]}},
                "ReturnValues": "ALL_NEW",
            },
        ),
        (
            "query",
            {
                "TableName": ROOMS,
                "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": {"S": "a"}},
                "Limit": 1,
            },
        ),
        ("scan", {"TableName": ROOMS, "Select": "COUNT"}),
        ("transact_write_items", {"TransactItems": [check(KEY)]}),
        ("transact_write_items", {"TransactItems": [check(KEY), check(MISSING)]}),
        (
            "transact_write_items",
            {"TransactItems": [check(KEY, "attribute_not_exists(pk)"), check(MISSING)]},
        ),
        ("transact_write_items", {"TransactItems": [check(KEY), check(KEY)]}),
        ("transact_get_items", {"TransactItems": [{"Get": {"TableName": ROOMS, "Key": KEY}}]}),
        ("describe_table", {"TableName": ROOMS}),
        ("list_tables", {}),
    ],
)
def test_both_ways_say_the_same(aws, operation, asked):
    short, long = boto3.client("dynamodb"), boto3.client("dynamodb", endpoint_url=THE_LONG_WAY)
    short.put_item(**put())
    short.put_item(**put(sk="2"))

    assert said(short, operation, asked) == said(long, operation, asked)


def said(client, operation, asked):
    try:
        answer = getattr(client, operation)(**asked)
    except ClientError as error:
        answer = error.response | {"kind": type(error).__name__}
    metadata = answer.pop("ResponseMetadata")
    assert metadata["RequestId"]
    headers = metadata["HTTPHeaders"]
    return answer, metadata["HTTPStatusCode"], headers["x-amz-crc32"], headers["content-type"]


@pytest.mark.parametrize(
    ("target", "operation"),
    [
        ("DynamoDB_20120810.GetItem", "GetItem"),
        ("DynamoDB_20120810.Dispatch", None),
        ("DynamoDBStreams_20120810.GetRecords", None),
        ("GetItem", None),
        ("", None),
    ],
)
def test_what_is_no_operation_of_dynamodbs_goes_the_way_of_all_others(target, operation):
    assert dynamodb.operation(target) == operation
