"""What the tickets' function and its jobs are told by their environment, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from core.environment import ConfigError, required, whole_number
from functions.tickets.rules.fees import WHOLE, Tiers
from functions.tickets.rules.policy import Policy, Rollout

MAX_MINUTES = 24 * 60
MAX_DAYS = 365
MAX_SECRETS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One deployment's settings for selling.

    policy           what the operator has decided
    stripe_key       the platform's secret key
    publishable_key  what clients give to Stripe's own widgets
    webhook_secrets  sign what Stripe sends us; newest first, several while one is replaced
    stripe_api       where Stripe's API is, None for Stripe's own address
    web_url          where the web client lives: for links in mails, and to come back from Stripe
    mail_from        the sender of mails, known to Amazon SES
    queue_prefix     what the names of this deployment's queues begin with
    """

    policy: Policy
    stripe_key: str
    publishable_key: str
    webhook_secrets: tuple[str, ...]
    stripe_api: str | None
    web_url: str
    mail_from: str
    queue_prefix: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read STOA_* names; ConfigError names what is missing or wrong."""
        return cls(
            policy=_policy(env),
            stripe_key=required(env, "STOA_STRIPE_KEY"),
            publishable_key=required(env, "STOA_STRIPE_PUBLISHABLE_KEY"),
            webhook_secrets=_secrets(required(env, "STOA_STRIPE_WEBHOOK_SECRETS")),
            stripe_api=env.get("STOA_STRIPE_API") or None,
            web_url=required(env, "STOA_WEB_URL").rstrip("/"),
            mail_from=required(env, "STOA_MAIL_FROM"),
            queue_prefix=required(env, "STOA_QUEUE_PREFIX"),
        )


def _policy(env: Mapping[str, str]) -> Policy:
    refund_days = whole_number(env, "STOA_REFUND_WINDOW_DAYS", 7, at_most=MAX_DAYS)
    return Policy(
        tiers=_tiers(env.get("STOA_FEE_TIERS") or "5000000:300,:2000"),
        hold_for=_minutes(env, "STOA_HOLD_MINUTES", 15, at_least=1),
        call_up_for=_minutes(env, "STOA_CALL_UP_MINUTES", 10, at_least=1),
        host_may_be_late=_minutes(env, "STOA_HOST_LATE_MINUTES", 30, at_least=0),
        refund_window=timedelta(days=refund_days),
        rollout=_rollout(env.get("STOA_TICKETS_ROLLOUT") or "list"),
        rollout_list=_handles(env.get("STOA_TICKETS_ROLLOUT_LIST", "")),
    )


def _minutes(env: Mapping[str, str], name: str, default: int, *, at_least: int) -> timedelta:
    minutes = whole_number(env, name, default, at_most=MAX_MINUTES)
    if minutes < at_least:
        raise ConfigError(f"{name} must be {at_least} at least")
    return timedelta(minutes=minutes)


def _tiers(text: str) -> Tiers:
    """`5000000:300,:2000`: 300 basis points up to 5,000,000 minor units, and 2,000 beyond."""
    wrong = ConfigError(f"STOA_FEE_TIERS must rise like '5000000:300,:2000', not {text!r}")
    tiers: list[tuple[int | None, int]] = []
    for part in text.split(","):
        bound, _, rate = part.strip().partition(":")
        if not _is_number(rate) or not (_is_number(bound) or bound == ""):
            raise wrong
        tiers.append((int(bound) if bound else None, int(rate)))
    bounds = [bound for bound, _ in tiers if bound is not None]
    rises = [0, *bounds] == sorted({0, *bounds})
    open_ended = len(bounds) == len(tiers) - 1 and tiers[-1][0] is None
    if not rises or not open_ended or any(rate > WHOLE for _, rate in tiers):
        raise wrong
    return tuple(tiers)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _secrets(text: str) -> tuple[str, ...]:
    secrets = tuple(secret.strip() for secret in text.split(",") if secret.strip())
    if not 0 < len(secrets) <= MAX_SECRETS:
        raise ConfigError(f"STOA_STRIPE_WEBHOOK_SECRETS must be 1 to {MAX_SECRETS} secrets")
    return secrets


def _rollout(text: str) -> Rollout:
    try:
        return Rollout(text)
    except ValueError as error:
        known = ", ".join(Rollout)
        raise ConfigError(f"STOA_TICKETS_ROLLOUT must be one of {known}, not {text!r}") from error


def _handles(text: str) -> frozenset[str]:
    return frozenset(handle.strip().lower() for handle in text.split(",")) - {""}
