"""The stand-in's own books: whatever is paid and given back, no cent appears or is lost."""

from datetime import UTC, datetime

import stripe as library
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe import StripeClient

from local.stripe import connect
from local.stripe.books import OPENING, processing_fee
from local.stripe.core import Stripe
from local.stripe.in_process import InProcess
from local.stripe.state import PLATFORM
from tests.local.stripe.scene import ACCOUNT, Clock

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@settings(max_examples=40, deadline=None)
@given(
    amounts=st.lists(st.tuples(st.integers(50, 9_999), st.integers(0, 50)), min_size=1, max_size=3),
    parts=st.lists(st.tuples(st.integers(1, 9_999), st.booleans(), st.booleans()), max_size=4),
)
def test_no_cent_appears_or_is_lost(
    amounts: list[tuple[int, int]], parts: list[tuple[int, bool, bool]]
) -> None:
    world = World()
    intents = [world.pay(amount, fee) for amount, fee in amounts]
    for place, (amount, reverse, with_fee) in enumerate(parts):
        world.give_back(intents[place % len(intents)], amount, reverse=reverse, with_fee=with_fee)

    balances = world.stripe.state.balances
    held = sum(balances.values()) - OPENING
    assert held == world.came - world.went - world.processing
    for (owner, currency), amount in balances.items():
        entered = world.stripe.state.newest("balance_transaction", owner=owner)
        moved = sum(it["net"] for it in entered if it["currency"] == currency)
        assert amount == moved + OPENING * (owner == PLATFORM)


class World:
    """A stand-in of its own for each example, and what cards gave and got."""

    def __init__(self) -> None:
        self.clock = Clock(NOON)
        self.stripe = Stripe()
        http = InProcess(self.stripe, self.clock)
        self.client = StripeClient("sk_test_local", http_client=http)
        self.host = self.client.v2.core.accounts.create(ACCOUNT).id
        account = self.stripe.state.get("v2.core.account", self.host)
        connect.set_status(self.stripe.state, account, "active", NOON)
        self.came = self.went = self.processing = 0

    def pay(self, amount: int, percent: int) -> str:
        intent = self.client.v1.payment_intents.create(
            {
                "amount": amount,
                "currency": "usd",
                "application_fee_amount": amount * percent // 100,
                "transfer_data": {"destination": self.host},
                "payment_method": "pm_card_visa",
                "confirm": True,
                "return_url": "https://stoa.test",
            }
        )
        self.clock.pass_by(seconds=1)
        self.stripe.advance(self.clock.now)
        self.came += amount
        self.processing += processing_fee(amount)
        return intent.id

    def give_back(self, intent: str, amount: int, *, reverse: bool, with_fee: bool) -> None:
        try:
            self.client.v1.refunds.create(
                {
                    "payment_intent": intent,
                    "amount": amount,
                    "reverse_transfer": reverse,
                    "refund_application_fee": with_fee,
                }
            )
        except library.InvalidRequestError:
            return
        self.went += amount
