"""Buying and selling over HTTP on a whole stack, with a Stripe that is late, down or forged."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.journeys.market import Market, eventually, together

SUCCEEDED = "payment_intent.succeeded"
NOBODYS = "0" * 26


@pytest.fixture(scope="module")
def shared_market(stack: Any) -> Market:
    """On the stack that all share: its clock is not moved."""
    return Market.of(stack)


@pytest.fixture
def market(shared_market: Market) -> Iterator[Market]:
    """The same, whose till works well again after the test."""
    with shared_market.till.made_well():
        yield shared_market


@pytest.fixture(scope="module")
def own_market(run_stack: Any) -> Iterator[Market]:
    """On a stack of its own, whose clock the tests move; the demo is on it, too."""
    with run_stack(STOA_DEMO="on", STOA_CAPTIONS="off") as stack:
        yield Market.of(stack)


@pytest.fixture
def fair(own_market: Market) -> Iterator[Market]:
    """A market on which time may fly."""
    with own_market.till.made_well():
        yield own_market


def test_the_demo_sells_tickets_for_a_room_tomorrow(fair: Market) -> None:
    def rooms() -> list[tuple[str, str]]:
        found = fair.stack.api("GET", "/rooms?state=scheduled&host=stoa").json["items"]
        return [(room["title"], room["access"]) for room in found]

    eventually(rooms, [("An evening with Stoa", "ticketed")])

    (room,) = fair.stack.api("GET", "/rooms?state=scheduled&host=stoa").json["items"]
    bought = fair.buy(fair.person("bob"), room["room_id"])
    assert bought["price"] == {"amount": 500, "currency": "usd"}
    assert fair.stock(room["room_id"]) == (49, 0, 1)


def test_clicking_twice_is_one_hold_that_is_paid_once(market: Market) -> None:
    room_id, bob = market.on_sale(market.host()), market.person("bob")

    answers = together([partial(market.ask_for_hold, bob, room_id, key="a click")] * 8)

    assert {answer.status for answer in answers} == {201}
    (hold_id,) = {answer.json["hold_id"] for answer in answers}
    assert market.stock(room_id) == (2, 1, 0)
    hold = answers[0].json
    outcomes = together([partial(market.till.pay, hold)] * 4)
    assert outcomes.count("succeeded") >= 1
    assert market.till.charged(hold) == [(1200, 0)]
    read = market.stack.api("GET", f"/holds/{hold_id}", by=bob).json
    assert (read["state"], len(read["tickets"])) == ("paid", 1)


def test_a_second_tab_is_told_of_the_hold_in_the_first_and_can_pay_it(market: Market) -> None:
    room_id, bob = market.on_sale(market.host(), per_account=1), market.person("bob")
    first = market.hold(bob, room_id)

    second = market.ask_for_hold(bob, room_id, key="another tab")

    assert (second.status, second.json["code"]) == (409, "limit_reached")
    assert second.json["hold_id"] == first["hold_id"]
    found = market.stack.api("GET", f"/holds/{first['hold_id']}", by=bob).json
    assert found["payment"] == first["payment"]
    assert market.stock(room_id) == (2, 1, 0)


def test_holds_and_tickets_of_others_are_as_if_they_did_not_exist(market: Market) -> None:
    room_id = market.on_sale(market.host())
    bob, eve = market.person("bob"), market.person("eve")
    bought, held = market.buy(bob, room_id), market.hold(bob, room_id)

    def answers(hold_id: str, ticket_id: str) -> list[tuple[int, str]]:
        asked = [
            market.stack.api("GET", f"/holds/{hold_id}", by=eve),
            market.stack.api("DELETE", f"/holds/{hold_id}", by=eve),
            market.stack.api("GET", f"/tickets/{ticket_id}", by=eve),
            market.stack.api("POST", f"/tickets/{ticket_id}/refund", by=eve, body={}),
            market.stack.api(
                "POST", f"/tickets/{ticket_id}/transfer", by=eve, body={"handle": eve.handle}
            ),
        ]
        return [(answer.status, answer.json["code"]) for answer in asked]

    told = answers(held["hold_id"], bought["tickets"][0])

    assert [status for status, _ in told] == [404] * 5
    assert told == answers(f"hold_{NOBODYS}", f"ticket_{NOBODYS}")
    assert market.stock(room_id) == (1, 1, 1)


def test_the_door_opens_for_whoever_has_the_ticket_now(market: Market) -> None:
    ada, bob, eve = market.host(), market.person("bob"), market.person("eve")
    room_id = market.on_sale(ada)
    (ticket_id,) = market.buy(bob, room_id)["tickets"]
    market.start(ada, room_id)

    def at_the_door(*people: Any) -> list[tuple[int, bool]]:
        path = f"/rooms/{room_id}/join"
        answers = [market.stack.api("POST", path, by=each, body={}) for each in people]
        return [(answer.status, "media" in answer.json) for answer in answers]

    no, yes = (402, False), (200, True)
    assert at_the_door(None, eve, bob) == [no, no, yes]

    path, body = f"/tickets/{ticket_id}/transfer", {"handle": eve.handle}
    assert market.stack.api("POST", path, by=bob, body=body).status == 200

    assert at_the_door(None, eve, bob) == [no, yes, no]


def test_while_stripe_is_down_tickets_are_kept_for_who_comes_again(market: Market) -> None:
    room_id, bob = market.on_sale(market.host()), market.person("bob")
    market.till.fail(kind="drop_before", path="/v1/payment_intents", times=1000)

    refused = market.ask_for_hold(bob, room_id, key="a click", patient=False)

    assert (refused.status, refused.json["code"]) == (503, "payments_unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert market.stock(room_id) == (2, 1, 0)

    market.till.fail()
    hold = market.ask_for_hold(bob, room_id, key="a click")

    assert hold.status == 201
    assert market.stock(room_id) == (2, 1, 0)
    assert market.till.pay(hold.json) == "succeeded"
    eventually(partial(market.stock, room_id), (2, 0, 1))


def test_who_could_not_come_again_keeps_no_tickets_while_stripe_is_down(market: Market) -> None:
    room_id = market.on_sale(market.host())
    market.till.fail(kind="error_before", path="/v1/payment_intents", times=1000)

    refused = market.ask_for_hold(market.person("bob"), room_id, patient=False)

    assert refused.status == 503
    assert market.stock(room_id) == (3, 0, 0)


def test_a_webhook_that_was_not_signed_as_it_is_or_not_lately_has_no_effect(market: Market) -> None:
    room_id = market.on_sale(market.host())
    market.till.disturb(held=True)
    assert market.till.pay(market.hold(market.person("bob"), room_id)) == "succeeded"
    event, now = market.till.event(SUCCEEDED), market.now()
    sign, too_long = market.till.signed, timedelta(seconds=310)
    body, headers = sign(event, now)
    forgeries = {
        "unsigned": (body, {}),
        "signed by another": sign(event, now, "whsec_of_another"),
        "old": sign(event, now - too_long),
        "from the future": sign(event, now + too_long),
        "encoded anew": (json.dumps(json.loads(body)).encode(), headers),
        "cut short": (body[:-1], headers),
        "of another": (body.replace(b"succeeded", b"canceled"), headers),
    }

    def receive(body: bytes, headers: dict[str, str]) -> Any:
        return market.stack.api("POST", "/stripe/webhook", body=body, headers=headers)

    for how, forged in forgeries.items():
        answer = receive(*forged)
        assert answer.status == 400, how
        assert answer.json["code"] == "bad_signature"
    assert market.stock(room_id) == (2, 1, 0)

    assert receive(*sign(event | {"id": "evt_1", "type": "customer.created"}, now)).status == 200
    assert market.stock(room_id) == (2, 1, 0)

    assert receive(body, headers).status == 200
    assert market.stock(room_id) == (2, 0, 1)


def test_webhooks_that_come_twice_and_in_the_other_order_pay_and_refund_once(
    market: Market,
) -> None:
    host = market.host()
    room_id = market.on_sale(host)
    bob, cleo = market.person("bob"), market.person("cleo")
    market.till.disturb(held=True, copies=2)
    kept = market.hold(bob, room_id)
    assert market.till.pay(kept, "4000000000000002") == "card_declined"
    assert market.till.pay(kept) == "succeeded"
    returned = market.buy(cleo, room_id)
    path = f"/tickets/{returned['tickets'][0]}/refund"
    assert market.stack.api("POST", path, by=cleo, body={}).status == 200
    assert market.stock(room_id) == (2, 1, 0)

    market.till.disturb(held=False, order="reverse")

    eventually(market.till.waiting, [])
    assert market.stock(room_id) == (2, 0, 1)
    assert [ticket["state"] for ticket in market.tickets(bob)] == ["valid"]
    assert [ticket["state"] for ticket in market.tickets(cleo)] == ["refunded"]
    assert market.till.charged(kept) == [(1200, 0)]
    assert market.till.charged(returned) == [(1200, 1200)]
    eventually(partial(market.booked, host), (2400, 1200, 36, 1164))


def test_a_payment_whose_webhook_never_comes_is_found_by_asking_stripe(fair: Market) -> None:
    room_id, bob = fair.on_sale(fair.host()), fair.person("bob")
    fair.till.disturb(drop=1000)
    hold = fair.hold(bob, room_id)
    assert fair.till.pay(hold) == "succeeded"

    fair.move_clock(minutes=10)
    fair.stack.wait_for_line(re.compile(r"event\.missed"), 15)

    # The hold lasts fifteen: that it is over would bring the sweeper to ask for it, too.
    fair.in_time(partial(fair.stock, room_id), (2, 0, 1), minutes=3)
    assert len(fair.tickets(bob)) == 1


def test_tickets_that_nobody_has_paid_are_on_sale_again(fair: Market) -> None:
    room_id, bob = fair.on_sale(fair.host()), fair.person("bob")
    hold = fair.hold(bob, room_id, 2)
    fair.move_clock(minutes=14)
    assert fair.stock(room_id) == (1, 2, 0)

    fair.in_time(partial(fair.stock, room_id), (3, 0, 0), minutes=3)

    assert fair.stack.api("GET", f"/holds/{hold['hold_id']}", by=bob).json["state"] == "lapsed"
    assert fair.till.pay(hold) == "payment_intent_unexpected_state"
    assert fair.till.charged(hold) == []


def test_when_a_room_is_cancelled_everybody_has_all_of_their_money_back(fair: Market) -> None:
    host = fair.host()
    room_id = fair.on_sale(host, quantity=5)
    bob, cleo, dan, eve = (fair.person(name) for name in ("bob", "cleo", "dan", "eve"))
    paid = [fair.buy(bob, room_id, 2), fair.buy(cleo, room_id)]
    held = fair.hold(dan, room_id)
    given = fair.stack.api(
        "POST", f"/rooms/{room_id}/comps", by=host, body={"handle": eve.handle, "quantity": 1}
    )
    assert given.status == 201
    assert fair.stock(room_id) == (0, 1, 4)

    assert fair.stack.api("POST", f"/rooms/{room_id}/cancel", by=host, body={}).status == 200

    all_back = [[(2400, 2400)], [(1200, 1200)]]
    fair.in_time(lambda: [fair.till.charged(each) for each in paid], all_back, minutes=5)
    assert fair.stock(room_id) == (5, 0, 0)
    for person in (bob, cleo, eve):
        assert {ticket["state"] for ticket in fair.tickets(person)} == {"refunded"}
    assert fair.stack.api("GET", f"/holds/{held['hold_id']}", by=dan).json["state"] == "lapsed"
    fair.in_time(partial(fair.booked, host), (3600, 3600, 0, 0), minutes=3)


def test_a_host_who_never_comes_is_called_off_and_everybody_refunded(fair: Market) -> None:
    host = fair.host()
    room_id = fair.on_sale(host, start_in=20)
    paid = fair.buy(fair.person("bob"), room_id)

    def seen() -> tuple[str, list[tuple[int, int]]]:
        state = fair.stack.api("GET", f"/rooms/{room_id}").json["state"]
        return state, fair.till.charged(paid)

    fair.move_clock(minutes=20 + 28)
    assert seen() == ("scheduled", [(1200, 0)])

    fair.in_time(seen, ("cancelled", [(1200, 1200)]), minutes=6)

    fair.in_time(partial(fair.booked, host), (1200, 1200, 0, 0), minutes=3)
