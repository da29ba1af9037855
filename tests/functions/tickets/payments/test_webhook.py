"""Only what Stripe signed as it came, and lately, is read."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from functions.tickets.payments import Forged, read_webhook
from local.stripe.outbox import signed

SECRETS = ("whsec_new", "whsec_old")
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "charge.refunded",
    "data": {
        "object": {
            "id": "ch_1",
            "object": "charge",
            "payment_intent": "pi_1",
            "metadata": {"hold_id": "hold_1"},
        }
    },
}
THIN = {
    "id": "evt_2",
    "object": "v2.core.event",
    "type": "v2.core.account[configuration.recipient].capability_status_updated",
    "related_object": {"id": "acct_1", "type": "v2.core.account"},
}


def read(event, now, *, secret="whsec_new", signed_at=None, body=None, secrets=SECRETS):
    original, headers = signed(event, secret, signed_at or now)
    return read_webhook(body or original, headers["Stripe-Signature"], secrets, now)


@pytest.mark.parametrize("secret", SECRETS)
def test_either_secret_will_do_while_one_is_replaced(now, secret):
    notice = read(EVENT, now, secret=secret)

    assert notice.event_id == "evt_1"
    assert notice.subject_id == "ch_1"
    assert notice.intent_id == "pi_1"
    assert notice.hold_id == "hold_1"
    assert notice.due_at == now


def test_a_thin_event_names_the_account_that_it_is_about(now):
    notice = read(THIN, now)

    assert notice.kind.startswith("v2.core.account")
    assert notice.subject_id == "acct_1"


def test_an_event_four_minutes_on_its_way_is_read(now):
    assert read(EVENT, now, signed_at=now - timedelta(minutes=4)).event_id == "evt_1"


@pytest.mark.parametrize("away", [timedelta(minutes=6), timedelta(days=-1)])
def test_what_was_signed_long_ago_or_ahead_is_refused(now, away):
    with pytest.raises(Forged):
        read(EVENT, now, signed_at=now - away)


def test_another_secret_is_refused(now):
    with pytest.raises(Forged):
        read(EVENT, now, secret="whsec_guessed")


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(EVENT, separators=(",", ":")).encode(),
        json.dumps(EVENT, indent=2).encode("utf-16"),
        json.dumps(EVENT | {"type": "payment_intent.succeeded"}, indent=2).encode(),
        b"\xff\xfe",
        b"",
    ],
)
def test_a_body_that_was_written_again_or_changed_is_refused(now, body):
    _, headers = signed(EVENT, "whsec_new", now)

    with pytest.raises(Forged):
        read_webhook(body, headers["Stripe-Signature"], SECRETS, now)


@pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=00", "t=1893499200,v0=00", "💸"])
def test_a_header_that_is_none_is_refused(now, header):
    body, _ = signed(EVENT, "whsec_new", now)

    with pytest.raises(Forged):
        read_webhook(body, header, SECRETS, now)


@pytest.mark.parametrize("event", [{}, {"id": "evt_1"}, {"id": "e", "type": "x", "data": []}])
def test_what_is_signed_but_no_event_is_refused(now, event):
    body = json.dumps(event).encode()

    with pytest.raises(Forged):
        read_webhook(body, signature_of(body, now), SECRETS, now)


def signature_of(body, now):
    """Stripe's own, of any bytes."""
    time = int(now.timestamp())
    mac = hmac.new(b"whsec_new", b"%d." % time + body, hashlib.sha256).hexdigest()
    return f"t={time},v1={mac}"
