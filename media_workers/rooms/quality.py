"""How a room's connections do, told to those who look for what is wrong with theirs.

What hearers report (RFC 3550 section 6.4) is told as aggregates only, so that nobody's connection
is anybody's business; of speakers, who are heard by all, it is told how well they come in.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

EVERY = 5.0
"""Seconds that are told of at once; receiver reports come as often."""

FRESH = 15.0
"""Seconds after which a hearer's last report says nothing about now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HearerReport:
    """One hearer's last word: share of packets lost, jitter and, if it tells that, round trip.

    Times are in seconds.
    """

    at: float
    loss: float
    jitter: float
    round_trip: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """How a speaker came in lately: share of packets lost, share of sound that was made up.

    `delay`: seconds for which sound waits to be evened out.
    """

    loss: float
    concealed: float
    delay: float


def uplink(before: Counter[str], now: Counter[str], delay: float) -> Uplink | None:
    """By what a speaker's receiver had counted then and has now; None if nothing came."""
    since = now - before
    heard = since["real"] + since["recovered"] + since["concealed"]
    if not since["expected"] or not heard:
        return None
    return Uplink(
        loss=min(since["lost"] / since["expected"], 1.0),
        concealed=since["concealed"] / heard,
        delay=delay,
    )


class Slots:
    """How evenly the room's slots of 20 ms come, over one period of `EVERY` after the other."""

    def __init__(self, now: float) -> None:
        self._until = now + EVERY
        self._begun_at = now
        self._longest_gap = 0.0

    def begin(self, now: float) -> None:
        """A slot begins."""
        self._longest_gap = max(self._longest_gap, now - self._begun_at)
        self._begun_at = now

    def resume(self, now: float) -> None:
        """There were none for a while, nor should there have been."""
        self._begun_at = now

    def longest_gap(self, now: float) -> float | None:
        """Seconds from slot to slot at the worst, if a period is over; then the next begins."""
        if now < self._until:
            return None
        gap, self._longest_gap = self._longest_gap, 0.0
        self._until = now + EVERY
        return gap


def view(
    reports: Iterable[HearerReport],
    uplinks: Mapping[str, Uplink],
    *,
    longest_gap: float,
    now: float,
) -> dict[str, object]:
    """The fields of a `quality` event. `uplinks`: by account, 13 at most."""
    fresh = [report for report in reports if report.at > now - FRESH]
    trips = [1000 * report.round_trip for report in fresh if report.round_trip is not None]
    return {
        "hearers": len(fresh),
        "loss": spread([report.loss for report in fresh], digits=3),
        "jitter_ms": spread([1000 * report.jitter for report in fresh], digits=0),
        "round_trip_ms": spread(trips, digits=0),
        "longest_gap_ms": round(1000 * longest_gap),
        "speakers": [
            {
                "account_id": account_id,
                "loss": round(one.loss, 3),
                "concealed": round(one.concealed, 3),
                "delay_ms": round(1000 * one.delay),
            }
            for account_id, one in sorted(uplinks.items())
        ],
    }


def spread(values: Sequence[float], *, digits: int) -> dict[str, float] | None:
    """Median and 90th percentile (nearest rank); None of nothing."""
    if not values:
        return None
    ranked = sorted(values)
    median, p90 = (ranked[ceil(share * len(ranked)) - 1] for share in (0.5, 0.9))
    return {"median": round(median, digits), "p90": round(p90, digits)}
