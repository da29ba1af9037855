"""Whom the contract is with: the stand-in over HTTP; or, with STRIPE_SECRET_KEY set, Stripe itself.

STRIPE_SECRET_KEY        of a test account (sk_test_...): the same tests, at api.stripe.com
STRIPE_PUBLISHABLE_KEY   beside it, for what browsers do
STRIPE_TEST_HOST         an account (acct_...) of that platform which can receive transfers: only a
                         person can make one
STOA_TEST_STRIPE         http://host:port of a server that checks parameters, such as stripe-mock,
                         which gets every request of the tests as well (see `replay`)
"""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import stripe
import urllib3
from stripe import StripeClient

from core.clock import utc_now
from core.ids import new_id
from functions.tickets.payments.client import Payments, connect
from tests.contract.stripe.replay import Replaying
from tests.contract.stripe.sales import Party

READY = "Stripe stands in at "
HASTE = {"STOA_STRIPE_DELAY": "0.1"}


@pytest.fixture(scope="session")
def party() -> Iterator[Party]:
    """The stand-in as a process of its own, or the test account of whoever runs this."""
    key = os.environ.get("STRIPE_SECRET_KEY")
    if key:
        if not key.startswith(("sk_test_", "rk_test_")):
            pytest.exit("STRIPE_SECRET_KEY is not of a test account: these tests take money.", 1)
        yield Party(None, key, os.environ.get("STRIPE_PUBLISHABLE_KEY"))
        return
    command = [sys.executable, "-m", "local.stripe"]
    env = os.environ | HASTE
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base = process.stdout.readline().removeprefix(READY).strip()
        yield Party(base, "sk_test_local", "pk_test_local")
        process.terminate()


@pytest.fixture(scope="session")
def http() -> stripe.HTTPClient:
    """How requests travel: to the party, and to a checking server if there is one."""
    travels = stripe.RequestsClient(timeout=30)
    checking = os.environ.get("STOA_TEST_STRIPE")
    return Replaying(travels, checking.rstrip("/")) if checking else travels


@pytest.fixture(scope="session")
def client(party: Party, http: stripe.HTTPClient) -> StripeClient:
    """The platform's, as the tickets function makes it."""
    return connect(party.key, base=party.base, http_client=http)


@pytest.fixture(scope="session")
def browser(party: Party, http: stripe.HTTPClient) -> StripeClient:
    """What a browser may do: only the publishable key."""
    if party.publishable_key is None:
        pytest.skip("STRIPE_PUBLISHABLE_KEY is needed")
    return connect(party.publishable_key, base=party.base, http_client=http)


@pytest.fixture(scope="session")
def payments(client: StripeClient) -> Payments:
    """The very calls that the tickets function makes."""
    return Payments(client)


@pytest.fixture(scope="session")
def host(payments: Payments, party: Party) -> str:
    """A connected account that can receive transfers."""
    if party.base is None:
        if not (known := os.environ.get("STRIPE_TEST_HOST")):
            pytest.skip("STRIPE_TEST_HOST is needed: an onboarded account of this platform")
        return known
    account = payments.accounts.open(new_id("host", utc_now()), "Hana")
    home = "https://stoa.test/payouts"
    link = payments.accounts.link(account, refresh_url=home, return_url=home)
    urllib3.request("POST", link, redirect=False)
    return account
