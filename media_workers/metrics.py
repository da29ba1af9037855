"""What a worker measures, in Prometheus' text format (exposition format 0.0.4)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

TICK_BOUNDS = (0.001, 0.002, 0.005, 0.010, 0.015, 0.020, 0.050)
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric and its samples: labels and value."""

    name: str
    kind: str
    help: str
    samples: Iterable[tuple[Mapping[str, str], float]]


@dataclass(slots=True)
class Durations:
    """A histogram of how long ticks took."""

    total: float = 0.0
    counts: list[int] = field(default_factory=lambda: [0] * (len(TICK_BOUNDS) + 1))

    def add(self, seconds: float) -> None:
        """One more."""
        self.total += seconds
        for index, bound in enumerate(TICK_BOUNDS):
            if seconds <= bound:
                self.counts[index] += 1
                return
        self.counts[-1] += 1

    def lines(self, name: str, help_text: str) -> Iterator[str]:
        """The histogram's lines."""
        yield f"# HELP {name} {help_text}"
        yield f"# TYPE {name} histogram"
        cumulative = list(accumulate(self.counts))
        for bound, count in zip(TICK_BOUNDS, cumulative, strict=False):
            yield f'{name}_bucket{{le="{bound}"}} {count}'
        yield f'{name}_bucket{{le="+Inf"}} {cumulative[-1]}'
        yield f"{name}_sum {self.total:.6f}"
        yield f"{name}_count {cumulative[-1]}"


def gauge(name: str, help_text: str, value: float) -> Metric:
    """A number that goes up and down."""
    return Metric(name=name, kind="gauge", help=help_text, samples=[({}, value)])


def counter(name: str, help_text: str, value: float) -> Metric:
    """A number that only grows."""
    return Metric(name=name, kind="counter", help=help_text, samples=[({}, value)])


def counters(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Metric:
    """Numbers that only grow, told apart by a label."""
    samples = [({label: key}, value) for key, value in sorted(values.items())]
    return Metric(name=name, kind="counter", help=help_text, samples=samples)


def render(metrics: Iterable[Metric]) -> Iterator[str]:
    """The lines of all metrics. Labels' values are names of ours and need no escaping."""
    for metric in metrics:
        yield f"# HELP {metric.name} {metric.help}"
        yield f"# TYPE {metric.name} {metric.kind}"
        for labels, value in metric.samples:
            inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
            yield f"{metric.name}{{{inside}}} {value:g}" if inside else f"{metric.name} {value:g}"
