"""Hosts as Stripe pays them. Pure data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PayoutState(StrEnum):
    """Whether a host's account at Stripe can receive money."""

    PENDING = "pending"
    ACTIVE = "active"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutAccount:
    """A host's connected account at Stripe, as it was when last asked.

    `opened_at` is when the host last wanted to set it up; while it is not active it is asked after
    again when it is `due_at`, for some days.
    """

    host_id: str
    stripe_account_id: str
    state: PayoutState
    opened_at: datetime
    asked_at: datetime
    due_at: datetime | None
