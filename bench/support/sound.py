"""Something to say."""

import numpy as np

from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE, Encoder


def voice(seconds: int) -> np.ndarray:
    """Frames of harmonics that glide and come in syllables, over a little noise."""
    time_axis = np.arange(seconds * SAMPLE_RATE) / SAMPLE_RATE
    phase = 2 * np.pi * np.cumsum(140 + 40 * np.sin(2 * np.pi * 0.7 * time_axis)) / SAMPLE_RATE
    sound = sum(np.sin(n * phase) / n for n in range(1, 20))
    sound *= np.clip(np.sin(2 * np.pi * 2.5 * time_axis), 0, 1)
    noise = np.random.default_rng(1).normal(0, 0.003, len(time_axis))
    return ((sound / 3 + noise) * 9000).astype(np.int16).reshape(-1, FRAME_SIZE)


def packets(seconds: int) -> list[bytes]:
    """The voice as a client encodes it."""
    encoder = Encoder()
    return [encoder.encode(frame) for frame in voice(seconds)]
