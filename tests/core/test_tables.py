import boto3
import pytest

from core.tables import IDEMPOTENCY, ROOMS, TABLES, TableSpec, create_table_request


def test_a_table_has_a_partition_and_a_sort_key_of_text():
    request = create_table_request(TableSpec(name="things"), "stoa-")

    assert request == {
        "TableName": "stoa-things",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    }


def test_idempotency_records_have_no_sort_key():
    request = create_table_request(IDEMPOTENCY, "")

    assert [key["AttributeName"] for key in request["KeySchema"]] == ["pk"]


def test_an_index_is_named_after_its_keys_and_holds_whole_items():
    request = create_table_request(ROOMS, "")

    by_state = request["GlobalSecondaryIndexes"][0]

    assert by_state["IndexName"] == "by_state"
    assert [key["AttributeName"] for key in by_state["KeySchema"]] == [
        "by_state_pk",
        "by_state_sk",
    ]
    assert by_state["Projection"] == {"ProjectionType": "ALL"}


def test_a_stream_tells_how_an_item_was_and_how_it_is():
    assert create_table_request(ROOMS, "")["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert "StreamSpecification" not in create_table_request(IDEMPOTENCY, "")


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_dynamodb_makes_every_table_as_asked_and_tests_have_the_same(aws, spec):
    asked = create_table_request(spec, "made-")
    client = boto3.client("dynamodb")

    made = client.create_table(**asked)["TableDescription"]
    client.delete_table(TableName=asked["TableName"])
    laid = client.describe_table(TableName=f"stoa-test-{spec.name}")["Table"]

    assert made["KeySchema"] == asked["KeySchema"]
    assert {index["IndexName"] for index in made.get("GlobalSecondaryIndexes", [])} == set(
        spec.indexes
    )
    for part in ("KeySchema", "AttributeDefinitions", "StreamSpecification", "BillingModeSummary"):
        assert laid.get(part) == made.get(part)
    assert laid.get("GlobalSecondaryIndexes") == made.get("GlobalSecondaryIndexes")
