"""Stripe's events at our door."""

from datetime import timedelta

import pytest

from functions.tickets.rules.life import State
from local.stripe.faults import Fault, Kind
from local.stripe.outbox import signed

PAID = "payment_intent.succeeded"


@pytest.fixture
def sale(front):
    """A hold that was paid at Stripe; we have not heard of it."""
    room_id = front.shop.offer(5).room_id
    hold_id = front.ask("ada", "POST", f"/rooms/{room_id}/holds", {"quantity": 2}).json["hold_id"]
    front.shop.pay(front.shop.purchase(hold_id).intent_id)
    return hold_id


def event_of(front, kind):
    return next(e for e in front.shop.stripe.state.newest("event") if e["type"] == kind)


def post(front, event, *, secret="whsec_new", body=None, signature=None):
    written, headers = signed(event, secret, front.shop.now)
    return front.ask(
        None,
        "POST",
        "/stripe/webhook",
        body or written,
        headers={"stripe-signature": signature or headers["Stripe-Signature"]},
    )


def test_an_event_settles_its_purchase(front, sale):
    answer = post(front, event_of(front, PAID))

    assert answer.status == 200
    assert front.shop.purchase(sale).state is State.PAID


def test_what_is_paid_on_a_hosts_own_account_pays_no_purchase(front, sale):
    event = event_of(front, PAID) | {"account": "acct_of_a_host"}

    answer = post(front, event)

    assert answer.status == 200
    assert front.shop.purchase(sale).state is State.HELD


def test_what_is_not_signed_has_no_effect(front, sale):
    answer = post(front, event_of(front, PAID), secret="whsec_guessed")

    assert answer.status == 400
    assert answer.json["code"] == "bad_signature"
    assert front.shop.purchase(sale).state is State.HELD


def test_a_body_that_was_written_again_has_no_effect(front, sale):
    event = event_of(front, PAID)
    body, _ = signed(event, "whsec_new", front.shop.now)

    answer = post(front, event, body=body.replace(b"  ", b" "))

    assert answer.status == 400
    assert front.shop.purchase(sale).state is State.HELD


def test_an_unknown_type_is_taken_and_forgotten(front):
    event = {"id": "evt_1", "object": "event", "type": "invoice.paid", "data": {"object": {}}}

    assert post(front, event).status == 200
    assert front.shop.parts.events.find("evt_1") is None


def test_an_event_about_nothing_of_ours_is_kept(front):
    subject = {"id": "pi_x", "object": "payment_intent", "metadata": {"hold_id": "hold_x"}}
    event = {"id": "evt_1", "object": "event", "type": PAID, "data": {"object": subject}}

    assert post(front, event).status == 200
    assert front.shop.parts.events.find("evt_1").due_at is None


def test_an_event_is_taken_though_stripe_is_away(front, sale):
    event = event_of(front, "charge.succeeded") | {"type": "charge.updated"}
    front.shop.stripe.faults.plan(Fault(kind=Kind.ERROR_BEFORE, times=9))

    assert post(front, event).status == 200
    assert front.shop.parts.events.find(event["id"]).due_at is not None


def test_an_event_that_comes_twice_is_looked_into_once(front, sale):
    event = event_of(front, PAID)

    assert [post(front, event).status for _ in range(2)] == [200, 200]
    assert front.shop.parts.events.find(event["id"]).due_at is None


def test_an_event_of_three_days_ago_still_counts(front, sale):
    """Stripe signs anew each time that it tries."""
    event = event_of(front, PAID)
    event["created"] -= int(timedelta(days=3).total_seconds())

    assert post(front, event).status == 200
    assert front.shop.purchase(sale).state is State.PAID


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff"])
def test_what_is_no_event_at_all_is_refused(front, body):
    headers = {"stripe-signature": "t=1,v1=00"}

    answer = front.ask(None, "POST", "/stripe/webhook", body, headers=headers)

    assert (answer.status, answer.json["code"]) == (400, "bad_signature")
