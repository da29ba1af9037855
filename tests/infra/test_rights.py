"""Who may do what: each function its own tables and queues, by name; the world as little."""

import json
from typing import Any

import pytest

from infra.functions import MEDIA_DOOR, SOCKETS, door, doors, events, name_of
from infra.grants import ALLOWED
from tests.infra.conftest import listed, statements

# Of these actions IAM knows no resources (AWS's Service Authorization Reference).
NOT_OF_A_RESOURCE = {
    "dynamodb:ListStreams",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ecr:GetAuthorizationToken",
    "transcribe:CreateVocabulary",
    "transcribe:ListVocabularies",
    "transcribe:StartStreamTranscription",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


@pytest.fixture(scope="module")
def allowed(find: Any) -> list[dict[str, Any]]:
    """All statements of our own roles.

    Save what the CDK grants its helper that copies files, and what API Gateway may do for all APIs
    of the account.
    """
    policies = {**find("AWS::IAM::Policy"), **find("AWS::IAM::Role")}
    others = ("web.Uploader", "gateway.MayLog")
    return statements(each for name, each in policies.items() if not name.startswith(others))


def test_every_function_is_granted_something_and_nobody_else_is() -> None:
    functions = {door(each.app_name).name for each in doors()}
    functions |= {SOCKETS.name, *map(name_of, events())}

    assert set(ALLOWED) == functions


def test_no_action_is_a_wildcard(allowed: Any) -> None:
    actions = {action for each in allowed for action in listed(each["Action"])}

    assert not [action for action in actions if "*" in action]
    assert not [action for action in actions if action in ("dynamodb:Scan", "iam:CreateRole")]


def test_everything_is_allowed_only_where_aws_has_no_resources(allowed: Any) -> None:
    everywhere = {
        action
        for each in allowed
        if "*" in listed(each["Resource"])
        for action in listed(each["Action"])
    }

    assert everywhere <= NOT_OF_A_RESOURCE


def test_tables_are_named_one_by_one(allowed: Any) -> None:
    arns = [
        json.dumps(arn)
        for each in allowed
        if any(action.startswith("dynamodb:") for action in listed(each["Action"]))
        for arn in listed(each["Resource"])
        if arn != "*"
    ]

    assert arns
    assert not [arn for arn in arns if "*" in arn]


def test_only_api_gateway_may_call_functions_and_only_for_our_apis(find: Any) -> None:
    permissions = [each["Properties"] for each in find("AWS::Lambda::Permission").values()]

    assert {each["Principal"] for each in permissions} == {"apigateway.amazonaws.com"}
    assert all("SourceArn" in each for each in permissions)


def test_nothing_answers_the_internet_but_the_gateways_and_the_media_port(
    find: Any, settings: Any
) -> None:
    rules = [
        rule
        for group in find("AWS::EC2::SecurityGroup").values()
        for rule in group["Properties"].get("SecurityGroupIngress", ())
    ]
    open_to_all = [rule for rule in rules if rule.get("CidrIp") == "0.0.0.0/0"]

    (media,) = open_to_all
    assert (media["IpProtocol"], media["FromPort"]) == ("udp", settings.media.udp_port)
    assert not find("AWS::Lambda::Url")
    for bucket in find("AWS::S3::Bucket").values():
        assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())


def test_no_template_has_a_secret_in_it(templates: Any) -> None:
    text = json.dumps(templates)

    assert "whsec_" not in text
    assert "sk_live" not in text
    for secret in templates["data"]["Resources"].values():
        if secret["Type"] == "AWS::SecretsManager::Secret":
            assert "SecretString" not in secret["Properties"]


def test_secrets_are_read_by_functions_that_start_and_not_told_by_the_templates(
    find: Any, settings: Any
) -> None:
    for function in find("AWS::Lambda::Function").values():
        properties = function["Properties"]
        name = properties.get("FunctionName", "").removeprefix(settings.prefix)
        told = properties.get("Environment", {}).get("Variables", {})
        if name == name_of(MEDIA_DOOR):  # it has no way to Secrets Manager
            assert "{{resolve:secretsmanager:" in json.dumps(told["STOA_ROOM_SECRETS"])
        else:
            assert not told.keys() & {"STOA_ROOM_SECRETS", "STOA_STRIPE_KEY", "STOA_EDGE_PROOF"}
