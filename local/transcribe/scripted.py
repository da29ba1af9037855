"""A recogniser that can't be wrong: words are marker tones, two sine waves each, as on a telephone.

`speak` makes the sound of words, `Scripted` hears them again, at their exact times. The tones pass
a voice activity gate and an Opus codec.
"""

from collections.abc import Sequence
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from local.transcribe.recogniser import SAMPLE_RATE, Heard, Word

LOW = tuple(range(500, 1300, 100))
HIGH = tuple(range(1500, 2300, 100))
FRAME = SAMPLE_RATE // 50
WORD_FRAMES = 10
GAP_FRAMES = 3
MIN_FRAMES = 6
LOUD = 300.0
SEGMENT_PAUSE = 0.6
"""Seconds of silence that end a segment."""

WORDS = tuple(
    """alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november
    oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu zero one two three
    four five six seven eight nine ten red orange yellow green blue violet north east south west
    spring summer autumn winter monday tuesday wednesday thursday friday saturday sunday morning
    noon evening night river mountain""".split()  # noqa: SIM905 - a list of 64 would fill a page
)


def speak(words: Sequence[str]) -> bytes:
    """The words as sound, 260 ms each (s16le, 16 kHz, mono); ValueError for one not in WORDS."""
    gap = np.zeros(GAP_FRAMES * FRAME)
    parts = [part for word in words for part in (_tones(WORDS.index(word)), gap)]
    return b"".join(part.astype("<i2").tobytes() for part in parts)


class Scripted:
    """Hears marker tones; a partial result with each word, a final one after a pause."""

    def __init__(self) -> None:
        self._rest = b""
        self._frames = 0
        self._marker: int | None = None
        self._since = 0
        self._words: list[Word] = []
        self._result_id = ""

    def push(self, pcm: bytes) -> list[Heard]:
        """As Recogniser.push."""
        self._rest += pcm
        heard: list[Heard] = []
        while len(self._rest) >= FRAME * 2:
            frame, self._rest = self._rest[: FRAME * 2], self._rest[FRAME * 2 :]
            heard += self._frame(marker_in(np.frombuffer(frame, "<i2")))
        return heard

    def finish(self) -> list[Heard]:
        """As Recogniser.finish."""
        return self._frame(None) + self._settle()

    def _frame(self, marker: int | None) -> list[Heard]:
        heard: list[Heard] = []
        now = self._frames
        if marker != self._marker:
            if self._marker is not None and now - self._since >= MIN_FRAMES:
                heard = [self._add(self._marker, self._since, now)]
            self._marker, self._since = marker, now
        self._frames += 1
        if self._words and marker is None and now / 50 - self._words[-1].ends >= SEGMENT_PAUSE:
            heard += self._settle()
        return heard

    def _add(self, marker: int, since: int, until: int) -> Heard:
        if not self._words:
            self._result_id = str(uuid4())
        word = Word(text=WORDS[marker], starts=since / 50, ends=until / 50, stable=True)
        self._words.append(word)
        # As Transcribe does: the last word of a partial result may still change.
        shown = [*self._words[:-1], Word(text=word.text, starts=word.starts, ends=word.ends)]
        return self._result(shown, final=False)

    def _settle(self) -> list[Heard]:
        if not self._words:
            return []
        final = self._result(self._words, final=True)
        self._words = []
        return [final]

    def _result(self, words: Sequence[Word], *, final: bool) -> Heard:
        return Heard(
            result_id=self._result_id,
            words=tuple(words),
            final=final,
            starts=words[0].starts,
            ends=words[-1].ends,
        )


def marker_in(samples: NDArray[np.int16]) -> int | None:
    """Which marker 20 ms of sound hold, if any."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(FRAME))) / FRAME
    low = [spectrum[f * FRAME // SAMPLE_RATE] for f in LOW]
    high = [spectrum[f * FRAME // SAMPLE_RATE] for f in HIGH]
    if min(max(low), max(high)) < LOUD:
        return None
    return int(np.argmax(low)) * len(HIGH) + int(np.argmax(high))


def _tones(marker: int) -> NDArray[np.float64]:
    time = np.arange(WORD_FRAMES * FRAME) / SAMPLE_RATE
    low, high = divmod(marker, len(HIGH))
    wave = np.sin(2 * np.pi * LOW[low] * time) + np.sin(2 * np.pi * HIGH[high] * time)
    return np.asarray(wave * 6_000)
