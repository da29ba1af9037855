"""What goes back: refunds with the host's part, the platform's fee, and reversals by themselves."""

from dataclasses import dataclass

import pytest
from stripe import StripeClient

from core.money import Money
from functions.tickets.payments import Charge
from functions.tickets.payments.client import Payments
from functions.tickets.payments.errors import AlreadyReturned, NotEnough
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

    made = payments.returns.refund(refund, 400, sold.intent_id, reverse=True)

    transfer = client.v1.transfers.retrieve(sold.transfer_id)
    assert (made.refund_id, made.amount, made.reversed) == (refund.refund_id, 400, 400)
    assert not made.failed
    assert payments.returns.of(sold.intent_id) == [made]
    (reversal,) = payments.returns.reversals(sold.transfer_id)
    assert (reversal.amount, reversal.stripe_refund_id) == (400, made.stripe_refund_id)
    assert (transfer.amount, transfer.amount_reversed) == (1_000, 400)
    assert client.v1.application_fees.retrieve(sold.fee_id).amount_refunded == 0


def test_a_refund_is_made_once(payments: Payments, sold: Sold) -> None:
    refund = a_refund(sold.purchase, 400)

    made, again = (
        payments.returns.refund(refund, 400, sold.intent_id, reverse=True) for _ in range(2)
    )

    assert made == again
    assert payments.returns.of(sold.intent_id) == [made]


def test_money_can_go_back_without_the_hosts_part(
    client: StripeClient, payments: Payments, sold: Sold
) -> None:
    refund = a_refund(sold.purchase, 400)

    made = payments.returns.refund(refund, 400, sold.intent_id, reverse=False)

    assert made.reversed == 0
    assert client.v1.transfers.retrieve(sold.transfer_id).amount_reversed == 0


def test_no_more_goes_back_than_came(payments: Payments, sold: Sold) -> None:
    first, second = (a_refund(sold.purchase, 1_000) for _ in range(2))
    payments.returns.refund(first, 1_000, sold.intent_id, reverse=True)

    with pytest.raises(AlreadyReturned):
        payments.returns.refund(second, 1_000, sold.intent_id, reverse=True)


def test_what_completes_a_refund_tells_how_much_of_the_hosts_part_it_took(
    client: StripeClient, payments: Payments, sold: Sold
) -> None:
    for amount in (400, 600):
        refund = a_refund(sold.purchase, amount)
        made = payments.returns.refund(refund, amount, sold.intent_id, reverse=amount == 600)

    transfer = client.v1.transfers.retrieve(sold.transfer_id)
    assert made.reversed == transfer.amount_reversed >= 600


@pytest.mark.parametrize(("reverse", "fee"), [(True, False), (False, True), (True, True)])
def test_what_is_returned_by_hand_bears_none_of_our_names(
    client: StripeClient, payments: Payments, sold: Sold, *, reverse: bool, fee: bool
) -> None:
    client.v1.refunds.create(
        {
            "payment_intent": sold.intent_id,
            "amount": 500,
            "reverse_transfer": reverse,
            "refund_application_fee": fee,
        }
    )

    (made,) = payments.returns.of(sold.intent_id)
    reversals = payments.returns.reversals(sold.transfer_id)
    fees = payments.returns.fee_refunds(sold.fee_id)
    assert (made.refund_id, made.amount, made.reversed) == (None, 500, 500 * reverse)
    assert [it.amount for it in reversals] == [500] * reverse
    assert [it.amount for it in fees] == [15] * fee
    assert {it.about for it in (*reversals, *fees)} <= {None}


def test_a_charge_says_whose_it_is(payments: Payments, sold: Sold) -> None:
    assert payments.hold_of(sold.charge.charge_id) == sold.purchase.hold_id


def test_what_is_noted_on_a_payment_later_is_read(
    client: StripeClient, payments: Payments, sold: Sold
) -> None:
    client.v1.payment_intents.update(sold.intent_id, {"metadata": {"re_1": "SEPA 4711"}})

    notes = payments.intent(sold.intent_id).notes
    assert (notes["re_1"], notes["hold_id"]) == ("SEPA 4711", sold.purchase.hold_id)


def test_a_fee_goes_back_to_the_host_once(
    client: StripeClient, payments: Payments, sold: Sold
) -> None:
    about = a_refund(sold.purchase, 400).refund_id

    gone = [payments.returns.return_fee(sold.fee_id, 12, about) for _ in range(2)]

    assert gone == [12, 12]
    found = client.v1.application_fees.refunds.list(sold.fee_id).data
    assert [it.amount for it in found] == [12]


def test_the_hosts_part_can_be_taken_back_by_itself_once(
    client: StripeClient, payments: Payments, sold: Sold
) -> None:
    about = a_refund(sold.purchase, 400).refund_id

    taken = [payments.returns.take_back(sold.transfer_id, 388, about, it) for it in ("1", "2")]

    assert taken == [388, 388]
    found = client.v1.transfers.reversals.list(sold.transfer_id).data
    assert [it.amount for it in found] == [388]
    with pytest.raises(NotEnough):
        payments.returns.take_back(sold.transfer_id, 613, about + "2", "1")


def test_a_host_can_be_given_again_what_was_taken_once(
    client: StripeClient, payments: Payments, host: str
) -> None:
    about = a_purchase().hold_id

    for attempt in ("1", "2"):
        theirs = Money(amount=388, currency="usd")
        payments.returns.give_again(host, theirs, about, attempt, "hold_1")

    found = client.v1.transfers.list({"transfer_group": about}).data
    assert [(it.amount, it.destination) for it in found] == [(388, host)]
