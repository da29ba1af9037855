from typing import Any

import numpy as np

from media_workers.captioning.tap import MAX_WAITING, Tap

FRAME = np.ones(960, np.int16)
ADA: frozenset[str] = frozenset({"ada"})
NOBODY: frozenset[str] = frozenset()


def times(tap: Tap) -> list[tuple[str, int]]:
    return [(speech.account_id, speech.at_ms) for speech in tap.take()]


def open_tap(clock_ms: int = 0) -> Tap:
    tap = Tap(clock_ms)
    tap.open = True
    return tap


def test_a_closed_tap_keeps_nothing_but_the_time() -> None:
    tap = Tap(500)

    for _ in range(3):
        tap.hear({"ada": FRAME}, ADA)

    assert times(tap) == []
    assert tap.clock_ms == 560


def test_only_who_is_audible_is_heard() -> None:
    tap = open_tap()

    tap.hear({"ada": FRAME, "bob": FRAME}, ADA)

    assert times(tap) == [("ada", 0)]


def test_what_came_a_little_before_a_voice_was_audible_comes_along() -> None:
    tap = open_tap()
    for _ in range(30):
        tap.hear({"ada": FRAME}, NOBODY)

    tap.hear({"ada": FRAME}, ADA)
    tap.hear({"ada": FRAME}, ADA)

    assert times(tap) == [("ada", 20 * slot) for slot in range(21, 32)]


def test_a_voice_that_was_gone_begins_anew() -> None:
    tap = open_tap()
    tap.hear({"ada": FRAME}, NOBODY)
    tap.hear({}, NOBODY)

    tap.hear({"ada": FRAME}, ADA)

    assert times(tap) == [("ada", 40)]


def test_slots_that_were_given_up_are_time_that_passed() -> None:
    tap = open_tap()
    tap.hear({"ada": FRAME}, ADA)

    tap.give_up(10)
    tap.hear({"ada": FRAME}, ADA)

    assert times(tap) == [("ada", 0), ("ada", 220)]


def test_speech_that_nobody_takes_makes_way_for_the_newest_and_is_counted() -> None:
    tap = open_tap()

    for _ in range(MAX_WAITING + 7):
        tap.hear({"ada": FRAME}, ADA)

    waiting: list[Any] = tap.take()
    assert len(waiting) == MAX_WAITING
    assert waiting[0].at_ms == 140
    assert tap.counters["dropped"] == 7


def test_closing_forgets_what_waits() -> None:
    tap = open_tap()
    tap.hear({"ada": FRAME}, ADA)

    tap.close()

    assert len(tap) == 0
