import base64
from datetime import datetime
from typing import Any

import pytest

from functions.shared.door import Door
from local.payload import HttpRequest, body_text, claim_text, event, read_answer
from local.routes import Match, Routes


@pytest.fixture
def match(door: Door) -> Match:
    found = Routes([door]).match("POST", "/things/a%20b")
    assert found
    return found


def made(match: Match, now: datetime, claims: Any = None, **parts: Any) -> dict[str, Any]:
    request = HttpRequest(**({"method": "POST", "path": "/things/a%20b"} | parts))
    return event(request, match, claims=claims, request_id="r1", now=now)


def test_an_event_is_api_gateways_payload_2_0(match: Match, now: datetime) -> None:
    built = made(
        match,
        now,
        query="x=1&x=2&y=",
        headers=[
            ("Host", "127.0.0.1:8080"),
            ("User-Agent", "curl"),
            ("Content-Type", "application/json"),
            ("X-Twice", "one"),
            ("x-twice", "two"),
            ("Cookie", "a=1; b=2"),
        ],
        body=b'{"said": "hi"}',
        source_ip="192.0.2.1",
    )

    assert built == {
        "version": "2.0",
        "routeKey": "POST /things/{thing_id}",
        "rawPath": "/things/a b",
        "rawQueryString": "x=1&x=2&y=",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "host": "127.0.0.1:8080",
            "user-agent": "curl",
            "content-type": "application/json",
            "x-twice": "one,two",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "8080",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"x": "1,2", "y": ""},
        "pathParameters": {"thing_id": "a b"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "127.0.0.1:8080",
            "domainPrefix": "127",
            "http": {
                "method": "POST",
                "path": "/things/a b",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "curl",
            },
            "requestId": "r1",
            "routeKey": "POST /things/{thing_id}",
            "stage": "$default",
            "time": "01/Jan/2030:12:00:00 +0000",
            "timeEpoch": 1893499200000,
        },
        "body": '{"said": "hi"}',
        "isBase64Encoded": False,
    }


def test_claims_arrive_as_text(match: Match, now: datetime) -> None:
    claims = {"sub": "ada", "exp": 12, "email_verified": True, "cognito:groups": ["a", "b"]}

    built = made(match, now, claims)

    assert built["requestContext"]["authorizer"] == {
        "jwt": {
            "claims": {
                "sub": "ada",
                "exp": "12",
                "email_verified": "true",
                "cognito:groups": "[a b]",
            },
            "scopes": None,
        }
    }


def test_a_client_cannot_say_where_it_comes_from(match: Match, now: datetime) -> None:
    built = made(match, now, headers=[("X-Forwarded-Proto", "gopher"), ("X-Forwarded-For", "me")])

    assert built["headers"]["x-forwarded-proto"] == "http"
    assert built["headers"]["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("body", "content_type", "text", "is_base64"),
    [
        (b"", "application/json", None, False),
        (b"v=0", "application/sdp", base64.b64encode(b"v=0").decode(), True),
        (b"v=0", "text/plain", "v=0", False),
        (b"{}", "application/problem+json; charset=utf-8", "{}", False),
        (b"{}", "", base64.b64encode(b"{}").decode(), True),
        (b"\xff", "application/json", base64.b64encode(b"\xff").decode(), True),
    ],
)
def test_what_is_not_text_travels_as_base64(
    body: bytes, content_type: str, text: str | None, *, is_base64: bool
) -> None:
    assert body_text(body, content_type) == (text, is_base64)


def test_a_claim_of_no_value_is_still_text() -> None:
    assert claim_text(None) == "null"


def test_an_answers_body_is_decoded_and_its_headers_kept() -> None:
    answer = read_answer(
        {
            "statusCode": 201,
            "headers": {"ETag": '"1"', "Content-Type": "application/sdp"},
            "cookies": ["a=1", "b=2"],
            "body": base64.b64encode(b"v=0").decode(),
            "isBase64Encoded": True,
        }
    )

    assert (answer.status, answer.body) == (201, b"v=0")
    assert answer.headers == [
        ("etag", '"1"'),
        ("content-type", "application/sdp"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    ]


def test_an_answer_without_a_status_is_json() -> None:
    answer = read_answer({"well": True})

    assert (answer.status, answer.body) == (200, b'{"well": true}')
