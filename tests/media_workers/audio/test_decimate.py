from typing import Any

import numpy as np
import pytest

from media_workers.audio.decimate import Decimator

RATE, FRAME = 48_000, 960


def tone(frequency: float, frames: int = 50) -> Any:
    time = np.arange(frames * FRAME) / RATE
    return (10_000 * np.sin(2 * np.pi * frequency * time)).astype(np.int16)


def decimated(samples: Any) -> Any:
    decimator = Decimator()
    parts = [decimator.process(part) for part in samples.reshape(-1, FRAME)]
    return np.concatenate(parts)


def level(samples: Any) -> float:
    """dB beside the tones that go in."""
    power = float(np.mean(samples[FRAME:].astype(float) ** 2))
    return float(10 * np.log10(max(power, 1e-9) / (10_000**2 / 2)))


def test_twenty_milliseconds_stay_twenty_milliseconds() -> None:
    assert len(Decimator().process(np.zeros(FRAME, np.int16))) == 320


@pytest.mark.parametrize("frequency", [100, 440, 3000, 6000])
def test_speech_passes_as_it_is(frequency: float) -> None:
    assert level(decimated(tone(frequency))) == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("frequency", [8500, 10_000, 15_000, 15_900, 20_000])
def test_what_would_fold_back_is_gone(frequency: float) -> None:
    assert level(decimated(tone(frequency))) < -45


def test_frames_join_without_a_seam() -> None:
    samples = tone(440)
    whole = Decimator().process(samples)

    assert np.array_equal(decimated(samples), whole)


def test_the_loudest_sound_does_not_wrap_around() -> None:
    square = np.where(np.arange(10 * FRAME) % 200 < 100, 32767, -32768).astype(np.int16)

    out = decimated(square)[FRAME:].astype(int)

    assert np.abs(np.diff(out)).max() < 60_000
    assert out.max() == 32767
