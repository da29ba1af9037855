from typing import Any

import pytest

from media_workers.process.ticker import CATCH_UP, TICK, Ticker


def run(ticker: Any, now: Any, until: Any, work: Any) -> Any:
    """The worker's loop with a clock of our own: when each slot began, and what was given up."""
    begun = []
    ticker.start(now)
    durations = iter(work)
    while now < until:
        now += ticker.wait(now)
        given_up = ticker.advance(now)
        begun.append((now, given_up))
        now += next(durations, 0.001)
    return begun


def test_slots_stay_on_the_clock_however_long_the_work_takes() -> None:
    ticker = Ticker()

    begun = run(ticker, 100.0, 102.0, [0.001, 0.012, 0.019] * 40)

    assert len(begun) == 100
    assert begun[-1][0] == pytest.approx(100.0 + 100 * TICK)
    assert ticker.late == 0


def test_no_slot_is_skipped_when_the_work_takes_too_long() -> None:
    ticker = Ticker()

    begun = run(ticker, 100.0, 102.0, [0.15])

    assert len(begun) == 100
    assert ticker.late == 6
    assert ticker.given_up == 0


def test_what_a_long_pause_swallowed_is_given_up_and_said() -> None:
    ticker = Ticker()

    begun = run(ticker, 100.0, 112.0, [10.0])

    assert sum(given_up for _, given_up in begun) == ticker.given_up
    assert ticker.given_up == 10 / TICK - CATCH_UP - 1
    assert len(begun) + ticker.given_up == 12 / TICK
