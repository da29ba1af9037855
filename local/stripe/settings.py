"""What the stand-in's process is told, by STOA_STRIPE_* names in the environment.

STOA_STRIPE_BIND              the address to listen on; 127.0.0.1
STOA_STRIPE_PORT              0: any that is free
STOA_STRIPE_URL               where people and browsers reach it; http://<bind>:<port>
STOA_STRIPE_KEY               the secret key that it takes; sk_test_local
STOA_STRIPE_PUBLISHABLE_KEY   the publishable one; pk_test_local
STOA_STRIPE_WEBHOOK_URL       who gets every event; absent: nobody
STOA_STRIPE_WEBHOOK_SECRETS   as the tickets function has them: the first signs
STOA_STRIPE_DELAY             how long Stripe takes for what it does later, in seconds; 1
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from local.stripe.outbox import Endpoint
from local.stripe.request import ApiKeys
from local.stripe.state import Timing

LAST_PORT = 65535
LONGEST_DELAY = 3_600


class CannotStart(Exception):
    """A sentence that says what is in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One process. `url` is None until the port is known."""

    bind: str
    port: int
    url: str | None
    keys: ApiKeys
    endpoints: tuple[Endpoint, ...]
    timing: Timing

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the names above; CannotStart says what is wrong with one."""
        port = env.get("STOA_STRIPE_PORT") or "0"
        if not port.isdecimal() or int(port) > LAST_PORT:
            raise CannotStart(f"STOA_STRIPE_PORT must be a port number, not {port!r}.")
        usual = ApiKeys()
        keys = ApiKeys(
            secret=_key(env, "STOA_STRIPE_KEY", "sk_test_") or usual.secret,
            publishable=_key(env, "STOA_STRIPE_PUBLISHABLE_KEY", "pk_test_") or usual.publishable,
        )
        return cls(
            bind=env.get("STOA_STRIPE_BIND") or "127.0.0.1",
            port=int(port),
            url=(env.get("STOA_STRIPE_URL") or "").rstrip("/") or None,
            keys=keys,
            endpoints=_endpoints(env),
            timing=_timing(env.get("STOA_STRIPE_DELAY") or "1"),
        )


def _key(env: Mapping[str, str], name: str, prefix: str) -> str | None:
    key = env.get(name)
    if key and not key.startswith(prefix):
        raise CannotStart(f"{name} must begin with {prefix}: nothing here is live.")
    return key or None


def _timing(text: str) -> Timing:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_DELAY:
        raise CannotStart(f"STOA_STRIPE_DELAY must be 0 to {LONGEST_DELAY} seconds, not {text!r}.")
    return Timing.after(seconds)


def _endpoints(env: Mapping[str, str]) -> tuple[Endpoint, ...]:
    url = env.get("STOA_STRIPE_WEBHOOK_URL")
    if not url:
        return ()
    secret = (env.get("STOA_STRIPE_WEBHOOK_SECRETS") or "").partition(",")[0].strip()
    if not secret:
        raise CannotStart("STOA_STRIPE_WEBHOOK_URL needs STOA_STRIPE_WEBHOOK_SECRETS to sign with.")
    return (Endpoint(name="we_local", url=url, secret=secret, thin=True),)
