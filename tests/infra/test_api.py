"""Every route of every door is deployed, and only the listed ones answer anonymous callers."""

from typing import Any

import pytest

from core.sockets import ROUTES
from functions.contract.app import DOORS
from infra.functions import door

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


def test_requests_are_throttled_and_logged_by_their_ids(find: Any, settings: Any) -> None:
    stages = [each["Properties"] for each in find("AWS::ApiGatewayV2::Stage").values()]

    for stage in stages:
        throttle = stage["DefaultRouteSettings"]
        assert throttle["ThrottlingRateLimit"] == settings.api.requests_per_second
        assert throttle["ThrottlingBurstLimit"] == settings.api.burst
    (http,) = [stage for stage in stages if stage["StageName"] == "$default"]
    assert "$context.requestId" in http["AccessLogSettings"]["Format"]
    assert "sourceIp" not in http["AccessLogSettings"]["Format"]
