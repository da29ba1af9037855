import os
from datetime import timedelta

import boto3
import pytest
from pydantic import Field

from core.errors import Conflict, TooMany, Unavailable
from core.tables import IDEMPOTENCY
from functions.shared.access_tokens import AccessTokens
from functions.shared.callers import Caller
from functions.shared.config import Config
from functions.shared.door import Door
from functions.shared.models import Body
from functions.shared.rates import Rate


class Greeting(Body):
    text: str = Field(min_length=1)


@pytest.fixture
def door(aws):
    config = Config.from_env(os.environ)
    door = Door("greetings", config, tokens=AccessTokens(config))
    sent: list[str] = []

    @door.answers("POST", "/greetings", status=201)
    def greet(caller: Caller, body: Greeting) -> Greeting:
        if body.text == "busy":
            raise TooMany("too_many", "Slow down.", retry_after=3)
        if body.text == "gone":
            raise Unavailable("no_capacity", "Full.", retry_after=5)
        if body.text == "odd":
            raise Conflict("wrong_state", "No.", state="odd")
        sent.append(body.text)
        return Greeting(text=f"{body.text} {len(sent)} from {caller.account_id}")

    @door.answers("POST", "/visits", status=201)
    def visit(caller: Caller | None) -> Greeting:
        sent.append("visit")
        return Greeting(text=f"guest {len(sent)}")

    @door.answers("GET", "/greetings/{greeting_id}")
    def read(caller: Caller | None, greeting_id: str) -> Greeting:
        return Greeting(text=f"{greeting_id} for {caller and caller.account_id}")

    @door.answers("DELETE", "/greetings/{greeting_id}")
    def forget(caller: Caller, greeting_id: str) -> None:
        if greeting_id == "bug":
            raise ZeroDivisionError

    return door


@pytest.fixture
def vault(aws):
    """A door whose views ask for the key; the answers of one of them are not kept."""
    door = Door("vault", Config.from_env(os.environ))
    told: list[str | None] = []

    @door.answers("POST", "/secrets", once=False)
    def tell(caller: Caller, idempotency_key: str | None) -> Greeting:
        told.append(idempotency_key)
        return Greeting(text=f"secret {len(told)} for {idempotency_key}")

    @door.answers("POST", "/keys")
    def show_key(caller: Caller, idempotency_key: str | None) -> Greeting:
        return Greeting(text=f"key {idempotency_key}")

    return door


def test_a_door_that_knows_no_tokens_tells_no_caller_from_a_guest(vault):
    with pytest.raises(TypeError, match="nobody checks tokens"):

        @vault.answers("GET", "/secrets")
        def guess(caller: Caller | None) -> Greeting: ...


def test_a_view_gets_what_its_annotations_ask_for(door, call):
    answer = call(door, "POST", "/greetings", as_account="ada", body={"text": "hi"})

    assert answer.status == 201
    assert answer.json == {"text": "hi 1 from ada"}


def test_a_public_route_takes_anonymous_callers(door, call):
    assert call(door, "GET", "/greetings/g1").json == {"text": "g1 for None"}


def test_another_route_does_not(door, call):
    answer = call(door, "POST", "/greetings", body={"text": "hi"})

    assert answer.status == 401
    assert answer.json["code"] == "not_signed_in"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"\xff\xfe", 400, "bad_json"),
        ({"text": ""}, 422, "invalid_request"),
        ({"text": "hi", "more": 1}, 422, "invalid_request"),
        ([], 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b'"' + b"x" * 70_000 + b'"', 413, "body_too_large"),
    ],
)
def test_a_bad_body_is_refused_with_a_problem(door, call, body, status, code):
    answer = call(door, "POST", "/greetings", as_account="ada", body=body)

    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == status


def test_refusals_carry_their_facts_and_when_to_try_again(door, call):
    odd = call(door, "POST", "/greetings", as_account="ada", body={"text": "odd"})
    busy = call(door, "POST", "/greetings", as_account="ada", body={"text": "busy"})
    gone = call(door, "POST", "/greetings", as_account="ada", body={"text": "gone"})

    assert (odd.status, odd.json["state"]) == (409, "odd")
    assert (busy.status, busy.headers["Retry-After"]) == (429, "3")
    assert (gone.status, gone.headers["Retry-After"]) == (503, "5")


def test_a_bug_answers_500_and_tells_nothing(door, call, caplog):
    answer = call(door, "DELETE", "/greetings/bug", as_account="ada")

    assert answer.status == 500
    assert "ZeroDivision" not in answer.text
    assert "ZeroDivision" in caplog.text


def test_an_absurd_path_parameter_names_nothing(door, call):
    assert call(door, "GET", "/greetings/" + "x" * 500).status == 404
    assert call(door, "GET", "/greetings/\0").status == 404


def test_nothing_to_say_is_204(door, call):
    answer = call(door, "DELETE", "/greetings/g1", as_account="ada")

    assert (answer.status, answer.text) == (204, "")


def test_a_repeated_post_gets_the_first_answer(door, call):
    def post(text, *, account="ada", key="k"):
        headers = {"idempotency-key": key}
        return call(
            door, "POST", "/greetings", as_account=account, body={"text": text}, headers=headers
        )

    first = post("hi")

    assert post("hi") == first
    assert post("hi", account="bea").json == {"text": "hi 2 from bea"}
    assert post("hi", key="other").json == {"text": "hi 3 from ada"}
    assert post("ho").json["code"] == "idempotency_key_reused"


def test_guests_at_two_addresses_do_not_share_a_key(door, call):
    def visit(source_ip):
        headers = {"idempotency-key": "k"}
        return call(door, "POST", "/visits", headers=headers, source_ip=source_ip).json["text"]

    assert [visit("192.0.2.1"), visit("192.0.2.1"), visit("192.0.2.2")] == [
        "guest 1",
        "guest 1",
        "guest 2",
    ]


def test_a_refused_post_may_be_tried_again_with_its_key(door, call):
    headers = {"idempotency-key": "k"}
    body = {"text": "odd"}

    refusals = [
        call(door, "POST", "/greetings", as_account="ada", body=body, headers=headers).status
        for _ in range(2)
    ]

    assert refusals == [409, 409]


def test_a_secret_is_not_kept_and_the_view_knows_the_key(vault, call, database):
    def ask(**headers):
        return call(vault, "POST", "/secrets", as_account="ada", headers=headers).json["text"]

    key = {"idempotency-key": "k"}

    assert [ask(**key), ask(**key)] == ["secret 1 for k", "secret 2 for k"]
    assert ask() == "secret 3 for None"
    stored = boto3.client("dynamodb").scan(TableName=database.table(IDEMPOTENCY).name)
    assert stored["Items"] == []


def test_where_answers_are_kept_the_view_may_know_the_key_too(vault, call):
    answer = call(vault, "POST", "/keys", as_account="ada", headers={"idempotency-key": "k"})

    assert answer.json == {"text": "key k"}


@pytest.mark.parametrize("path", ["/secrets", "/keys"])
@pytest.mark.parametrize(
    ("key", "code"),
    [("", "bad_idempotency_key"), ("x" * 255, None), ("x" * 256, "bad_idempotency_key")],
    ids=["empty", "longest", "too long"],
)
def test_a_key_has_up_to_255_characters(vault, call, path, key, code):
    answer = call(vault, "POST", path, as_account="ada", headers={"idempotency-key": key})

    assert answer.json.get("code") == code


@pytest.fixture
def knocker(aws, now):
    """A door that may be knocked at twice by an account, and four times by a network's guests."""
    config = Config.from_env(os.environ)
    door = Door("knocker", config, tokens=AccessTokens(config), clock=lambda: now)
    knocks = Rate(name="knocks", burst=2, interval=timedelta(seconds=30), guests=4)

    @door.answers("POST", "/knocks", rate=knocks)
    def knock(caller: Caller | None, body: Greeting) -> Greeting:
        return body

    return door


def test_who_calls_too_often_is_told_when_to_come_again(knocker, call):
    answers = [
        call(knocker, "POST", "/knocks", as_account="ada", body={"text": "hi"}) for _ in range(3)
    ]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert (answers[2].json["code"], answers[2].headers["Retry-After"]) == ("too_many", "30")
    assert call(knocker, "POST", "/knocks", as_account="bob", body={"text": "hi"}).status == 200


def test_guests_of_one_network_share_a_rate_whatever_their_headers_say(knocker, call):
    def knock(number, source_ip):
        headers = {"x-forwarded-for": f"192.0.2.{number}", "x-viewer-address": "192.0.2.9"}
        body = {"text": "hi"}
        return call(knocker, "POST", "/knocks", body=body, headers=headers, source_ip=source_ip)

    answers = [knock(number, f"2001:db8::{number}") for number in range(5)]

    assert [answer.status for answer in answers] == [200] * 4 + [429]
    assert knock(1, "2001:db8:0:1::1").status == 200


def test_what_is_refused_for_its_body_counts_too(knocker, call):
    answers = [call(knocker, "POST", "/knocks", as_account="ada", body=b"{") for _ in range(3)]

    assert [answer.status for answer in answers] == [400, 400, 429]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/greetings/g1", 200),
        ("POST", "/greetings", 401),
        ("DELETE", "/greetings/g1", 204),
        ("DELETE", "/greetings/bug", 500),
    ],
)
def test_every_answer_tells_browsers_to_keep_guess_and_pass_on_nothing(
    door, call, method, path, status
):
    answer = call(door, method, path, as_account="ada" if method == "DELETE" else None)

    assert answer.status == status
    assert (
        answer.headers.items()
        >= {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }.items()
    )


def test_what_chalice_itself_refuses_tells_them_too(door):
    http = {"method": "PATCH", "path": "/greetings", "sourceIp": "127.0.0.1"}
    context = {"http": http, "domainName": "api.test", "requestId": "request-1"}

    answer = door({"routeKey": "PATCH /greetings", "requestContext": context}, None)

    assert answer["statusCode"] == 405
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
