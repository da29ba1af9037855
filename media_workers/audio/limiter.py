"""Keeps a sum of voices below full scale by turning it down around its peaks, without clipping."""

from typing import TYPE_CHECKING

import numpy as np

from media_workers.audio.opus import FRAME_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from media_workers.audio.opus import Pcm

CEILING = 29_204.0  # -1 dBFS
BLOCK = 120  # 2.5 ms
BLOCKS = FRAME_SIZE // BLOCK
RELEASE = 10 ** (0.15 / 20)
"""The gain recovers by this factor a block: 6 dB in 100 ms."""

POSITION = np.arange(BLOCK, dtype=np.float32) / BLOCK


class Limiter:
    """The gain of one stream, carried from frame to frame."""

    def __init__(self) -> None:
        self._gain = 1.0

    def process(self, signal: "NDArray[np.float32] | NDArray[np.int32]") -> "Pcm":
        """960 samples within the ceiling, whatever comes in; untouched if they were all along.

        Both channels of stereo are turned down alike, so that nothing moves sideways.

        The gain is a line between the ends of blocks, at each no more than either neighbour can
        bear; so no sample in between exceeds the ceiling.
        """
        if self._gain == 1.0 and signal.max() <= CEILING and signal.min() >= -CEILING:
            return signal.astype(np.int16)
        peaks = np.abs(signal.reshape(BLOCKS, -1)).max(axis=1)
        allowed = [min(1.0, CEILING / max(float(peak), 1.0)) for peak in peaks]
        ends = np.empty(BLOCKS + 1, np.float32)
        gain = ends[0] = min(self._gain, allowed[0])
        for block in range(BLOCKS):
            following = allowed[min(block + 1, BLOCKS - 1)]
            gain = ends[block + 1] = min(gain * RELEASE, allowed[block], following)
        self._gain = float(gain)
        lines = ends[:-1, None] + (ends[1:] - ends[:-1])[:, None] * POSITION
        return (signal * lines.reshape(-1, *[1] * (signal.ndim - 1))).astype(np.int16)
