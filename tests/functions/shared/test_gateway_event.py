import base64

import pytest

from functions.shared.gateway_event import Request, for_chalice

EVENT = {
    "version": "2.0",
    "routeKey": "GET /rooms/{room_id}",
    "rawPath": "/rooms/room_1",
    "rawQueryString": "",
    "headers": {"accept": "*/*"},
    "requestContext": {
        "http": {"method": "GET", "path": "/rooms/room_1", "sourceIp": "192.0.2.7"},
        "domainName": "api.test",
        "requestId": "r1",
        "stage": "$default",
    },
    "pathParameters": {"room_id": "room_1"},
    "isBase64Encoded": False,
}


def test_a_request_is_what_the_event_says():
    assert Request.from_event(EVENT) == Request(
        method="GET",
        path="/rooms/room_1",
        path_parameters={"room_id": "room_1"},
        query={},
        headers={"accept": "*/*"},
        body=b"",
        claims=None,
        base_url="https://api.test",
        source_ip="192.0.2.7",
        request_id="r1",
    )


def test_what_api_gateway_leaves_out_is_empty():
    event = {"requestContext": EVENT["requestContext"], "routeKey": "GET /"}

    request = Request.from_event(event)

    assert (request.headers, request.query, request.path_parameters) == ({}, {}, {})


@pytest.mark.parametrize(
    ("raw", "query"),
    [
        ("state=live&topic=a%20b", {"state": "live", "topic": "a b"}),
        ("a=1&a=2", {"a": "2"}),
        ("a=&b", {}),
        ("a=%C3%A9+x", {"a": "é x"}),
        ("%zz=%", {"%zz": "%"}),
    ],
)
def test_the_query_is_decoded_the_last_of_a_name_counts_and_what_is_empty_is_not_there(raw, query):
    assert Request.from_event(EVENT | {"rawQueryString": raw}).query == query


@pytest.mark.parametrize(
    ("body", "encoded", "expected"),
    [
        (None, False, b""),
        ("é", False, "é".encode()),
        (base64.b64encode(b"\x00\xff").decode(), True, b"\x00\xff"),
        ("a", True, b""),
    ],
)
def test_a_body_is_bytes_however_it_was_sent(body, encoded, expected):
    event = EVENT | {"body": body, "isBase64Encoded": encoded}

    assert Request.from_event(event).body == expected


def test_our_own_address_is_that_by_which_we_were_called():
    context = EVENT["requestContext"] | {"domainName": "127.0.0.1:8080"}
    event = EVENT | {"requestContext": context, "headers": {"x-forwarded-proto": "http"}}

    assert Request.from_event(event).base_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("authorizer", "claims"),
    [
        ({"jwt": {"claims": {"sub": "ada"}, "scopes": None}}, {"sub": "ada"}),
        ({"jwt": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_only_the_authorizer_brings_claims(authorizer, claims):
    context = EVENT["requestContext"] | {"authorizer": authorizer}

    assert Request.from_event(EVENT | {"requestContext": context}).claims == claims


def test_chalice_gets_the_fields_of_a_rest_api():
    event = for_chalice(EVENT)

    assert event["requestContext"]["httpMethod"] == "GET"
    assert event["requestContext"]["resourcePath"] == "/rooms/{room_id}"
    assert event["pathParameters"] == {"room_id": "room_1"}
    assert "multiValueQueryStringParameters" in event


@pytest.mark.parametrize("proof", ["new", "old", "old,new"])
def test_our_distribution_says_whose_request_it_brings(proof):
    headers = {"x-origin-proof": proof, "x-viewer-address": "2001:db8::7"}

    request = Request.from_event(EVENT | {"headers": headers}, ["new", "old"])

    assert request.source_ip == "2001:db8::7"


@pytest.mark.parametrize("proofs", [[], ["new", "old"]])
@pytest.mark.parametrize("forged", [{}, {"x-origin-proof": ""}, {"x-origin-proof": "n\xe9w"}])
def test_nobody_else_may_say_where_a_request_comes_from(proofs, forged):
    headers = {"x-viewer-address": "203.0.113.9"} | forged

    request = Request.from_event(EVENT | {"headers": headers}, proofs)

    assert request.source_ip == "192.0.2.7"
