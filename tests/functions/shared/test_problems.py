import json

import pytest
from pydantic import BaseModel, ValidationError

from core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    PaymentNeeded,
    Refusal,
    TooMany,
    Unavailable,
)
from core.tokens import BadToken
from functions.shared.callers import NotSignedIn
from functions.shared.http_refusal import HttpRefusal
from functions.shared.problems import STATUS, broken, invalid, refused, unavailable


def kinds(of=Refusal):
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_kind_of_refusal_has_a_status_or_brings_its_own():
    assert set(kinds()) - {HttpRefusal} == set(STATUS)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (NotSignedIn, 401),
        (BadToken, 401),
        (PaymentNeeded, 402),
        (NotAllowed, 403),
        (NotFound, 404),
        (Conflict, 409),
        (Invalid, 422),
    ],
)
def test_a_refusal_is_a_problem_with_its_code_and_its_facts(kind, status):
    answer = refused(kind("some_code", "Some detail.", needed=600, follower_count=599))

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = json.loads(answer.body)
    title = body.pop("title")
    assert title
    assert body == {
        "type": "urn:stoa:problem:some_code",
        "status": status,
        "detail": "Some detail.",
        "code": "some_code",
        "needed": 600,
        "follower_count": 599,
    }


def test_who_is_not_signed_in_is_told_how():
    assert refused(NotSignedIn("c", "d")).headers["WWW-Authenticate"] == "Bearer"
    assert "WWW-Authenticate" not in refused(NotAllowed("c", "d")).headers


def test_who_came_too_often_or_too_early_is_told_when_to_come_back():
    too_many = refused(TooMany("c", "d", retry_after=3))
    busy = unavailable(Unavailable("c", "d", retry_after=5))

    assert (too_many.status_code, too_many.headers["Retry-After"]) == (429, "3")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")


class Point(BaseModel):
    x: int
    tags: list[int] = []


def answer_to(text):
    with pytest.raises(ValidationError) as failed:
        Point.model_validate_json(text)
    answer = invalid(failed.value)
    return answer.status_code, json.loads(answer.body)


def test_what_is_no_json_is_400():
    status, body = answer_to("{")

    assert (status, body["code"]) == (400, "bad_json")


def test_a_body_that_does_not_fit_is_422_and_says_where_without_repeating_it():
    status, body = answer_to('{"x": "secret", "tags": [1, "private"]}')

    assert (status, body["code"]) == (422, "invalid_request")
    assert body["detail"].startswith("x: ")
    assert [error["loc"] for error in body["errors"]] == [["x"], ["tags", 1]]
    assert "secret" not in json.dumps(body)
    assert "private" not in json.dumps(body)


def test_only_so_many_errors_are_listed():
    _, body = answer_to(json.dumps({"x": 1, "tags": ["a"] * 500}))

    assert len(body["errors"]) == 20


def test_a_bug_tells_nothing():
    assert json.loads(broken().body)["code"] == "internal_error"
