"""What goes back of buyers' payments, and between platform and hosts on the way.

Every write has a key of ours, so that repeating it changes nothing. Stripe may forget a key after a
day, and ours are repeated for longer: so what was made is looked for before it is made. Until then
Stripe repeats a refusal, too, to whoever asks with its key: so another attempt has another.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Protocol

import stripe

from core.clock import to_rfc3339
from core.errors import Conflict
from core.money import Money
from functions.tickets.payments.answers import stripe_says
from functions.tickets.payments.errors import NotEnough
from functions.tickets.payments.facts import StripeRefund
from functions.tickets.rules.model import Refund

PAGE = 100
MOST = 1_000
"""How many refunds, fee refunds or reversals of one payment are looked through."""


class Labelled(Protocol):
    """An object of Stripe's that carries what we wrote on it."""

    @property
    def metadata(self) -> stripe.StripeObject | None: ...


class Returns:
    """Refunds, refunds of the platform's fee, reversals of hosts' parts."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._v1 = client.v1

    def refund(self, refund: Refund, intent_id: str, *, reverse: bool) -> StripeRefund:
        """The money goes back; `reverse`: and the host's part is taken back with it.

        NotEnough, Disputed, AlreadyReturned: to every repetition, until it is due at another time.
        """
        attempt = to_rfc3339(refund.due_at or refund.wanted_at)
        with host_says() if reverse else stripe_says():
            made = self._v1.refunds.create(
                {
                    "payment_intent": intent_id,
                    "amount": refund.amount.amount,
                    "reverse_transfer": reverse,
                    "refund_application_fee": False,
                    "metadata": {"refund_id": refund.refund_id, "hold_id": refund.hold_id},
                },
                {"idempotency_key": f"{refund.refund_id}-{attempt}{'' if reverse else '-alone'}"},
            )
        return StripeRefund.of(made.to_dict())

    def find(self, refund: Refund, gone: Iterable[StripeRefund]) -> StripeRefund | None:
        """The refund, if it was made, among what has gone back of its payment."""
        return next((each for each in gone if each.refund_id == refund.refund_id), None)

    def of(self, intent_id: str) -> list[StripeRefund]:
        """What has gone back of a payment."""
        with stripe_says():
            page = self._v1.refunds.list({"payment_intent": intent_id, "limit": PAGE})
            found = list(islice(page.auto_paging_iter(), MOST))
        return [StripeRefund.of(each.to_dict()) for each in found]

    def return_fee(self, stripe_fee_id: str, amount: int, about: str) -> None:
        """So much of the platform's fee goes to the host; once, whatever `about` is repeated.

        Or what is left of it, if some was returned by hand.
        """
        with stripe_says():
            if self._fee_returned(stripe_fee_id, about):
                return
            fee = self._v1.application_fees.retrieve(stripe_fee_id)
            if left := min(amount, fee.amount - fee.amount_refunded):
                self._v1.application_fees.refunds.create(
                    stripe_fee_id,
                    {"amount": left, "metadata": {"about": about}},
                    {"idempotency_key": f"{about}-fee"},
                )

    def take_back(self, transfer_id: str, amount: int, about: str, attempt: str) -> None:
        """So much comes from the host to the platform; once, whatever `about` is repeated.

        Or what is left of the transfer, if some was taken by hand.
        NotEnough: Stripe answers so to every repetition of this `attempt`, but not to others.
        """
        with host_says():
            if self.taken_back(transfer_id, about):
                return
            transfer = self._v1.transfers.retrieve(transfer_id)
            if left := min(amount, transfer.amount - transfer.amount_reversed):
                self._v1.transfers.reversals.create(
                    transfer_id,
                    {"amount": left, "metadata": {"about": about}},
                    {"idempotency_key": f"{about}-{attempt}"},
                )

    def taken_back(self, transfer_id: str, about: str) -> bool:
        """Whether this was taken from the host already."""
        with stripe_says():
            page = self._v1.transfers.reversals.list(transfer_id, {"limit": PAGE})
            return made(page.auto_paging_iter(), about)

    def give_again(self, destination: str, amount: Money, about: str, attempt: str) -> str:
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
                },
                {"idempotency_key": f"{about}-again-{attempt}"},
            )
        return transfer.id

    def _fee_returned(self, stripe_fee_id: str, about: str) -> bool:
        page = self._v1.application_fees.refunds.list(stripe_fee_id, {"limit": PAGE})
        return made(page.auto_paging_iter(), about)

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


def made(found: Iterable[Labelled], about: str) -> bool:
    """Whether one of these was made about this."""
    labels = (each.metadata for each in islice(found, MOST))
    return any(label and label.to_dict().get("about") == about for label in labels)
