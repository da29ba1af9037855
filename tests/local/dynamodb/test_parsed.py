"""An expression that comes again means what its names and values say this time."""

import boto3
import pytest
from botocore.exceptions import ClientError

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}


@pytest.fixture
def update(aws):
    client = boto3.client("dynamodb")

    def send(expression, names=None, values=None, condition=None):
        asked = {
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ConditionExpression": condition,
        }
        answer = client.update_item(
            TableName="stoa-test-rooms",
            Key=KEY,
            UpdateExpression=expression,
            ReturnValues="ALL_NEW",
            **{name: value for name, value in asked.items() if value},
        )
        return {name: each for name, each in answer["Attributes"].items() if name not in KEY}

    return send


def test_an_update_is_made_with_its_own_names_and_values(update):
    update("SET #x = :y", {"#x": "one"}, {":y": {"S": "1"}})

    after = update("SET #x = :y", {"#x": "other"}, {":y": {"N": "2"}})

    assert after == {"one": {"S": "1"}, "other": {"N": "2"}}


def test_an_update_reads_what_is_there_now(update):
    again = {"names": {"#x": "x"}, "values": {":y": {"N": "1"}, ":zero": {"N": "0"}}}

    counts = [update("SET #x = if_not_exists(#x, :zero) + :y", **again)["x"] for _ in range(3)]

    assert counts == [{"N": "1"}, {"N": "2"}, {"N": "3"}]


def test_parts_of_a_list_are_removed_each_time_as_they_were_numbered(update):
    for _ in range(2):
        update("SET #x = :y", {"#x": "x"}, {":y": {"L": [{"N": str(n)} for n in range(4)]}})

        after = update("REMOVE #x[0], #x[2]", {"#x": "x"})

        assert after["x"] == {"L": [{"N": "1"}, {"N": "3"}]}


def test_a_condition_is_asked_with_its_own_names_and_values(update):
    update("SET x = :y", values={":y": {"N": "1"}})

    held = []
    for name, wanted in [("x", "1"), ("x", "2"), ("z", "1")]:
        try:
            update("REMOVE w", {"#n": name}, {":is": {"N": wanted}}, condition="#n = :is")
            held.append(True)
        except ClientError:
            held.append(False)

    assert held == [True, False, False]


@pytest.mark.parametrize(
    "asked",
    [
        {"expression": "SET x = = y"},
        {"expression": "SET x = :y SET z = :y", "values": {":y": {"N": "1"}}},
        {"expression": "REMOVE x", "condition": "x = (("},
        {"expression": "REMOVE x", "condition": "size = x"},
    ],
)
def test_what_cant_be_read_is_refused_each_time(update, asked):
    for _ in range(2):
        with pytest.raises((ClientError, ValueError)):  # as moto has it
            update(**asked)
