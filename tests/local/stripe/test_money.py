"""Where the money of a destination charge goes, and how it comes back."""

from collections.abc import Callable

import pytest
import stripe as library
from stripe import StripeClient

from local.stripe.books import OPENING, processing_fee
from local.stripe.core import Stripe
from tests.local.stripe.scene import Clock, Pay, Sale

ChargeOf = Callable[[str], library.Charge]


@pytest.fixture
def balances(client: StripeClient, host: str) -> Callable[[], tuple[int, int]]:
    """What the platform has gained, and what the host has."""

    def read() -> tuple[int, int]:
        platform = client.v1.balance.retrieve().available[0].amount
        other = client.v1.balance.retrieve(options={"stripe_account": host}).available[0].amount
        return platform - OPENING, other

    return read


Balances = Callable[[], tuple[int, int]]


def test_a_charge_learns_of_its_money_only_later(
    client: StripeClient, pay: Pay, clock: Clock, balances: Balances
) -> None:
    paid = pay()
    name = str(paid.latest_charge)
    at_once = client.v1.charges.retrieve(name)
    before = balances()
    clock.pass_by(seconds=1)
    later = client.v1.charges.retrieve(name)

    assert (at_once.balance_transaction, at_once.transfer, at_once.application_fee) == (None,) * 3
    assert None not in (later.balance_transaction, later.transfer, later.application_fee)
    assert before == (0, 0)
    assert balances() == (30 - 59, 970)


def test_the_host_gets_all_but_the_fee_and_stripe_takes_its_own_from_the_platform(
    client: StripeClient, pay: Pay, charge_of: ChargeOf, host: str
) -> None:
    charge = charge_of(pay().id)

    assert isinstance(charge.balance_transaction, library.BalanceTransaction)
    assert charge.balance_transaction.fee == processing_fee(1_000) == 59
    transfer = client.v1.transfers.retrieve(str(charge.transfer))
    assert (transfer.amount, transfer.destination) == (1_000, host)
    fee = client.v1.application_fees.retrieve(str(charge.application_fee))
    assert (fee.amount, fee.account, fee.originating_transaction) == (30, host, charge.id)
    payment = client.v1.charges.retrieve(
        str(transfer.destination_payment),
        {"expand": ["balance_transaction"]},
        {"stripe_account": host},
    )
    assert isinstance(payment.balance_transaction, library.BalanceTransaction)
    assert payment.balance_transaction.net == 970


def test_a_synchronous_capture_is_booked_at_once(client: StripeClient, pay: Pay) -> None:
    paid = pay(capture_method="automatic")

    assert client.v1.charges.retrieve(str(paid.latest_charge)).transfer is not None


def test_a_part_goes_back_with_its_part_of_the_transfer(
    client: StripeClient, pay: Pay, charge_of: ChargeOf, balances: Balances
) -> None:
    charge = charge_of(pay().id)
    refund = client.v1.refunds.create(
        {"payment_intent": str(charge.payment_intent), "amount": 400, "reverse_transfer": True}
    )
    client.v1.application_fees.refunds.create(str(charge.application_fee), {"amount": 12})

    transfer = client.v1.transfers.retrieve(str(charge.transfer))
    assert refund.status == "succeeded"
    assert transfer.amount_reversed == 400
    assert [it.id for it in transfer.reversals.data] == [refund.transfer_reversal]
    assert transfer.reversals.data[0].source_refund == refund.id
    assert balances() == (18 - 59, 582)


def test_a_whole_refund_can_take_everything_back(
    client: StripeClient, pay: Pay, balances: Balances
) -> None:
    paid = pay(amount=999, application_fee_amount=333)
    for amount in (100, 899):
        client.v1.refunds.create(
            {
                "payment_intent": paid.id,
                "amount": amount,
                "reverse_transfer": True,
                "refund_application_fee": True,
            }
        )

    assert balances() == (-processing_fee(999), 0)
    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": paid.id})
    assert caught.value.code == "charge_already_refunded"


def test_a_refund_does_not_overtake_the_money_it_returns(
    client: StripeClient, pay: Pay, balances: Balances, clock: Clock
) -> None:
    client.v1.refunds.create({"payment_intent": pay().id, "reverse_transfer": True})
    clock.pass_by(seconds=5)

    assert balances() == (30 - 59, -30)


@pytest.mark.parametrize("amount", [0, 1_001])
def test_no_more_goes_back_than_came(client: StripeClient, pay: Pay, amount: int) -> None:
    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": pay().id, "amount": amount})

    assert caught.value.param == "amount"


def test_what_was_not_paid_does_not_go_back(client: StripeClient, sale: Sale) -> None:
    intent = client.v1.payment_intents.create(sale())

    with pytest.raises(library.InvalidRequestError, match="successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})


def test_a_host_with_nothing_left_gives_nothing_back_and_nothing_has_happened(
    client: StripeClient, stripe: Stripe, pay: Pay, host: str, balances: Balances
) -> None:
    paid = pay()
    stripe.state.short_of_money.add(host)

    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": paid.id, "reverse_transfer": True})

    assert caught.value.code == "balance_insufficient"
    assert client.v1.refunds.list({"payment_intent": paid.id}).data == []
    assert balances() == (30 - 59, 970)
    assert client.v1.refunds.create({"payment_intent": paid.id}).transfer_reversal is None


def test_a_transfer_can_be_taken_back_by_itself(
    client: StripeClient, pay: Pay, charge_of: ChargeOf, balances: Balances
) -> None:
    transfer = str(charge_of(pay().id).transfer)
    client.v1.transfers.reversals.create(transfer, {"amount": 300, "metadata": {"about": "debt"}})
    client.v1.transfers.reversals.create(transfer)

    found = client.v1.transfers.reversals.list(transfer)
    assert [it.amount for it in found.data] == [700, 300]
    assert client.v1.transfers.retrieve(transfer).reversed
    assert balances() == (1_030 - 59, -30)


def test_money_can_be_given_to_a_host_who_may_receive_it(
    client: StripeClient, host: str, balances: Balances
) -> None:
    client.v1.transfers.create(
        {"amount": 20, "currency": "usd", "destination": host, "transfer_group": "again"}
    )

    assert [it.amount for it in client.v1.transfers.list({"transfer_group": "again"}).data] == [20]
    assert client.v1.transfers.list({"transfer_group": "else"}).data == []
    assert balances() == (-20, 20)
    with pytest.raises(library.InvalidRequestError) as caught:
        client.v1.transfers.create({"amount": OPENING, "currency": "usd", "destination": host})
    assert caught.value.code == "balance_insufficient"


@pytest.mark.parametrize(
    ("card", "states"),
    [
        ("pm_card_visa", ["succeeded", "succeeded"]),
        ("pm_card_pendingRefund", ["pending", "succeeded"]),
        ("pm_card_refundFail", ["succeeded", "failed"]),
    ],
)
def test_some_cards_take_their_time_or_take_nothing_back(
    client: StripeClient, pay: Pay, clock: Clock, card: str, states: list[str]
) -> None:
    refund = client.v1.refunds.create({"payment_intent": pay(card).id})
    clock.pass_by(seconds=2)

    assert [refund.status, client.v1.refunds.retrieve(refund.id).status] == states


def test_a_refund_that_failed_is_the_platforms_again(
    client: StripeClient, pay: Pay, clock: Clock, balances: Balances
) -> None:
    paid = pay("pm_card_refundFail")
    client.v1.refunds.create({"payment_intent": paid.id})
    clock.pass_by(seconds=2)

    events = client.v1.events.list({"type": "refund.failed"})
    assert len(events.data) == 1
    assert balances() == (30 - 59, 970)
