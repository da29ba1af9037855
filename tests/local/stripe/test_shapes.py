"""Everything that is answered looks as the client's types, made of Stripe's specification, say."""

import inspect
import re
import sys
import typing
from collections.abc import Iterator
from typing import Any

import pytest
import stripe as library
from stripe import StripeClient, StripeObject
from stripe.v2.core import Account, AccountLink, Event

from local.stripe.core import Stripe
from local.stripe.state import shown
from tests.local.stripe.scene import ACCOUNT, Clock, Pay, onboarding

TYPES: dict[str, type[StripeObject]] = {
    "application_fee": library.ApplicationFee,
    "balance_transaction": library.BalanceTransaction,
    "charge": library.Charge,
    "dispute": library.Dispute,
    "event": library.Event,
    "fee_refund": library.ApplicationFeeRefund,
    "payment_intent": library.PaymentIntent,
    "payment_method": library.PaymentMethod,
    "refund": library.Refund,
    "transfer": library.Transfer,
    "transfer_reversal": library.TransferReversal,
    "webhook_endpoint": library.WebhookEndpoint,
    "v2.core.account": Account,
    "v2.core.event": Event,
}
# Told with thin events, but declared by the event's own class.
OF_EVENTS = {"data", "related_object"}


def differences(declared: type[StripeObject], given: Any, path: str) -> Iterator[str]:
    """Members that the types don't know, or that must be there and are not."""
    hints = declared.__annotations__
    for name, value in given.items():
        if name not in hints:
            yield f"{path}.{name} is not declared"
            continue
        if value is None and not optional(hints[name]):
            yield f"{path}.{name} can't be null"
        inner = object_in(hints[name])
        for member in value if isinstance(value, list) else [value]:
            if inner and isinstance(member, dict):
                yield from differences(inner, member, f"{path}.{name}")
    for name, hint in hints.items():
        if (
            name not in given
            and not optional(hint)
            and typing.get_origin(hint) is not typing.ClassVar
        ):
            yield f"{path}.{name} is missing"


def optional(hint: Any) -> bool:
    return type(None) in typing.get_args(hint)


def object_in(hint: Any) -> type[StripeObject] | None:
    """The class of a member that is an object, if it is one of its owner's own."""
    for part in (hint, *typing.get_args(hint)):
        inner = typing.get_args(part) if typing.get_origin(part) is list else (part,)
        for one in inner:
            is_own = inspect.isclass(one) and issubclass(one, StripeObject)
            if is_own and one.__qualname__.count("."):
                return typing.cast("type[StripeObject]", one)
    return None


@pytest.fixture
def world(client: StripeClient, stripe: Stripe, pay: Pay, clock: Clock) -> Stripe:
    """One of everything, in every state that it can be in."""
    for card in ("pm_card_visa", "pm_card_refundFail", "pm_card_pendingRefund"):
        intent = pay(card)
        client.v1.refunds.create(
            {
                "payment_intent": intent.id,
                "amount": 500,
                "reverse_transfer": True,
                "refund_application_fee": True,
            }
        )
    with pytest.raises(library.CardError):
        pay("pm_card_chargeDeclined")
    pay("pm_card_authenticationRequired")
    disputed = pay("pm_card_createDispute")
    clock.pass_by(seconds=2)
    (dispute,) = client.v1.disputes.list({"payment_intent": disputed.id}).data
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    client.v1.webhook_endpoints.create({"url": "https://stoa.test", "enabled_events": ["*"]})
    clock.pass_by(seconds=2)
    stripe.advance(clock.now)
    return stripe


@pytest.mark.parametrize("kind", TYPES)
def test_an_object_has_the_members_that_it_should(world: Stripe, kind: str) -> None:
    found = [shown(it) for it in world.state.everybodys(kind)]
    hidden = OF_EVENTS if kind == "v2.core.event" else set()

    assert found
    wrong = {
        difference
        for it in found
        for difference in differences(
            TYPES[kind], {name: it[name] for name in it if name not in hidden}, kind
        )
    }
    assert wrong == set()


def test_an_account_and_its_link_have_the_members_that_they_should(client: StripeClient) -> None:
    everything = ["configuration.recipient", "defaults", "identity", "requirements"]
    account = client.v2.core.accounts.create(ACCOUNT | {"include": everything})
    link = onboarding(client, account.id)

    assert list(differences(Account, account.to_dict(), "account")) == []
    assert list(differences(AccountLink, link.to_dict(), "link")) == []


def test_the_balance_has_the_members_that_it_should(client: StripeClient) -> None:
    balance = client.v1.balance.retrieve().to_dict()

    assert list(differences(library.Balance, balance, "balance")) == []


def test_every_code_of_an_error_is_one_that_stripe_documents() -> None:
    hint = library.PaymentIntent.LastPaymentError.__annotations__["code"]
    known = {code for part in typing.get_args(hint) for code in typing.get_args(part)}
    unlisted = {"insufficient_capabilities_for_transfer", "not_found"}
    modules = [module for name, module in sys.modules.items() if name.startswith("local.stripe.")]
    sources = "".join(inspect.getsource(module) for module in modules)
    used = set(re.findall(r'\bcode ?= ?"([a-z_]+)"', sources))

    assert {"resource_missing", "balance_insufficient"} <= used
    assert used - known == unlisted


def test_the_check_of_shapes_finds_what_is_wrong() -> None:
    given = {"id": None, "invented": 1}

    found = set(differences(library.Refund, given, "refund"))

    assert "refund.invented is not declared" in found
    assert "refund.id can't be null" in found
    assert "refund.amount is missing" in found
