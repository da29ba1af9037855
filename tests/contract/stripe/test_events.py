"""What Stripe tells: events that are listed and delivered, disputes, hosts' accounts, refusals."""

from datetime import timedelta
from typing import Any

import pytest
import stripe
from stripe import StripeClient, WebhookSignature

from core.clock import utc_now
from core.ids import new_id
from functions.tickets.payments import Evidence
from functions.tickets.payments.client import Payments
from functions.tickets.payments.webhook import Forged, read_webhook
from functions.tickets.rules.payees import PayoutState
from tests.contract.stripe.sales import a_purchase, eventually

URL = "https://stoa.test"
SECRET = "whsec_contract"
PAID = "payment_intent.succeeded"


@pytest.fixture
def paid(client: StripeClient, payments: Payments, host: str) -> stripe.PaymentIntent:
    """A payment that was made just now."""
    intent = payments.open_intent(a_purchase(), host)
    return client.v1.payment_intents.confirm(
        intent.intent_id, {"payment_method": "pm_card_visa", "return_url": URL}
    )


def test_what_happened_is_listed(payments: Payments, paid: stripe.PaymentIntent) -> None:
    now = utc_now()
    since = now - timedelta(minutes=5)

    notices = eventually(
        lambda: payments.events([PAID], since, None, now)[0],
        lambda found: paid.id in {it.intent_id for it in found},
    )

    notice = next(it for it in notices if it.intent_id == paid.id)
    assert {it.kind for it in notices} == {PAID}
    assert notice.hold_id == paid.metadata["hold_id"]
    assert notice.subject_id == paid.id
    _, more = payments.events([PAID], since, notices[-1].event_id, now)
    assert more is None or more != notices[-1].event_id


def test_what_is_delivered_says_the_same_as_what_is_listed(
    client: StripeClient, payments: Payments, paid: stripe.PaymentIntent
) -> None:
    now = utc_now()
    event = eventually(
        lambda: next(
            (
                it
                for it in client.v1.events.list({"types": [PAID], "limit": 100}).data
                if it.data.object["id"] == paid.id
            ),
            None,
        ),
        lambda found: found is not None,
    )
    assert event is not None
    body = str(event)
    header = WebhookSignature.generate_signature_header(body, SECRET, int(now.timestamp()))

    notice = read_webhook(body.encode(), header, ["whsec_newer", SECRET], now)

    assert (notice.event_id, notice.kind, notice.intent_id) == (event.id, PAID, paid.id)
    for forged, signed_by in ((f"{body} ", SECRET), (body, "whsec_other")):
        with pytest.raises(Forged):
            read_webhook(forged.encode(), header, [signed_by], now)
    with pytest.raises(Forged):
        read_webhook(body.encode(), header, [SECRET], now + timedelta(minutes=6))


def test_a_dispute_is_told_and_can_be_answered(
    client: StripeClient, payments: Payments, host: str
) -> None:
    intent = payments.open_intent(a_purchase(), host)
    client.v1.payment_intents.confirm(
        intent.intent_id, {"payment_method": "pm_card_createDispute", "return_url": URL}
    )
    (found,) = eventually(
        lambda: client.v1.disputes.list({"payment_intent": intent.intent_id}).data, bool
    )
    dispute = eventually(lambda: payments.dispute(found.id), lambda it: it.withdrawn)
    payments.stage_evidence(
        found.id,
        Evidence(product="A ticket", used_on="1 January", activity="came", refund_policy="never"),
    )

    staged = client.v1.disputes.retrieve(found.id)
    assert dispute.intent_id == intent.intent_id
    assert dispute.amount.amount == 1_000
    assert dispute.cost is not None
    assert dispute.cost.amount > 0
    assert not dispute.reinstated
    assert staged.status == "needs_response"
    assert staged.evidence.access_activity_log == "came"


def test_a_hosts_account_is_opened_once_and_waits_for_the_host(payments: Payments) -> None:
    host_id = new_id("host", utc_now())

    account, again = (payments.accounts.open(host_id, "Hana") for _ in range(2))
    link = payments.accounts.link(account, refresh_url=URL, return_url=URL)

    assert account == again
    assert link.startswith("http")
    assert payments.accounts.state(account) is not PayoutState.ACTIVE


def test_an_onboarded_host_can_be_paid(payments: Payments, host: str) -> None:
    assert payments.accounts.state(host) is PayoutState.ACTIVE


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"currency": "usd"}, "parameter_missing", "amount"),
        ({"amount": 500, "currency": "usd", "colour": "red"}, "parameter_unknown", "colour"),
        ({"amount": "five", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 5, "currency": "usd"}, "amount_too_small", None),
        (
            {"amount": 500, "currency": "usd", "transfer_data": {"destination": "acct_nobody"}},
            "resource_missing",
            "transfer_data[destination]",
        ),
    ],
)
def test_a_payment_that_makes_no_sense_is_refused(
    client: StripeClient, params: Any, code: str, param: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(params)

    assert caught.value.http_status == 400
    assert caught.value.code == code
    assert param is None or caught.value.param == param


def test_what_is_not_there_is_not_found(client: StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.retrieve("pi_nobody")

    assert caught.value.http_status == 404
    assert caught.value.code == "resource_missing"


def test_a_page_has_one_to_a_hundred(client: StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.events.list({"limit": 101})

    assert caught.value.param == "limit"
