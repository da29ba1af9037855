"""Plays a little faster or slower at the same pitch.

Whole periods are left out or said twice, joined by a cross-fade (overlap-add, as in WSOLA).
"""

from typing import TYPE_CHECKING

import numpy as np

from media_workers.audio.opus import mono

if TYPE_CHECKING:
    from media_workers.audio.opus import Pcm

DECIMATION = 4
SHORTEST, LONGEST = 120, 480
"""Samples: periods of 400 Hz down to 100 Hz, twice in a frame of 20 ms."""

ALIKE = 0.8
"""The least correlation of two neighbouring periods for a cross-fade that hides the join."""

QUIET = 100.0
"""RMS (-50 dBFS) below which any join goes unheard."""


def shorten(pcm: "Pcm", *, alike: float = ALIKE) -> "Pcm | None":
    """The frame less one period (2.5 to 10 ms), or None if that would be heard."""
    period = _period(pcm, alike)
    if period is None:
        return None
    joined = _fade(pcm[:period], pcm[period : 2 * period])
    return np.concatenate([joined, pcm[2 * period :]])


def lengthen(pcm: "Pcm", *, alike: float = ALIKE) -> "Pcm | None":
    """The frame with one period twice (2.5 to 10 ms), or None if that would be heard."""
    period = _period(pcm, alike)
    if period is None:
        return None
    joined = _fade(pcm[period : 2 * period], pcm[:period])
    return np.concatenate([pcm[:period], joined, pcm[period:]])


def _period(pcm: "Pcm", alike: float) -> int | None:
    """The lag at which the frame is most like itself; the longest if it is quiet."""
    signal = mono(pcm).astype(np.float32)
    if float(np.sqrt(np.mean(signal * signal))) < QUIET:
        return LONGEST
    coarse = signal[: len(signal) // DECIMATION * DECIMATION].reshape(-1, DECIMATION).mean(axis=1)
    half = LONGEST // DECIMATION
    head = coarse[:half]
    windows = np.lib.stride_tricks.sliding_window_view(coarse, half)
    lags = windows[SHORTEST // DECIMATION : half + 1]
    energy = np.sqrt((lags * lags).sum(axis=1) * (head * head).sum())
    likeness = (lags @ head) / np.maximum(energy, 1.0)
    best = int(np.argmax(likeness))
    return SHORTEST + DECIMATION * best if likeness[best] >= alike else None


def _fade(start: "Pcm", end: "Pcm") -> "Pcm":
    weight = np.linspace(0.0, 1.0, len(start), dtype=np.float32)
    weight = weight.reshape(-1, *[1] * (start.ndim - 1))
    return (start + (end.astype(np.float32) - start) * weight).astype(np.int16)
