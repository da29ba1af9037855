from collections import Counter

import pytest

from media_workers.rooms.quality import (
    EVERY,
    FRESH,
    HearerReport,
    Slots,
    Uplink,
    spread,
    uplink,
    view,
)

NOW = 1000.0


def report(loss: float, *, round_trip: float | None = None, ago: float = 1.0) -> HearerReport:
    return HearerReport(at=NOW - ago, loss=loss, jitter=loss / 10, round_trip=round_trip)


def test_of_hearers_only_median_and_90th_percentile_are_told() -> None:
    reports = [report(loss / 100, round_trip=loss / 1000) for loss in range(1, 11)]

    shown = view(reports, {}, longest_gap=0.0204, now=NOW)

    assert shown == {
        "hearers": 10,
        "loss": {"median": 0.05, "p90": 0.09},
        "jitter_ms": {"median": 5, "p90": 9},
        "round_trip_ms": {"median": 5, "p90": 9},
        "longest_gap_ms": 20,
        "speakers": [],
    }


def test_a_report_of_long_ago_does_not_count() -> None:
    shown = view([report(0.5, ago=FRESH), report(0.1)], {}, longest_gap=0.02, now=NOW)

    assert (shown["hearers"], shown["loss"]) == (1, {"median": 0.1, "p90": 0.1})


def test_what_nobody_has_reported_is_not_known() -> None:
    shown = view([], {}, longest_gap=0.02, now=NOW)

    assert (shown["hearers"], shown["loss"], shown["round_trip_ms"]) == (0, None, None)


def test_each_speaker_is_told_of_by_himself() -> None:
    uplinks = {
        "eve": Uplink(loss=0.0, concealed=0.0, delay=0.04),
        "ada": Uplink(loss=0.1234, concealed=0.02, delay=0.1004),
    }

    assert view([], uplinks, longest_gap=0.02, now=NOW)["speakers"] == [
        {"account_id": "ada", "loss": 0.123, "concealed": 0.02, "delay_ms": 100},
        {"account_id": "eve", "loss": 0.0, "concealed": 0.0, "delay_ms": 40},
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 10, 11, 3000])
def test_the_median_and_the_90th_percentile_are_values_that_were_measured(count: int) -> None:
    values = [float(number) for number in range(1, count + 1)]

    found = spread(values, digits=0)

    assert found is not None
    assert sum(value <= found["median"] for value in values) >= count / 2
    assert sum(value <= found["p90"] for value in values) >= 0.9 * count
    assert set(found.values()) <= set(values)


def test_an_uplink_is_judged_by_what_was_counted_since_the_last_report() -> None:
    before = Counter(expected=250, lost=250, concealed=250)
    now = before + Counter(expected=250, lost=25, real=225, recovered=20, concealed=5)

    assert uplink(before, now, 0.06) == Uplink(loss=0.1, concealed=0.02, delay=0.06)


def test_an_uplink_over_which_nothing_came_is_not_judged() -> None:
    counts = Counter(expected=250, real=250)

    assert uplink(counts, counts, 0.06) is None


def test_the_longest_wait_for_a_slot_is_told_once_a_period() -> None:
    slots = Slots(NOW)
    slots.begin(NOW + 0.02)
    slots.begin(NOW + 0.32)
    slots.begin(NOW + 0.34)

    assert slots.longest_gap(NOW + 1) is None
    assert slots.longest_gap(NOW + EVERY) == pytest.approx(0.3)
    assert slots.longest_gap(NOW + EVERY) is None
    assert slots.longest_gap(NOW + 2 * EVERY) == 0
