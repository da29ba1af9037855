"""What goes back: refunds with the host's part, the platform's fee, and reversals by themselves."""

from dataclasses import dataclass

import pytest
from stripe import StripeClient

from core.money import Money
from functions.tickets.payments import Charge
from functions.tickets.payments.client import Payments
from functions.tickets.payments.errors import AlreadyReturned
from functions.tickets.rules.model import Purchase
from tests.contract.stripe.sales import a_purchase, a_refund, eventually


@dataclass(frozen=True, slots=True)
class Sold:
    """A purchase that was paid, and whose money is where it belongs."""

    purchase: Purchase
    intent_id: str
    charge: Charge

    @property
    def transfer_id(self) -> str:
        assert self.charge.transfer_id
        return self.charge.transfer_id

    @property
    def fee_id(self) -> str:
        assert self.charge.stripe_fee_id
        return self.charge.stripe_fee_id


@pytest.fixture
def sold(client: StripeClient, payments: Payments, host: str) -> Sold:
    """By a card whose money is at hand at once."""
    purchase = a_purchase()
    intent = payments.open_intent(purchase, host)
    client.v1.payment_intents.confirm(
        intent.intent_id,
        {"payment_method": "pm_card_bypassPending", "return_url": "https://stoa.test"},
    )
    charge = eventually(
        lambda: payments.intent(intent.intent_id).charge,
        lambda charge: charge.transfer_id and charge.stripe_fee_id,
    )
    assert charge is not None
    return Sold(purchase, intent.intent_id, charge)


def test_a_part_goes_back_with_the_hosts_part_of_it(
    client: StripeClient, payments: Payments, sold: Sold
) -> None:
    refund = a_refund(sold.purchase, 400)

    made = payments.returns.refund(refund, sold.intent_id, reverse=True)

    transfer = client.v1.transfers.retrieve(sold.transfer_id)
    assert made.reversed
    assert not made.failed
    gone = payments.returns.of(sold.intent_id)
    assert payments.returns.find(refund, gone) == made
    assert (transfer.amount, transfer.amount_reversed) == (1_000, 400)
    assert client.v1.application_fees.retrieve(sold.fee_id).amount_refunded == 0


def test_a_refund_is_made_once(payments: Payments, sold: Sold) -> None:
    refund = a_refund(sold.purchase, 400)

    made, again = (payments.returns.refund(refund, sold.intent_id, reverse=True) for _ in range(2))

    assert made == again
    assert payments.returns.of(sold.intent_id) == [made]


def test_money_can_go_back_without_the_hosts_part(
    client: StripeClient, payments: Payments, sold: Sold
) -> None:
    made = payments.returns.refund(a_refund(sold.purchase, 400), sold.intent_id, reverse=False)

    assert not made.reversed
    assert client.v1.transfers.retrieve(sold.transfer_id).amount_reversed == 0


def test_no_more_goes_back_than_came(payments: Payments, sold: Sold) -> None:
    payments.returns.refund(a_refund(sold.purchase, 1_000), sold.intent_id, reverse=True)

    with pytest.raises(AlreadyReturned):
        payments.returns.refund(a_refund(sold.purchase, 1_000), sold.intent_id, reverse=True)


def test_a_fee_goes_back_to_the_host_once(
    client: StripeClient, payments: Payments, sold: Sold
) -> None:
    about = a_refund(sold.purchase, 400).refund_id

    for _ in range(2):
        payments.returns.return_fee(sold.fee_id, 12, about)

    found = client.v1.application_fees.refunds.list(sold.fee_id).data
    assert [it.amount for it in found] == [12]


def test_the_hosts_part_can_be_taken_back_by_itself_once(
    client: StripeClient, payments: Payments, sold: Sold
) -> None:
    about = a_refund(sold.purchase, 400).refund_id

    for attempt in ("1", "2"):
        payments.returns.take_back(sold.transfer_id, 388, about, attempt)

    found = client.v1.transfers.reversals.list(sold.transfer_id).data
    assert [it.amount for it in found] == [388]


def test_a_host_can_be_given_again_what_was_taken_once(
    client: StripeClient, payments: Payments, host: str
) -> None:
    about = a_purchase().hold_id

    for attempt in ("1", "2"):
        payments.returns.give_again(host, Money(amount=388, currency="usd"), about, attempt)

    found = client.v1.transfers.list({"transfer_group": about}).data
    assert [(it.amount, it.destination) for it in found] == [(388, host)]
