"""Where money goes: a stand-in for Stripe on this machine, or Stripe itself with test keys.

Stripe itself is used if STRIPE_SECRET_KEY is set, with STRIPE_PUBLISHABLE_KEY beside it and, as
STRIPE_WEBHOOK_SECRET, what `stripe listen --forward-to <url>/stripe/webhook` says.
STOA_STRIPE_WEBHOOK_SECRETS is for who wants to sign what the stand-in would.
"""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from local.children import Child, Say
from local.settings import CannotStart, Settings, free_port

ITS_OWN_SCRIPT = "https://js.stripe.com/v3/"
WEBHOOK = "/stripe/webhook"
LOOK_EVERY = 0.05  # s


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """What functions are told, the script with which the page takes money, and the stand-in.

    `tills`: the origins, beside Stripe's own, that the page may take payments by.
    """

    environment: Mapping[str, str]
    script: str
    stand_in: Child | None
    tills: tuple[str, ...] = ()

    async def answered(self) -> None:
        """Returns once the stand-in, if there is one, listens: jobs ask it from the first on."""
        while self.stand_in:
            api = urlsplit(self.environment["STOA_STRIPE_API"])
            try:
                _reader, writer = await asyncio.open_connection(api.hostname, api.port)
            except OSError:
                await asyncio.sleep(LOOK_EVERY)
            else:
                writer.close()
                return


def payments(env: Mapping[str, str], settings: Settings, url: str, say: Say) -> Payments:
    """As the environment has it; CannotStart if it is incomplete, or the money would be real."""
    if env.get("STRIPE_SECRET_KEY"):
        return with_stripe_itself(env, url, say)
    api = f"http://{settings.reachable_at}:{(port := free_port(settings.bind))}"
    environment = {
        "STOA_STRIPE_API": api,
        "STOA_STRIPE_KEY": "sk_test_local",
        "STOA_STRIPE_PUBLISHABLE_KEY": "pk_test_local",
        "STOA_STRIPE_WEBHOOK_SECRETS": env.get("STOA_STRIPE_WEBHOOK_SECRETS")
        or f"whsec_{secrets.token_urlsafe(24)}",
    }
    its_own = {
        "STOA_STRIPE_BIND": settings.bind,
        "STOA_STRIPE_PORT": str(port),
        "STOA_STRIPE_URL": api,
        "STOA_STRIPE_WEBHOOK_URL": url + WEBHOOK,
    }
    stand_in = Child("Stripe stand-in", "local.stripe", say, its_own)
    return Payments(environment=environment, script=f"{api}/v3/", stand_in=stand_in, tills=(api,))


def with_stripe_itself(env: Mapping[str, str], url: str, say: Say) -> Payments:
    """The person's own test account."""
    if "_test_" not in env["STRIPE_SECRET_KEY"]:
        raise CannotStart("STRIPE_SECRET_KEY must be a key for tests (sk_test_...): money is real.")
    for name in ("STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"):
        if not env.get(name):
            raise CannotStart(f"STRIPE_SECRET_KEY is set, so {name} is needed, too.")
    say(f"Payments go to Stripe itself, in test mode; it must send its events to {url}{WEBHOOK}.")
    environment = {
        "STOA_STRIPE_API": "",
        "STOA_STRIPE_KEY": env["STRIPE_SECRET_KEY"],
        "STOA_STRIPE_PUBLISHABLE_KEY": env["STRIPE_PUBLISHABLE_KEY"],
        "STOA_STRIPE_WEBHOOK_SECRETS": env["STRIPE_WEBHOOK_SECRET"],
    }
    return Payments(environment=environment, script=ITS_OWN_SCRIPT, stand_in=None)
