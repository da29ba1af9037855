import json

import pytest
import stripe as library
from stripe import StripeClient

from core.clock import to_rfc3339
from local.stripe import connect
from local.stripe.core import Stripe
from local.stripe.outbox import signed
from tests.local.stripe.scene import ACCOUNT, Clock, Sale, onboarding, token_of


def status_of(account: object) -> object:
    """The capability that matters, as the tickets read it."""
    assert isinstance(account, library.v2.core.Account)
    configuration = account.to_dict()["configuration"]["recipient"]
    return configuration["capabilities"]["stripe_balance"]["stripe_transfers"]["status"]


def test_a_new_account_may_not_receive_money(client: StripeClient, sale: Sale) -> None:
    account = client.v2.core.accounts.create(ACCOUNT)

    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.payment_intents.create(sale(transfer_data={"destination": account.id}))

    assert status_of(account) == "restricted"
    assert account.requirements is not None
    assert account.requirements.entries
    assert caught.value.code == "insufficient_capabilities_for_transfer"


def test_somebody_who_finishes_onboarding_makes_it_active(
    client: StripeClient, stripe: Stripe, clock: Clock
) -> None:
    account = client.v2.core.accounts.create(ACCOUNT)
    token = token_of(onboarding(client, account.id))

    goes = connect.finish(stripe.state, account.id, token, clock.now)

    after = client.v2.core.accounts.retrieve(
        account.id, {"include": ["configuration.recipient", "requirements"]}
    )
    assert goes == "https://stoa.test/back"
    assert status_of(after) == "active"
    assert after.requirements is not None
    assert after.requirements.entries == []


def test_a_link_works_once_and_not_for_long(
    client: StripeClient, stripe: Stripe, clock: Clock
) -> None:
    account = client.v2.core.accounts.create(ACCOUNT).id
    used, late = token_of(onboarding(client, account)), token_of(onboarding(client, account))
    connect.finish(stripe.state, account, used, clock.now)
    clock.pass_by(minutes=10)

    for token in (used, late):
        assert connect.finish(stripe.state, account, token, clock.now) == "https://stoa.test/again"
    assert connect.finish(stripe.state, account, "guess", clock.now) is None
    assert connect.finish(stripe.state, "acct_other", used, clock.now) is None


def test_only_what_is_included_is_told(client: StripeClient, host: str) -> None:
    bare = client.v2.core.accounts.retrieve(host)

    assert bare.configuration is None
    assert bare.requirements is None
    assert bare.contact_email == "host@example.com"


def test_an_account_that_is_not_there_is_not_found(client: StripeClient) -> None:
    with pytest.raises(library.InvalidRequestError) as caught:
        client.v2.core.accounts.retrieve("acct_nobody")

    assert caught.value.http_status == 404


def test_nobody_acts_for_an_account_that_is_not_there(client: StripeClient) -> None:
    with pytest.raises(library.PermissionError):
        client.v1.balance.retrieve(options={"stripe_account": "acct_nobody"})


def test_a_capability_that_changes_is_told_by_a_thin_event(
    client: StripeClient, stripe: Stripe, host: str, clock: Clock
) -> None:
    event = next(stripe.state.newest("v2.core.event"))
    body, headers = signed(event, "whsec_1", clock.now)

    # Without a tolerance the library does not read the machine's clock.
    library.WebhookSignature.verify_header(body, headers["Stripe-Signature"], "whsec_1")
    notice = client.parse_event_notification_without_verification(body)

    assert notice.type == connect.CAPABILITY_CHANGED
    assert notice.created == to_rfc3339(clock.now)
    assert "data" not in json.loads(body)
    assert notice.fetch_related_object().id == host
    full = notice.fetch_event().to_dict()
    assert full["data"] == {"updated_capability": "stripe_balance.stripe_transfers"}
    assert full["related_object"]["id"] == host


def test_an_account_can_lose_its_right_to_be_paid(
    client: StripeClient, stripe: Stripe, sale: Sale, host: str, clock: Clock
) -> None:
    intent = client.v1.payment_intents.create(sale())
    account = stripe.state.get("v2.core.account", host)
    connect.set_status(stripe.state, account, "restricted", clock.now)

    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_visa", "return_url": "https://stoa.test"}
        )

    assert caught.value.code == "insufficient_capabilities_for_transfer"
