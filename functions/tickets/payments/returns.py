"""What goes back of buyers' payments, and between platform and hosts on the way.

Every write has a key of ours, so that repeating it changes nothing. Stripe may forget a key after a
day, and ours are repeated for longer: so what was made is looked for before it is made. Until then
Stripe repeats a refusal, too, to whoever asks with its key: so another attempt has another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import stripe

from core.clock import to_rfc3339
from core.errors import Conflict
from core.money import Money
from functions.tickets.payments.answers import stripe_says
from functions.tickets.payments.errors import NotEnough
from functions.tickets.payments.facts import Json, Shift, StripeRefund, made_about
from functions.tickets.rules.model import Refund

PAGE = 100
MOST = 1_000
"""How many refunds, fee refunds or reversals of one payment are looked through."""


class Returns:
    """Refunds, refunds of the platform's fee, reversals of hosts' parts."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._v1 = client.v1

    def refund(self, refund: Refund, amount: int, intent_id: str, *, reverse: bool) -> StripeRefund:
        """So much goes back; `reverse`: and is taken back from the host with it.

        As much, or all that is left of theirs if nothing is left of the payment.

        NotEnough, Disputed, AlreadyReturned: to every repetition, until it is due at another time.
        """
        attempt = to_rfc3339(refund.due_at or refund.wanted_at)
        with host_says() if reverse else stripe_says():
            made = self._v1.refunds.create(
                {
                    "payment_intent": intent_id,
                    "amount": amount,
                    "reverse_transfer": reverse,
                    "refund_application_fee": False,
                    "metadata": {"refund_id": refund.refund_id, "hold_id": refund.hold_id},
                    "expand": ["transfer_reversal"],
                },
                {"idempotency_key": f"{refund.refund_id}-{attempt}{'' if reverse else '-alone'}"},
            )
        return StripeRefund.of(made.to_dict())

    def of(self, intent_id: str) -> list[StripeRefund]:
        """What has gone back of a payment, the latest first."""
        with stripe_says():
            page = self._v1.refunds.list(
                {
                    "payment_intent": intent_id,
                    "limit": PAGE,
                    "expand": ["data.transfer_reversal"],
                }
            )
            return [StripeRefund.of(each) for each in facts_on(page)]

    def reversals(self, transfer_id: str) -> list[Shift]:
        """What was taken back of a transfer to a host, the latest first."""
        with stripe_says():
            page = self._v1.transfers.reversals.list(transfer_id, {"limit": PAGE})
            return [Shift.of(each) for each in facts_on(page)]

    def fee_refunds(self, stripe_fee_id: str) -> list[Shift]:
        """What was given to the host of the platform's fee, the latest first."""
        with stripe_says():
            page = self._v1.application_fees.refunds.list(stripe_fee_id, {"limit": PAGE})
            return [Shift.of(each) for each in facts_on(page)]

    def return_fee(self, stripe_fee_id: str, amount: int, about: str) -> int:
        """So much of the platform's fee goes to the host, or what is left of it.

        How much has gone: once, however often `about` is repeated.
        """
        if gone := made_about(self.fee_refunds(stripe_fee_id), about):
            return gone.amount
        with stripe_says():
            fee = self._v1.application_fees.retrieve(stripe_fee_id)
            left = min(amount, fee.amount - fee.amount_refunded)
            if left <= 0:
                return 0
            self._v1.application_fees.refunds.create(
                stripe_fee_id,
                {"amount": left, "metadata": {"about": about}},
                {"idempotency_key": f"{about}-fee"},
            )
        return left

    def take_back(self, transfer_id: str, amount: int, about: str, attempt: str) -> int:
        """So much comes from the host to the platform.

        How much has come: once, however often `about` is repeated. NotEnough, also if less is left
        of the transfer: Stripe answers so to every repetition of this `attempt`, but not to others.
        """
        if gone := made_about(self.reversals(transfer_id), about):
            return gone.amount
        with host_says():
            transfer = self._v1.transfers.retrieve(transfer_id)
            if transfer.amount - transfer.amount_reversed < amount:
                raise NotEnough("transfer_reversed")
            self._v1.transfers.reversals.create(
                transfer_id,
                {"amount": amount, "metadata": {"about": about}},
                {"idempotency_key": f"{about}-{attempt}"},
            )
        return amount

    def give_again(
        self, destination: str, amount: Money, about: str, attempt: str, hold_id: str
    ) -> str:
        """The transfer of so much from the platform to a host who had it before; once, as above.

        NotEnough, as above, if the platform's balance is too low or the host may not receive it.
        """
        with host_says():
            if given := self._given_again(about):
                return given
            transfer = self._v1.transfers.create(
                {
                    "amount": amount.amount,
                    "currency": amount.currency,
                    "destination": destination,
                    "transfer_group": about,
                    "metadata": {"hold_id": hold_id},
                },
                {"idempotency_key": f"{about}-again-{attempt}"},
            )
        return transfer.id

    def _given_again(self, about: str) -> str | None:
        page = self._v1.transfers.list({"transfer_group": about, "limit": 1})
        return page.data[0].id if page.data else None


@contextmanager
def host_says() -> Iterator[None]:
    """As `stripe_says`; NotEnough also where the host's account is closed, or may not be used."""
    try:
        with stripe_says():
            yield
    except Conflict as refusal:
        raise NotEnough(refusal.code) from refusal


def facts_on(page: "stripe.ListObject[Any]") -> Iterator[Json]:
    """What Stripe says of each on the page, and on those after it."""
    return (each.to_dict() for each in islice(page.auto_paging_iter(), MOST))
