"""Buying on the wire."""

import boto3
import pytest

from core.tables import TABLES
from local.stripe.faults import Fault, Kind

PRICE = {"amount": 1000, "currency": "usd"}
AWAY = Fault(kind=Kind.ERROR_BEFORE, path="/v1/payment_intents*", times=9)
NO_HOLDS = [
    {"quantity": 0},
    {"quantity": -1},
    {"quantity": 11},
    {"quantity": 10**30},
    {"quantity": "2"},
    {"quantity": 1.5},
    {"promo_code": ""},
    {"promo_code": "x" * 65},
    {"price": 1},
    [],
]


@pytest.fixture
def room_id(front):
    """A scheduled room of hana's, who can be paid."""
    front.shop.payable("hana")
    return front.shop.room().room_id


@pytest.fixture
def offered(front, room_id):
    """The same with ten tickets at 10.00 dollars."""
    front.shop.put_offer(room_id, 10)
    return room_id


def problem(answer):
    return answer.status, answer.json["code"]


def test_a_sale_in_yen_is_whole_yen(front, ask, room_id):
    body = {"price": {"amount": 1250, "currency": "jpy"}, "quantity": 10}
    ask("hana", "PUT", f"/rooms/{room_id}/offer", body)

    hold = ask("ada", "POST", f"/rooms/{room_id}/holds", {"quantity": 3}).json

    intent = hold["payment"]["client_secret"].partition("_secret")[0]
    at_stripe = front.shop.at_stripe("GET", f"/v1/payment_intents/{intent}")
    assert hold["price"] == {"amount": 3750, "currency": "jpy"}
    assert (at_stripe["amount"], at_stripe["application_fee_amount"]) == (3750, 112)


def test_a_hold_comes_with_what_stripes_widgets_need(ask, offered):
    answer = ask("ada", "POST", f"/rooms/{offered}/holds", {"quantity": 2})

    hold = answer.json
    assert answer.status == 201
    assert hold["payment"].pop("client_secret").startswith("pi_")
    assert hold == {
        "hold_id": hold["hold_id"],
        "room_id": offered,
        "quantity": 2,
        "state": "held",
        "lapses_at": hold["lapses_at"],
        "unit_price": PRICE,
        "price": {"amount": 2000, "currency": "usd"},
        "payment": {"publishable_key": "pk_test_local"},
        "tickets": [],
        "refund_rule": "until_start",
        "refunds": [],
    }
    seen = ask("ada", "GET", f"/holds/{hold['hold_id']}")
    assert seen.json["payment"]["client_secret"]
    assert ask("ada", "DELETE", f"/holds/{hold['hold_id']}").status == 204
    assert ask("ada", "GET", f"/holds/{hold['hold_id']}").json["state"] == "released"


def test_a_free_hold_is_paid_at_once(ask, room_id):
    ask("hana", "PUT", f"/rooms/{room_id}/offer", {"price": None, "quantity": 5})

    hold = ask("ada", "POST", f"/rooms/{room_id}/holds").json

    assert (hold["state"], hold["payment"], len(hold["tickets"])) == ("paid", None, 1)


def test_what_makes_no_hold_is_refused(ask, offered):
    answers = [ask("ada", "POST", f"/rooms/{offered}/holds", body) for body in NO_HOLDS]

    assert [problem(answer) for answer in answers] == [(422, "invalid_request")] * len(NO_HOLDS)
    assert ask(None, "GET", f"/rooms/{offered}/offer").json["left"] == 10


def test_a_refused_buyer_hears_what_they_can_do_about_it(ask, offered):
    first = ask("ada", "POST", f"/rooms/{offered}/holds", {"quantity": 4}).json
    for name in ("bea", "cleo"):
        ask(name, "POST", f"/rooms/{offered}/holds", {"quantity": 3 if name == "bea" else 2})

    limit = ask("ada", "POST", f"/rooms/{offered}/holds")
    sold_out = ask("dora", "POST", f"/rooms/{offered}/holds", {"quantity": 2})

    assert problem(limit) == (409, "limit_reached")
    assert (limit.json["allowed"], limit.json["hold_id"]) == (4, first["hold_id"])
    assert problem(sold_out) == (409, "sold_out")
    assert sold_out.json["left"] == 1
    assert problem(ask("hana", "POST", f"/rooms/{offered}/holds")) == (409, "own_room")


def test_what_is_another_buyers_is_not_found(ask, offered):
    hold_id = ask("ada", "POST", f"/rooms/{offered}/holds").json["hold_id"]

    for method in ("GET", "DELETE"):
        for name in ("hold_01J00000000000000000000000", hold_id):
            answer = ask("bea", method, f"/holds/{name}")
            assert problem(answer) == (404, "hold_not_found")


def test_a_repeated_request_gets_the_same_hold_with_its_payment(ask, offered):
    def post(body):
        headers = {"idempotency-key": "k"}
        return ask("ada", "POST", f"/rooms/{offered}/holds", body, headers=headers)

    first, again = post({"quantity": 2}), post({"quantity": 2})

    assert first.json == again.json
    assert first.json["payment"]["client_secret"]
    assert problem(post({"quantity": 1})) == (422, "idempotency_key_reused")
    assert ask(None, "GET", f"/rooms/{offered}/offer").json["held"] == 2


def test_no_secret_of_a_payment_is_kept_anywhere(front, ask, offered):
    headers = {"idempotency-key": "k"}
    hold = ask("ada", "POST", f"/rooms/{offered}/holds", {}, headers=headers).json

    dynamodb = boto3.client("dynamodb")
    tables = [dynamodb.scan(TableName=f"stoa-test-{spec.name}")["Items"] for spec in TABLES]
    assert hold["hold_id"] in str(tables)
    assert hold["payment"]["client_secret"] not in str(tables)
    assert "_secret_" not in str(tables)


def test_while_stripe_is_away_the_buyer_is_told_when_to_come_back(front, ask, offered):
    front.shop.stripe.faults.plan(AWAY)
    headers = {"idempotency-key": "k"}

    away = ask("ada", "POST", f"/rooms/{offered}/holds", {}, headers=headers)
    front.shop.stripe.faults.clear()
    back = ask("ada", "POST", f"/rooms/{offered}/holds", {}, headers=headers)

    assert problem(away) == (503, "payments_unavailable")
    assert int(away.headers["Retry-After"]) > 0
    assert back.json["payment"]["client_secret"]
    assert ask(None, "GET", f"/rooms/{offered}/offer").json["held"] == 1


def test_who_waits_is_shown_their_place_and_then_their_turn(ask, room_id):
    ask("hana", "PUT", f"/rooms/{room_id}/offer", {"price": PRICE, "quantity": 1})
    hold = ask("zoe", "POST", f"/rooms/{room_id}/holds").json

    joined = ask("ada", "PUT", f"/rooms/{room_id}/waiting")
    ask("zoe", "DELETE", f"/holds/{hold['hold_id']}")
    turn = ask("ada", "GET", f"/rooms/{room_id}/waiting").json

    assert (joined.status, joined.json) == (200, {"place": 1, "hold_id": None})
    assert turn["hold_id"]
    assert ask("ada", "POST", f"/rooms/{room_id}/holds").json["hold_id"] == turn["hold_id"]
    assert ask("ada", "DELETE", f"/rooms/{room_id}/waiting").status == 204
    assert problem(ask("ada", "GET", f"/rooms/{room_id}/waiting")) == (404, "not_waiting")
