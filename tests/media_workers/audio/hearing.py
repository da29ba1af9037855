"""What is heard of a speaker: its pitch, its gaps, and the fixtures that let it be heard."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bench.support.uplink import Arrivals, Packets, Pcm

Talk = Callable[..., Packets]
Arrive = Callable[..., Arrivals]
Hear = Callable[..., Any]


def dominant(pcm: Pcm) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(pcm)))) * 48000 / len(pcm)


def gaps(frames: list[Pcm | None]) -> int:
    """Ticks without sound after the first with sound and before the last."""
    sounding = [number for number, frame in enumerate(frames) if frame is not None]
    return sounding[-1] - sounding[0] + 1 - len(sounding)
