"""The sweeper: once a minute, whatever is due is moved on."""

from typing import Any

from core.clock import utc_now
from functions.shared.aws import environment
from functions.tickets.jobs import errands
from functions.tickets.jobs.run import Run
from functions.tickets.root import parts_of

RESERVE_MS = 25_000
"""One errand more may take as long as this: several requests to Stripe, each tried again."""

parts = parts_of(environment())


def handler(_event: Any, context: Any) -> dict[str, int]:
    """The Lambda entry point: how many were moved on."""
    run = Run(now=utc_now(), goes_on=lambda: context.get_remaining_time_in_millis() > RESERVE_MS)
    return {"moved_on": errands.sweep(parts, run)}
