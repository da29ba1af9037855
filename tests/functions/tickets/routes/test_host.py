"""Selling on the wire."""

import pytest

PRICE = {"amount": 1000, "currency": "usd"}
NO_OFFERS = [
    {},
    {"quantity": 10},
    {"price": PRICE},
    {"price": {"amount": 99, "currency": "usd"}, "quantity": 10},
    {"price": {"amount": 99_901, "currency": "usd"}, "quantity": 10},
    {"price": {"amount": -1000, "currency": "usd"}, "quantity": 10},
    {"price": {"amount": 10.5, "currency": "usd"}, "quantity": 10},
    {"price": {"amount": "1000", "currency": "usd"}, "quantity": 10},
    {"price": {"amount": 1000, "currency": "USD"}, "quantity": 10},
    {"price": {"amount": 1000, "currency": "kwd"}, "quantity": 10},
    {"price": {"amount": 1000}, "quantity": 10},
    {"price": 1000, "quantity": 10},
    {"price": PRICE, "quantity": 0},
    {"price": PRICE, "quantity": -5},
    {"price": PRICE, "quantity": 20_001},
    {"price": PRICE, "quantity": 10**30},
    {"price": PRICE, "quantity": 1.5},
    {"price": PRICE, "quantity": True},
    {"price": PRICE, "quantity": 10, "per_account": 0},
    {"price": PRICE, "quantity": 10, "per_account": 11},
    {"price": PRICE, "quantity": 10, "sales_end_at": "tomorrow"},
    {"price": PRICE, "quantity": 10, "sales_end_at": 4_000_000_000},
    {"price": PRICE, "quantity": 10, "sales_end_at": "2020-01-01T00:00:00Z"},
    {"price": PRICE, "quantity": 10, "refund_rule": "always"},
    {"price": PRICE, "quantity": 10, "host_id": "otto"},
]
NO_CODES = [
    ("HALF", {"limit": 5}),
    ("HALF", {"percent": 50, "amount": 100, "limit": 5}),
    ("HALF", {"percent": 0, "limit": 5}),
    ("HALF", {"percent": 101, "limit": 5}),
    ("HALF", {"amount": 0, "limit": 5}),
    ("HALF", {"amount": -100, "limit": 5}),
    ("HALF", {"amount": 99_901, "limit": 5}),
    ("HALF", {"percent": 50, "limit": 0}),
    ("HALF", {"percent": 50, "limit": 20_001}),
    ("HALF", {"percent": 50}),
    ("ab", {"percent": 50, "limit": 5}),
    ("a" * 21, {"percent": 50, "limit": 5}),
    ("wörld", {"percent": 50, "limit": 5}),
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


def test_an_offer_is_shown_with_what_is_left_and_what_the_host_earns(ask, room_id):
    body = {
        "price": PRICE,
        "quantity": 10,
        "per_account": 2,
        "sales_end_at": "2099-01-01T00:00:00Z",
    }

    made = ask("hana", "PUT", f"/rooms/{room_id}/offer", body)

    assert made.status == 200
    assert made.json == {
        "room_id": room_id,
        "price": PRICE,
        "quantity": 10,
        "per_account": 2,
        "sales_end_at": "2099-01-01T00:00:00.000Z",
        "refund_rule": "until_start",
        "left": 10,
        "held": 0,
        "sold": 0,
        "waiting": 0,
        "host_share": {"amount": 970, "currency": "usd"},
        "platform_fee": {"amount": 30, "currency": "usd"},
        "on_sale": True,
    }
    assert ask(None, "GET", f"/rooms/{room_id}/offer").json == made.json


def test_free_tickets_have_no_price(ask, room_id):
    shown = ask("hana", "PUT", f"/rooms/{room_id}/offer", {"price": None, "quantity": 5}).json

    assert (shown["price"], shown["host_share"]["amount"]) == (None, 0)


def test_what_makes_no_offer_is_refused(ask, room_id):
    answers = [ask("hana", "PUT", f"/rooms/{room_id}/offer", body) for body in NO_OFFERS]

    assert [body for body, it in zip(NO_OFFERS, answers, strict=True) if it.status != 422] == []
    assert {it.json["code"] for it in answers} == {"invalid_request", "sales_end_in_the_past"}
    assert ask(None, "GET", f"/rooms/{room_id}/offer").status == 404


@pytest.mark.parametrize(
    ("currency", "amount"), [("jpy", 100), ("jpy", 99_900), ("usd", 100), ("usd", 99_900)]
)
def test_the_bounds_themselves_are_allowed(ask, room_id, currency, amount):
    price = {"amount": amount, "currency": currency}

    answer = ask("hana", "PUT", f"/rooms/{room_id}/offer", {"price": price, "quantity": 20_000})

    assert (answer.status, answer.json["price"]) == (200, price)


def test_an_offer_that_can_not_be_made_now_says_why(front, ask):
    room_id = front.shop.room("otto").room_id
    body = {"price": PRICE, "quantity": 10}

    not_ready = ask("otto", "PUT", f"/rooms/{room_id}/offer", body)

    assert problem(not_ready) == (403, "payouts_not_ready")
    assert problem(ask("hana", "PUT", f"/rooms/{room_id}/offer", body)) == (403, "host_only")
    assert problem(ask(None, "PUT", f"/rooms/{room_id}/offer", body)) == (401, "not_signed_in")


def test_a_host_sees_line_by_line_what_an_offer_would_bring(front, ask, room_id):
    query = {"amount": 99_900, "currency": "usd", "quantity": 100}

    told = ask("hana", "GET", f"/rooms/{room_id}/offer/estimate", **query)

    def usd(amount):
        return {"amount": amount, "currency": "usd"}

    assert told.status == 200
    assert told.json == {
        "gross": usd(9_990_000),
        "platform_fee": usd(150_000 + 998_000),
        "host_share": usd(8_842_000),
        "per_ticket": {
            "price": usd(99_900),
            "platform_fee": usd(2_997),
            "host_share": usd(96_903),
        },
        "tiers": [
            {
                "up_to": usd(5_000_000),
                "basis_points": 300,
                "portion": usd(5_000_000),
                "fee": usd(150_000),
            },
            {
                "up_to": None,
                "basis_points": 2000,
                "portion": usd(4_990_000),
                "fee": usd(998_000),
            },
        ],
    }
    bad = ask("hana", "GET", f"/rooms/{room_id}/offer/estimate", **query | {"amount": 99})
    assert problem(bad) == (422, "invalid_request")


def test_an_offer_is_taken_back_while_nobody_has_bought(ask, offered):
    assert ask("hana", "DELETE", f"/rooms/{offered}/offer").status == 204
    assert problem(ask(None, "GET", f"/rooms/{offered}/offer")) == (404, "offer_not_found")


def test_promo_codes_are_the_hosts_to_make_and_list(ask, offered):
    path = f"/rooms/{offered}/promo-codes"

    made = ask("hana", "PUT", f"{path}/tides-25", {"percent": 25, "limit": 5})

    shown = {"code": "TIDES-25", "percent": 25, "amount": None, "limit": 5, "left": 5}
    assert (made.status, made.json) == (200, shown)
    assert ask("hana", "GET", path).json == {"items": [shown], "next": None}
    assert ask("hana", "DELETE", f"{path}/tides-25").status == 204
    assert ask("hana", "GET", path).json["items"] == []


def test_what_makes_no_promo_code_is_refused(ask, offered):
    path = f"/rooms/{offered}/promo-codes"

    answers = [ask("hana", "PUT", f"{path}/{code}", body) for code, body in NO_CODES]

    assert [each for each, it in zip(NO_CODES, answers, strict=True) if it.status != 422] == []
    assert {it.json["code"] for it in answers} == {"invalid_request", "bad_promo_code"}
    assert ask("hana", "GET", path).json["items"] == []


def test_tickets_given_away_are_there_at_once(front, ask, offered):
    front.shop.account("ada")
    body = {"handle": "ada", "quantity": 2}

    given = ask("hana", "POST", f"/rooms/{offered}/comps", body, headers={"idempotency-key": "k"})
    again = ask("hana", "POST", f"/rooms/{offered}/comps", body, headers={"idempotency-key": "k"})

    assert (given.status, len(given.json["tickets"])) == (201, 2)
    assert again.json == given.json
    assert ask(None, "GET", f"/rooms/{offered}/offer").json["sold"] == 2
    bad = ask("hana", "POST", f"/rooms/{offered}/comps", {"handle": "ada", "quantity": -2})
    assert problem(bad) == (422, "invalid_request")
