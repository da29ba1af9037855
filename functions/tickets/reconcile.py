"""The reconciler: every ten minutes, Stripe is asked for events that never came."""

from typing import Any

from core.clock import utc_now
from functions.tickets import catching_up
from functions.tickets.door import parts
from functions.tickets.run import Run

RESERVE_MS = 25_000
"""One page more may take as long as this, if Stripe is slow."""


def handler(_event: Any, context: Any) -> dict[str, int]:
    """The Lambda entry point: how many events were missed. The sweeper looks into them."""
    run = Run(now=utc_now(), goes_on=lambda: context.get_remaining_time_in_millis() > RESERVE_MS)
    return {"missed": catching_up.catch_up(parts, run)}
