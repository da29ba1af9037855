from collections.abc import Callable

import pytest
import stripe as library
from stripe import StripeClient

from local.stripe.books import DISPUTE_FEE, OPENING
from local.stripe.core import Stripe
from tests.local.stripe.scene import Clock, Pay

Dispute = Callable[[], library.Dispute]


@pytest.fixture
def disputed(client: StripeClient, pay: Pay, clock: Clock) -> Dispute:
    """The dispute of a payment that was made two seconds ago."""

    def find() -> library.Dispute:
        paid = pay("pm_card_createDispute")
        assert client.v1.disputes.list({"payment_intent": paid.id}).data == []
        clock.pass_by(seconds=2)
        (found,) = client.v1.disputes.list({"payment_intent": paid.id}).data
        return found

    return find


def platform(client: StripeClient) -> int:
    return client.v1.balance.retrieve().available[0].amount - OPENING


def test_a_disputed_charge_is_taken_from_the_platform_at_once(
    client: StripeClient, disputed: Dispute
) -> None:
    dispute = disputed()

    kinds = [it.type for it in client.v1.events.list({"type": "charge.dispute.*"}).data]
    assert dispute.status == "needs_response"
    assert [(it.amount, it.fee) for it in dispute.balance_transactions] == [(-1_000, DISPUTE_FEE)]
    assert kinds == ["charge.dispute.funds_withdrawn", "charge.dispute.created"]
    assert platform(client) == 30 - 59 - 1_000 - DISPUTE_FEE


def test_a_disputed_charge_can_not_be_refunded(client: StripeClient, disputed: Dispute) -> None:
    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": str(disputed().charge)})

    assert caught.value.code == "charge_disputed"


def test_evidence_can_be_staged_and_sent(client: StripeClient, disputed: Dispute) -> None:
    name = disputed().id
    staged = client.v1.disputes.update(
        name, {"evidence": {"service_date": "1 January"}, "submit": False}
    )
    sent = client.v1.disputes.update(name, {"evidence": {"product_description": "A ticket"}})

    assert staged.status == "needs_response"
    assert staged.evidence_details.has_evidence
    assert sent.status == "under_review"
    assert sent.evidence.service_date == "1 January"
    assert sent.evidence_details.submission_count == 1


@pytest.mark.parametrize(("status", "back"), [("won", 1_000 + DISPUTE_FEE), ("lost", 0)])
def test_the_bank_decides_by_the_evidence(
    client: StripeClient, disputed: Dispute, clock: Clock, status: str, back: int
) -> None:
    name = disputed().id
    before = platform(client)
    text = "winning_evidence" if status == "won" else "losing_evidence"
    client.v1.disputes.update(name, {"evidence": {"uncategorized_text": text}})
    clock.pass_by(seconds=2)

    kinds = [it.type for it in client.v1.events.list({"limit": 2}).data]
    assert client.v1.disputes.retrieve(name).status == status
    assert platform(client) - before == back
    assert kinds[0] == "charge.dispute.closed"
    assert (kinds[1] == "charge.dispute.funds_reinstated") == (status == "won")


def test_a_platform_may_give_up(client: StripeClient, disputed: Dispute) -> None:
    name = disputed().id

    assert client.v1.disputes.close(name).status == "lost"
    with pytest.raises(library.InvalidRequestError, match="already lost"):
        client.v1.disputes.update(name, {"evidence": {"product_description": "A ticket"}})


def test_one_charge_is_disputed_once(stripe: Stripe, disputed: Dispute, clock: Clock) -> None:
    disputed()
    clock.pass_by(days=1)
    stripe.advance(clock.now)

    assert len(list(stripe.state.newest("dispute"))) == 1
