"""Every route of every door is deployed, and only the listed ones answer anonymous callers."""

import json
import re
from typing import Any

import pytest

from core.sockets import ROUTES
from functions.contract.api import DOORS
from infra.functions import door
from infra.gateway import LIVE

OPERATIONS = {
    f"{method} {path}": (each.app_name, operation)
    for each in DOORS
    for (method, path), operation in each.operations.items()
}


@pytest.fixture(scope="module")
def resources(templates: Any) -> dict[str, Any]:
    return dict(templates["api"]["Resources"])


@pytest.fixture(scope="module")
def routes(resources: Any) -> dict[str, Any]:
    return {
        resource["Properties"]["RouteKey"]: resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    }


def test_the_api_has_the_doors_routes_and_no_others(routes: Any) -> None:
    assert set(routes) == set(OPERATIONS)


@pytest.mark.parametrize("key", sorted(OPERATIONS))
def test_a_route_needs_a_token_unless_its_view_answers_anonymous_callers(
    key: str, routes: Any, resources: Any
) -> None:
    _, operation = OPERATIONS[key]

    route = routes[key]

    if operation.public:
        assert route["AuthorizationType"] == "NONE"
        assert "AuthorizerId" not in route
    else:
        assert route["AuthorizationType"] == "JWT"
        assert resources[route["AuthorizerId"]["Ref"]]["Properties"]["AuthorizerType"] == "JWT"


@pytest.mark.parametrize("key", sorted(OPERATIONS))
def test_a_route_leads_to_its_own_door(key: str, routes: Any, resources: Any) -> None:
    app_name, _ = OPERATIONS[key]
    _, target = routes[key]["Target"]["Fn::Join"]

    integration = resources[target[-1]["Ref"]]["Properties"]
    function = resources[integration["IntegrationUri"]["Fn::GetAtt"][0]]["Properties"]

    assert integration["PayloadFormatVersion"] == "2.0"
    assert function["Handler"] == door(app_name).handler


def test_tokens_are_those_of_the_issuer_for_the_web_client(resources: Any) -> None:
    (authorizer,) = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::ApiGatewayV2::Authorizer"
    ]

    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert len(authorizer["JwtConfiguration"]["Audience"]) == 1
    assert authorizer["JwtConfiguration"]["Issuer"]


def test_the_web_socket_api_has_cores_routes(templates: Any) -> None:
    routes = {
        resource["Properties"]["RouteKey"]
        for resource in templates["sockets"]["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    }

    assert routes == set(ROUTES)


@pytest.mark.parametrize(
    ("name", "known_by"), [("$default", {"requestId"}), (LIVE, {"requestId", "connectionId"})]
)
def test_requests_are_throttled_and_logged_by_their_ids(
    name: str, known_by: set[str], find: Any, settings: Any
) -> None:
    (stage,) = [
        each["Properties"]
        for each in find("AWS::ApiGatewayV2::Stage").values()
        if each["Properties"]["StageName"] == name
    ]

    throttle = stage["DefaultRouteSettings"]
    logged = json.loads(stage["AccessLogSettings"]["Format"])

    assert throttle["ThrottlingRateLimit"] == settings.api.requests_per_second
    assert throttle["ThrottlingBurstLimit"] == settings.api.burst
    assert all(logged[each] == f"$context.{each}" for each in known_by)
    # Neither an address nor the query, in which the token of a WebSocket travels.
    assert not [each for each in logged.values() if re.search("identity|query|header|path", each)]


def test_gateways_may_log_before_the_socket_stage_wants_them_to_and_ever_after(
    templates: Any,
) -> None:
    made = templates["gateway"]["Resources"]
    (stage,) = [it for it in made.values() if it["Properties"].get("StageName") == LIVE]

    (account,) = stage["DependsOn"]
    (role, _) = made[account]["Properties"]["CloudWatchRoleArn"]["Fn::GetAtt"]

    assert made[account]["Type"] == "AWS::ApiGateway::Account"
    # It is the whole account's: others may log by it when this deployment is gone.
    assert made[account]["DeletionPolicy"] == made[role]["DeletionPolicy"] == "Retain"
