"""Deeds that are begun at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from core.errors import Refusal


def at_once(*deeds):
    """What each deed gave, or the refusal that it met, all begun together."""
    barrier = Barrier(len(deeds))

    def run(deed):
        barrier.wait()
        try:
            return deed()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
