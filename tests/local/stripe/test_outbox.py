from datetime import datetime, timedelta

import pytest
from stripe import Webhook, WebhookSignature

from local.stripe.errors import Obj
from local.stripe.outbox import GIVES_UP, Endpoint, Outbox, signed

ALL = Endpoint(name="we_1", url="http://stoa.test", secret="whsec_1")


def event(name: str = "evt_1", kind: str = "charge.updated") -> Obj:
    return {"id": name, "object": "event", "type": kind, "pending_webhooks": 1}


@pytest.fixture
def outbox() -> Outbox:
    outbox = Outbox()
    outbox.subscribe(ALL)
    return outbox


def due(outbox: Outbox, now: datetime) -> list[str]:
    return [it.event["id"] for it in outbox.due(now)]


def test_stripes_own_library_knows_the_signature(now: datetime) -> None:
    body, headers = signed(event(), "whsec_1", now)

    assert WebhookSignature.verify_header(body, headers["Stripe-Signature"], "whsec_1")
    made = Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_1")
    assert made.type == "charge.updated"


def test_an_event_waits_until_it_is_taken(outbox: Outbox, now: datetime) -> None:
    outbox.post(event(), now)
    (delivery,) = outbox.due(now)

    outbox.answered(delivery, now, taken=True)

    assert delivery.event["pending_webhooks"] == 0
    assert due(outbox, now + GIVES_UP) == []


def test_what_is_not_taken_comes_again_soon_then_ever_later(outbox: Outbox, now: datetime) -> None:
    outbox.post(event(), now)
    times, time = [], now
    while waiting := outbox.waiting():
        time = waiting[0].due
        times.append((time - now).total_seconds())
        outbox.answered(waiting[0], time, taken=False)

    assert times[:4] == [0, 1, 3, 8]
    assert times == sorted(times)
    assert timedelta(days=2) < timedelta(seconds=times[-1]) <= GIVES_UP


def test_events_can_be_held_and_turned_round(outbox: Outbox, now: datetime) -> None:
    outbox.held = True
    for name in ("evt_1", "evt_2", "evt_3"):
        outbox.post(event(name), now)
    held = due(outbox, now)
    outbox.reverse()
    outbox.held = False

    assert held == []
    assert due(outbox, now) == ["evt_3", "evt_2", "evt_1"]
    outbox.shuffle(1)
    assert sorted(due(outbox, now)) == ["evt_1", "evt_2", "evt_3"]


def test_events_can_be_lost_and_doubled(outbox: Outbox, now: datetime) -> None:
    outbox.drop, outbox.copies = 1, 2
    for name in ("evt_1", "evt_2"):
        outbox.post(event(name), now)

    assert due(outbox, now) == ["evt_2", "evt_2"]


def test_an_endpoint_gets_what_it_asked_for(now: datetime) -> None:
    outbox = Outbox()
    outbox.subscribe(Endpoint(name="a", url="http://a", secret="s", kinds=("charge.updated",)))
    outbox.subscribe(Endpoint(name="b", url="http://b", secret="s", thin=True))
    for kind in ("charge.updated", "refund.failed", "v2.core.account.updated"):
        outbox.post(event(kind, kind), now)

    got = [(it.endpoint.name, it.event["id"]) for it in outbox.due(now)]
    assert got == [
        ("a", "charge.updated"),
        ("b", "charge.updated"),
        ("b", "refund.failed"),
        ("b", "v2.core.account.updated"),
    ]


def test_a_secret_is_not_shown(outbox: Outbox, now: datetime) -> None:
    outbox.post(event(), now)

    assert "whsec" not in repr(outbox.waiting()[0])
    assert "whsec" not in str(outbox.waiting()[0].shown())
