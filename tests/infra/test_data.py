"""The deployed tables are those that the local stack creates and the tests use."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from core.tables import TABLES, TableSpec, create_table_request
from infra.data import user_pool
from infra.settings import Settings

SHARED = ("TableName", "BillingMode", "KeySchema", "GlobalSecondaryIndexes")


@pytest.fixture(scope="module")
def resources(find: Any) -> dict[str, Any]:
    found = find("AWS::DynamoDB::Table")
    return {resource["Properties"]["TableName"]: resource for resource in found.values()}


def test_there_are_exactly_the_tables_of_core(resources: dict[str, Any]) -> None:
    assert set(resources) == {f"stoa-{spec.name}" for spec in TABLES}


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_a_table_has_cores_keys_and_indexes(spec: TableSpec, resources: dict[str, Any]) -> None:
    deployed = resources[f"stoa-{spec.name}"]["Properties"]

    expected = create_table_request(spec, "stoa-")

    assert {name: deployed.get(name) for name in SHARED} == {
        name: expected.get(name) for name in SHARED
    }
    assert by_name(deployed["AttributeDefinitions"]) == by_name(expected["AttributeDefinitions"])


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_a_table_outlives_mistakes(spec: TableSpec, resources: dict[str, Any]) -> None:
    resource = resources[f"stoa-{spec.name}"]

    properties = resource["Properties"]

    assert properties["DeletionProtectionEnabled"] is True
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_a_table_expires_items_by_cores_attribute(
    spec: TableSpec, resources: dict[str, Any]
) -> None:
    deployed = resources[f"stoa-{spec.name}"]["Properties"]

    if spec.expires is None:
        assert "TimeToLiveSpecification" not in deployed
    else:
        assert deployed["TimeToLiveSpecification"] == {
            "AttributeName": spec.expires,
            "Enabled": True,
        }


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_a_table_tells_of_its_changes_if_core_wants_it_to(
    spec: TableSpec, resources: dict[str, Any]
) -> None:
    deployed = resources[f"stoa-{spec.name}"]["Properties"]

    told = {"StreamViewType": "NEW_AND_OLD_IMAGES"} if spec.stream else None
    assert deployed.get("StreamSpecification") == told


def by_name(definitions: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(definitions, key=lambda definition: definition["AttributeName"])


def test_people_are_guarded_as_the_settings_have_it(find: Any, settings: Settings) -> None:
    stack = cdk.Stack(cdk.App(), "data")
    user_pool(stack, Settings(mail_from=settings.mail_from))

    (guarded,) = find("AWS::Cognito::UserPool").values()
    (plain,) = Template.from_stack(stack).find_resources("AWS::Cognito::UserPool").values()

    assert guards(guarded) == ("ON", "PLUS", {"AdvancedSecurityMode": "ENFORCED"})
    assert guards(plain) == ("OPTIONAL", "ESSENTIALS", None)


def test_the_pool_has_the_group_that_the_functions_ask_for(find: Any, settings: Settings) -> None:
    (group,) = find("AWS::Cognito::UserPoolGroup").values()
    (function,) = (
        each["Properties"]["Environment"]["Variables"]
        for each in find("AWS::Lambda::Function").values()
        if each["Properties"].get("FunctionName") == f"{settings.prefix}rooms-app"
    )

    assert group["Properties"]["GroupName"] == function["STOA_MODERATORS_GROUP"] == "moderators"
    assert function["STOA_MODERATORS_CLAIM"] == "cognito:groups"


def guards(pool: dict[str, Any]) -> tuple[Any, ...]:
    names = ("MfaConfiguration", "UserPoolTier", "UserPoolAddOns")
    return tuple(pool["Properties"].get(name) for name in names)
