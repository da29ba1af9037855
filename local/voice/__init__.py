"""What the demo room's host says, and how it is played."""

import asyncio
import re
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from aiortc.mediastreams import MediaStreamTrack

# Made by espeak-ng (-v en-us -s 145 -g 2) of each line of the script, 1 s of silence behind it;
# mono, 16 kHz, IMA ADPCM.
WELCOME = Path(__file__).parent / "welcome.wav"
SCRIPT = Path(__file__).parent / "welcome.txt"
MAX_PHRASE = 40  # what a word of a room's vocabulary may have
OVERLAP = 2  # words
SAMPLE_RATE = 48_000
SAMPLES = 960  # 20 ms
TOO_LATE = 0.5  # s; a process that slept goes on from now, rather than talk faster

Samples = npt.NDArray[np.int16]


class Voice(MediaStreamTrack):  # type: ignore[misc]  # aiortc is not checked here
    """A recording, played over and over at the speed of time."""

    kind = "audio"

    def __init__(self, samples: Samples) -> None:
        super().__init__()
        whole = len(samples) - len(samples) % SAMPLES
        self._frames = samples[:whole].reshape(-1, 1, SAMPLES)
        self._played = 0
        self._due = 0.0

    async def recv(self) -> av.AudioFrame:
        """The next 20 ms, when they are due."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._due > TOO_LATE:
            self._due = loop.time()
        await asyncio.sleep(self._due - loop.time())
        frame = av.AudioFrame.from_ndarray(
            self._frames[self._played % len(self._frames)], format="s16", layout="mono"
        )
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = self._played * SAMPLES
        self._played += 1
        self._due += SAMPLES / SAMPLE_RATE
        return frame


def script() -> list[str]:
    """What the recording says, a sentence an item."""
    return SCRIPT.read_text(encoding="utf-8").splitlines()


def phrases(sentences: Iterable[str]) -> list[str]:
    """Their words in phrases of at most 40 characters, which overlap: all that follows all."""
    found: list[str] = []
    for sentence in sentences:
        words: list[str] = []
        for word in re.findall(r"[A-Za-z']+", sentence):
            if len(" ".join([*words, word])) > MAX_PHRASE:
                found.append(" ".join(words))
                words = words[-OVERLAP:]
            words.append(word)
        found.append(" ".join(words))
    return found


def load(path: Path = WELCOME) -> Samples:
    """A recording as mono samples at 48 kHz."""
    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
    with av.open(str(path)) as recording:
        decoded = [
            part for frame in recording.decode(audio=0) for part in resampler.resample(frame)
        ]
    parts = [part.to_ndarray()[0] for part in [*decoded, *resampler.resample(None)]]
    return np.concatenate(parts)
