"""What the tests of the stand-in have in common: a clock to move, a host to pay."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stripe import PaymentIntent, StripeClient
from stripe.v2.core import AccountLink

ACCOUNT: dict[str, Any] = {
    "contact_email": "host@example.com",
    "dashboard": "express",
    "configuration": {
        "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
    },
    "include": ["configuration.recipient", "requirements"],
}

Sale = Callable[..., dict[str, Any]]
Pay = Callable[..., PaymentIntent]


@dataclass(slots=True)
class Clock:
    """The time, until a test moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


def onboarding(client: StripeClient, account: str) -> AccountLink:
    """A link to a new onboarding page."""
    goes = {"refresh_url": "https://stoa.test/again", "return_url": "https://stoa.test/back"}
    case: Any = {"type": "account_onboarding", "account_onboarding": goes}
    return client.v2.core.account_links.create({"account": account, "use_case": case})


def token_of(link: AccountLink) -> str:
    """The part of its address that nobody can guess."""
    return link.url.rpartition("/")[2]
