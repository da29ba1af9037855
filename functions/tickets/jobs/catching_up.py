"""Finding the events that never came: Stripe lists them, and what is unknown goes into the inbox.

Stripe lists the newest first. A walk goes from there back to before the last walk began, and three
days more, which is how long Stripe itself tries to deliver: what was listed late is found then. A
walk that is too long for one run is gone on with in the next.
"""

import logging
from datetime import timedelta

from functions.tickets.actions.events import KINDS, take_in
from functions.tickets.jobs.run import Run
from functions.tickets.parts import Parts
from functions.tickets.stores.events import Progress

OVERLAP = timedelta(days=3)
MAX_PAGES = 20

log = logging.getLogger(__name__)


def catch_up(parts: Parts, run: Run) -> int:
    """How many events nobody had told us of. Unavailable `payments_unavailable`."""
    progress = parts.events.progress() or Progress(asked_at=run.now)
    began, after, missed = progress.walk_began_at or run.now, progress.after, 0
    for _ in range(MAX_PAGES):
        if not run.goes_on():
            break
        since = progress.asked_at - OVERLAP
        notices, after = parts.payments.events(list(KINDS), since, after, run.now)
        missed += take_in(parts, notices)
        if after is None:
            parts.events.keep_progress(Progress(asked_at=began))
            break
        walk = Progress(asked_at=progress.asked_at, walk_began_at=began, after=after)
        parts.events.keep_progress(walk)
    log.info("events.asked_for", extra={"missed": missed})
    return missed
