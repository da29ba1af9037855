"""The reconciler: every ten minutes, Stripe is asked for events that never came.

In the time that is left the ledger is audited, which is done once a day, whether or not Stripe
could be asked.
"""

from typing import Any

from core.clock import utc_now
from functions.shared.aws import environment
from functions.tickets.jobs import auditing, catching_up
from functions.tickets.jobs.run import Run
from functions.tickets.root import parts_of

RESERVE_MS = 25_000
"""One page more may take as long as this, if Stripe is slow; or one stretch of the audit."""

parts = parts_of(environment())


def handler(_event: Any, context: Any) -> dict[str, int]:
    """The Lambda entry point: how many events were missed. The sweeper looks into them.

    Unavailable `payments_unavailable`, after the audit.
    """
    run = Run(now=utc_now(), goes_on=lambda: context.get_remaining_time_in_millis() > RESERVE_MS)
    try:
        missed = catching_up.catch_up(parts, run)
    finally:
        auditing.audit(parts, run)
    return {"missed": missed}
