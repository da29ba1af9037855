"""When Python looks for circular garbage: all of it only in silence.

A closed peer needs no collector (`Peer.close`), so little does: rooms that are over, failed
requests. A full collection looks at everything that lives, 60 to 90 ms with 3,000 peers: four slots
of sound. So only young objects are looked at as they come, 5 ms at most while many join at once,
and all of them in a while in which nobody is heard.
"""

import asyncio
import gc
from collections.abc import Callable

YOUNG, MIDDLE, NEVER = 700, 10, 2**31 - 1
"""New objects, and collections of those, after which there is another; a full one never."""

LOOK_EVERY = 10.0
ENOUGH = 5
TOO_MANY = 200
"""Collections of the middle generation, 7,000 more objects each: worth a full one, and overdue."""


def spare() -> None:
    """To be called once, at the start: what was imported is not looked at any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)


async def collect(quiet: Callable[[], bool], *, every: float = LOOK_EVERY) -> None:
    """Collect what has grown old while `quiet`, or when it is too much, until cancelled."""
    while True:
        await asyncio.sleep(every)
        if is_due(gc.get_count()[2], quiet):
            gc.collect()


def is_due(aged: int, quiet: Callable[[], bool]) -> bool:
    """Whether to collect everything, after so many collections of the middle generation."""
    return aged >= TOO_MANY or (aged >= ENOUGH and quiet())
