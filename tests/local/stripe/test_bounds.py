"""Nothing that the stand-in keeps grows for ever."""

from datetime import datetime, timedelta

from local.stripe.core import Stripe
from local.stripe.faults import MAX_PLANNED, Fault, Faults, Kind
from local.stripe.idempotency import MAX_KEYS, Kept, Keys
from local.stripe.outbox import MAX_WAITING, Endpoint, Outbox
from local.stripe.state import MAX_OBJECTS


def test_of_too_many_objects_the_oldest_are_forgotten(stripe: Stripe, now: datetime) -> None:
    first = stripe.state.add("v2.core.account", now)
    stripe.state.balances[first["id"], "usd"] = 5
    for _ in range(MAX_OBJECTS):
        stripe.state.add("v2.core.account", now)

    assert len(list(stripe.state.newest("v2.core.account"))) == MAX_OBJECTS
    assert stripe.state.find("v2.core.account", first["id"]) is None
    assert not stripe.state.balances


def test_of_too_many_webhooks_the_oldest_are_given_up(now: datetime) -> None:
    outbox = Outbox()
    outbox.subscribe(Endpoint(name="we_1", url="http://stoa.test", secret="whsec_1"))
    for number in range(MAX_WAITING + 1):
        event = {"id": f"evt_{number}", "object": "event", "type": "charge.updated"}
        outbox.post(event, now)

    assert len(outbox.waiting()) == MAX_WAITING
    assert outbox.waiting()[0].event["id"] == "evt_1"


def test_of_too_many_keys_the_oldest_are_forgotten(now: datetime) -> None:
    keys = Keys()
    kept = Kept(path="/", asked="", request_id="req_1", status=200, body="", since=now, ready=now)
    for number in range(MAX_KEYS + 1):
        keys.keep("", str(number), kept, v2=False)

    assert keys.find("", "0", "/", "", now) is None
    assert keys.find("", "1", "/", "", now + timedelta(hours=1)) == kept


def test_of_too_many_faults_the_oldest_are_forgotten() -> None:
    faults = Faults()
    faults.plan(*(Fault(kind=Kind.LATE, seconds=number) for number in range(MAX_PLANNED + 1)))

    assert len(faults.planned()) == MAX_PLANNED
    assert faults.planned()[0].seconds == 1


def test_a_body_has_an_end(stripe: Stripe, now: datetime) -> None:
    answer = stripe.request("POST", "/v1/refunds", body="a" * 300_000, now=now)

    assert answer.status == 413
