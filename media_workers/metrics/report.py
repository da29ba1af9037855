"""A worker's state as one line of its log a minute, which CloudWatch turns into metrics.

`worker.measured` has what is now, and of what only grows, what came in the last minute. Prometheus
has all the rest: see `measures`.
"""

import asyncio
import logging
from collections import Counter

from prometheus_client import CollectorRegistry

EVERY = 60.0

STATE = {"stoa_peers": "peers", "stoa_rooms": "rooms", "stoa_peers_limit": "capacity"}
COUNTS = {
    "stoa_ticks_late_total": "ticks_late",
    "stoa_ticks_given_up_total": "ticks_given_up",
    "stoa_tasks_failed_total": "tasks_failed",
    "stoa_heartbeat_gaps_total": "heartbeat_gaps",
    "stoa_cloud_calls_failed_total": "cloud_failures",
}
HANDSHAKES = "stoa_handshakes_total"
JOINED = "connected"
FAILED = ("fault", "handshake_timeout")

_log = logging.getLogger(__name__)


class Report:
    """What the registry says, once a minute."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._before: Counter[str] = Counter()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            _log.info("worker.measured", extra=self.measure())

    def measure(self) -> dict[str, int]:
        """Whole numbers by name; counts are those since the last time."""
        state: Counter[str] = Counter(dict.fromkeys(STATE.values(), 0))
        names = [*COUNTS.values(), "joins", "joins_failed"]
        counts: Counter[str] = Counter(dict.fromkeys(names, 0))
        for family in self._registry.collect():
            for sample in family.samples:
                value = int(sample.value)
                if sample.name in STATE:
                    state[STATE[sample.name]] += value
                elif sample.name in COUNTS:
                    counts[COUNTS[sample.name]] += value
                elif sample.name == HANDSHAKES and sample.labels["outcome"] == JOINED:
                    counts["joins"] += value
                elif sample.name == HANDSHAKES and sample.labels["outcome"] in FAILED:
                    counts["joins_failed"] += value
        load = 100 * state["peers"] // max(1, state["capacity"])
        since = {name: count - self._before[name] for name, count in counts.items()}
        self._before = counts
        return {**state, **since, "load": load}
