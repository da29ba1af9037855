"""How loud a speaker is, whether he is talking, and the gain that makes all alike."""

from math import log10
from typing import TYPE_CHECKING

import numpy as np

from media_workers.audio.limiter import Limiter
from media_workers.audio.opus import FRAME_SIZE

if TYPE_CHECKING:
    from media_workers.audio.opus import Pcm

SILENCE = -127.0
"""dBFS, the least level there is (as in RFC 6464)."""

FULL_SCALE = 32768.0
FRAME_SECONDS = 0.02
RAMP = np.linspace(0.0, 1.0, FRAME_SIZE, dtype=np.float32)


def level_dbfs(pcm: "Pcm") -> float:
    """The RMS level of a frame; 0 is a full-scale square wave."""
    signal = pcm.ravel().astype(np.float32)
    power = float(signal @ signal) / len(signal)
    return max(SILENCE, 10 * log10(power / FULL_SCALE**2)) if power else SILENCE


class Activity:
    """Who is audible: on with the first frame of speech, off 180 ms after the last.

    Speech stands out from the noise of the speaker's own microphone: the floor follows the
    quietest frames, down at once and up slowly.
    """

    LOUD = -35.0  # always audible, and no floor is higher
    FAINT = -60.0  # no floor is lower
    ABOVE_FLOOR = 10.0
    STAY_ABOVE_FLOOR = 6.0
    FLOOR_RISE = 10.0 * FRAME_SECONDS  # dB a frame
    HANGOVER = 9  # frames; with a jitter buffer's 100 ms, all know within 300 ms who fell silent

    def __init__(self) -> None:
        self.audible = False
        self._floor = self.FAINT
        self._quiet = 0

    def update(self, level: float) -> bool:
        """Takes the level of the next 20 ms (`SILENCE` if there were none); who is audible now."""
        margin = self.STAY_ABOVE_FLOOR if self.audible else self.ABOVE_FLOOR
        speech = level > min(self._floor + margin, self.LOUD)
        self._floor = min(
            max(level, self.FAINT),
            self._floor + self.FLOOR_RISE,
            self.LOUD - self.ABOVE_FLOOR,
        )
        self._quiet = 0 if speech else self._quiet + 1
        self.audible = speech or (self.audible and self._quiet <= self.HANGOVER)
        return self.audible


class Leveller:
    """Automatic gain: speech of -40 to -12 dBFS comes out alike, and nothing clips.

    The gain follows the level of speech alone, measured over seconds; in pauses it rests, so that
    noise is not pumped up.
    """

    TARGET = -20.0  # dBFS, of active speech
    MAX_GAIN, MIN_GAIN = 24.0, -12.0
    FAINT = -55.0
    SPEECH_RANGE = 14.0  # dB below the average that still is speech and not a pause
    MEMORY = 150  # frames of speech in the average
    RISE, FALL = 0.3, 0.8  # dB a frame

    def __init__(self) -> None:
        self.gain = 0.0
        self._power = 0.0
        self._frames = 0
        self._limiter = Limiter()

    def process(self, pcm: "Pcm", level: float) -> "Pcm":
        """The frame at its new level. `level`: its `level_dbfs`, which the caller knows."""
        before = self.gain
        if level > max(self.FAINT, self._speech_level - self.SPEECH_RANGE):
            self._learn(level)
            wanted = min(max(self.TARGET - self._speech_level, self.MIN_GAIN), self.MAX_GAIN)
            self.gain += min(max(wanted - self.gain, -self.FALL), self.RISE)
        start, end = _factor(before), _factor(self.gain)
        return self._limiter.process(pcm * (start + (end - start) * RAMP))

    @property
    def _speech_level(self) -> float:
        return 10 * log10(self._power) if self._frames else SILENCE

    def _learn(self, level: float) -> None:
        self._frames = min(self._frames + 1, self.MEMORY)
        self._power += (10 ** (level / 10) - self._power) / self._frames


def _factor(gain: float) -> np.float32:
    return np.float32(10 ** (gain / 20))
