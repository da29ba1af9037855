"""One mix for everyone, and one without himself for each who talks."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from media_workers.audio.limiter import Limiter
from media_workers.audio.opus import FRAME_SIZE, silence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from media_workers.audio.opus import Pcm

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Mix(Generic[Key]):
    """20 ms for everyone, 960 samples a channel. Who has no key in `without` hears `everyone`."""

    everyone: "Pcm"
    without: "dict[Key, Pcm]"


class Mixer(Generic[Key]):
    """The stage of one room: 13 voices add up to 25 bits at most, so nothing overflows."""

    def __init__(self, channels: int = 1) -> None:
        self._silence = silence(FRAME_SIZE, channels).astype(np.int32)
        self._everyone = Limiter()
        self._without: dict[Key, Limiter] = {}

    def mix(self, frames: "Mapping[Key, Pcm]") -> Mix[Key]:
        """Adds up the frames of those who are audible in this tick; silence if nobody is."""
        if not frames:
            self._without.clear()
            return Mix(self._everyone.process(self._silence), {})
        total: NDArray[np.int32] = self._silence.copy()
        for frame in frames.values():
            total += frame
        # A limiter that nobody needs any more is forgotten: it would have recovered by itself.
        self._without = {key: self._without.get(key) or Limiter() for key in frames}
        return Mix(
            self._everyone.process(total),
            {key: self._without[key].process(total - frame) for key, frame in frames.items()},
        )
