"""Faster and slower without a change of pitch or a click."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from media_workers.audio.opus import FRAME_SIZE
from media_workers.audio.timescale import LONGEST, SHORTEST, lengthen, shorten

Pcm = NDArray[np.int16]
Change = Callable[..., Pcm | None]


@pytest.mark.parametrize(("change", "sign"), [(shorten, -1), (lengthen, 1)])
@pytest.mark.parametrize("hertz", [110, 180, 260, 390])
def test_a_tone_loses_or_gains_whole_periods_and_stays_smooth(
    tone: Callable[..., Pcm], change: Change, sign: int, hertz: int
) -> None:
    pcm = tone(0.06, hertz=hertz)
    changed = change(pcm[FRAME_SIZE : 2 * FRAME_SIZE])

    assert changed is not None
    assert SHORTEST <= sign * (len(changed) - FRAME_SIZE) <= LONGEST
    whole = np.concatenate([pcm[:FRAME_SIZE], changed, pcm[2 * FRAME_SIZE :]]).astype(np.int32)
    slope = np.abs(np.diff(pcm.astype(np.int32))).max()
    assert np.abs(np.diff(whole)).max() <= 1.2 * slope
    assert np.abs(whole).max() <= 1.02 * np.abs(pcm.astype(np.int32)).max()


@pytest.mark.parametrize("change", [shorten, lengthen])
def test_silence_changes_by_the_most(change: Change) -> None:
    changed = change(np.zeros(FRAME_SIZE, np.int16))

    assert changed is not None
    assert abs(len(changed) - FRAME_SIZE) == LONGEST


@pytest.mark.parametrize("change", [shorten, lengthen])
def test_what_never_repeats_is_left_alone_unless_it_must_be(change: Change) -> None:
    noise = np.random.default_rng(1).normal(0, 5000, FRAME_SIZE).astype(np.int16)

    assert change(noise) is None
    assert change(noise, alike=0.0) is not None
