"""Hosts' accounts at Stripe: opened, filled in on Stripe's own pages, and asked how they are.

https://docs.stripe.com/connect/accounts-v2. The host's legal details never come past us.
"""

from hashlib import sha256

import stripe

from functions.tickets.payments.answers import stripe_says
from functions.tickets.rules.payees import PayoutState

ACTIVE = "active"
PENDING = "pending"
CAPABILITY = (
    "configuration",
    "recipient",
    "capabilities",
    "stripe_balance",
    "stripe_transfers",
    "status",
)
"""Where an account says whether it can receive transfers."""


class Accounts:
    """Recipients of transfers."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._core = client.v2.core

    def open(self, host_id: str, email: str | None) -> str:
        """The id of the host's account, new; again, it is the same one."""
        with stripe_says():
            account = self._core.accounts.create(
                {
                    "dashboard": "express",
                    "configuration": {
                        "recipient": {
                            "capabilities": {
                                "stripe_balance": {"stripe_transfers": {"requested": True}}
                            }
                        }
                    },
                    "defaults": {
                        "responsibilities": {
                            "fees_collector": "application",
                            "losses_collector": "application",
                        }
                    },
                    "metadata": {"host_id": host_id},
                    **({"contact_email": email} if email else {}),
                },
                {"idempotency_key": f"host-{digest(host_id, email)}"},
            )
        return account.id

    def link(self, stripe_account_id: str, *, refresh_url: str, return_url: str) -> str:
        """Where the host fills in what Stripe wants to know. It works once, and not for long."""
        with stripe_says():
            link = self._core.account_links.create(
                {
                    "account": stripe_account_id,
                    "use_case": {
                        "type": "account_onboarding",
                        "account_onboarding": {
                            "refresh_url": refresh_url,
                            "return_url": return_url,
                        },
                    },
                }
            )
        return link.url

    def state(self, stripe_account_id: str) -> PayoutState:
        """Whether the account can receive transfers now."""
        with stripe_says():
            account = self._core.accounts.retrieve(
                stripe_account_id, {"include": ["configuration.recipient"]}
            )
        status: object = account.to_dict()
        for name in CAPABILITY:
            status = status.get(name) if isinstance(status, dict) else None
        return state_of(status)

    def owner(self, stripe_account_id: str) -> str | None:
        """The host whose account it is, None if it is no host's of ours."""
        with stripe_says():
            account = self._core.accounts.retrieve(stripe_account_id)
        return (account.to_dict().get("metadata") or {}).get("host_id")


def digest(host_id: str, email: str | None) -> str:
    """A name for what is asked for: a key is good only for what it was first used for."""
    return sha256(f"{host_id} {email}".encode()).hexdigest()


def state_of(status: object) -> PayoutState:
    """The state of a capability as ours. Not asked for yet is pending, as is being looked at."""
    if status == ACTIVE:
        return PayoutState.ACTIVE
    return PayoutState.PENDING if status in {PENDING, None} else PayoutState.RESTRICTED
