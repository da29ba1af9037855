"""What is measured as it happens: a tick's work, and how hearers receive us."""

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector

TICK = (0.001, 0.002, 0.005, 0.010, 0.015, 0.020, 0.050)
LOSS = (0.0, 0.01, 0.02, 0.05, 0.10, 0.20, 0.30, 0.50)
ROUND_TRIP = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)


class Meters:
    """What is measured as it happens; an observation costs 1 us. One registry a worker."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.tick = Histogram(
            "stoa_tick_seconds", "What a tick's work took", buckets=TICK, registry=self.registry
        )
        self.hearer_loss = Histogram(
            "stoa_hearer_loss_ratio",
            "Share of packets lost on the way to hearers, by their receiver reports",
            buckets=LOSS,
            registry=self.registry,
        )
        self.hearer_round_trip = Histogram(
            "stoa_hearer_round_trip_seconds",
            "Round trip to hearers, by their receiver reports, up to a tick too long",
            buckets=ROUND_TRIP,
            registry=self.registry,
        )
