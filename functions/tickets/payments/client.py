"""Stripe as the tickets know it: buyers' payments, and what is told of them.

Destination charges (https://docs.stripe.com/connect/destination-charges): the platform charges, and
what it charges is transferred to the host's account, less its fee.
"""

from datetime import datetime

import stripe

from functions.tickets.payments.accounts import Accounts
from functions.tickets.payments.answers import stripe_says
from functions.tickets.payments.errors import Settled
from functions.tickets.payments.facts import Evidence, Intent, StripeDispute, notice_of
from functions.tickets.payments.returns import Returns
from functions.tickets.rules.model import Notice, Purchase

TIMEOUT = (2.0, 6.0)
"""Seconds to connect and to read: with the retries, less than the 29 that API Gateway gives us."""
RETRIES = 2
PAGE = 100
WITH_CHARGE = ["latest_charge.balance_transaction"]


def connect(
    key: str,
    *,
    base: str | None = None,
    http_client: stripe.HTTPClient | None = None,
    retries: int = RETRIES,
) -> stripe.StripeClient:
    """A client of Stripe, or of what answers at this base address as Stripe would."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT),
        max_network_retries=retries,
    )


class Payments:
    """Money at Stripe: payments, what goes back of them, hosts' accounts. Errors: see `errors`."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._v1 = client.v1
        self.returns = Returns(client)
        self.accounts = Accounts(client)

    def open_intent(self, purchase: Purchase, destination: str) -> Intent:
        """The purchase's payment, which its buyer may make now; again, it is the same one.

        Conflict `payouts_not_ready`.
        """
        with stripe_says():
            intent = self._v1.payment_intents.create(
                {
                    "amount": purchase.total.amount,
                    "currency": purchase.total.currency,
                    "application_fee_amount": purchase.fee,
                    "transfer_data": {"destination": destination},
                    "transfer_group": purchase.room_id,
                    "automatic_payment_methods": {"enabled": True},
                    "description": f"Tickets {purchase.hold_id}",
                    "metadata": {"hold_id": purchase.hold_id, "room_id": purchase.room_id},
                },
                {"idempotency_key": f"hold-{purchase.hold_id}"},
            )
        return Intent.of(intent.to_dict())

    def intent(self, intent_id: str) -> Intent:
        """The payment as it is now, with its charge."""
        with stripe_says():
            intent = self._v1.payment_intents.retrieve(intent_id, {"expand": WITH_CHARGE})
        return Intent.of(intent.to_dict())

    def cancel_intent(self, intent_id: str) -> Intent:
        """The payment, `dead` from now on, unless it was paid before or is being paid."""
        try:
            with stripe_says():
                return Intent.of(self._v1.payment_intents.cancel(intent_id).to_dict())
        except Settled:
            return self.intent(intent_id)

    def hold_of(self, charge_id: str) -> str | None:
        """The hold of ours that a charge was for, None if it is none of ours."""
        with stripe_says():
            charge = self._v1.charges.retrieve(charge_id)
        hold_id: str | None = charge.metadata.to_dict().get("hold_id")
        return hold_id

    def dispute(self, dispute_id: str) -> StripeDispute:
        """The dispute as it is now."""
        with stripe_says():
            return StripeDispute.of(self._v1.disputes.retrieve(dispute_id).to_dict())

    def stage_evidence(self, dispute_id: str, evidence: Evidence) -> None:
        """What we know, for whoever answers the dispute on Stripe's dashboard; not sent yet."""
        with stripe_says():
            self._v1.disputes.update(
                dispute_id,
                {
                    "evidence": {
                        "access_activity_log": evidence.activity,
                        "product_description": evidence.product,
                        "refund_policy_disclosure": evidence.refund_policy,
                        # What is empty Stripe takes for something to be unset, and refuses.
                        **({"service_date": evidence.used_on} if evidence.used_on else {}),
                    },
                    "submit": False,
                },
            )

    def events(
        self, kinds: list[str], since: datetime, after: str | None, now: datetime
    ) -> tuple[list[Notice], str | None]:
        """A page of the events of these kinds, the newest first, and the next page's `after`."""
        with stripe_says():
            page = self._v1.events.list(
                {
                    "types": kinds,
                    "created": {"gte": int(since.timestamp())},
                    "limit": PAGE,
                    **({"starting_after": after} if after else {}),
                }
            )
        notices = [notice_of(each.to_dict(), now) for each in page.data]
        return notices, notices[-1].event_id if page.has_more and notices else None
