"""Members who say words that the stand-in for a recogniser knows, and read what is said."""

import asyncio
from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc.mediastreams import MediaStreamTrack

from local.transcribe.scripted import speak
from tests.journeys.caller import Caller

RATE, FRAME = 48_000, 960
PAUSE = 1.0  # s of silence behind what is said: more than ends a segment
RESUMES_WITHIN = 10.0


def sound(words: Sequence[str]) -> Any:
    """The words as int16 samples at 48 kHz, with a pause behind them."""
    narrow = np.frombuffer(speak(words), "<i2").astype(float)
    wide = np.interp(np.arange(3 * len(narrow)) / 3, np.arange(len(narrow)), narrow)
    return np.concatenate([wide, np.zeros(int(PAUSE * RATE))]).astype(np.int16)


class Mouth(MediaStreamTrack):
    """A microphone that is silent until something is to be said."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._frames: deque[Any] = deque()
        self._played = 0
        self._began = 0.0

    def say(self, *words: str) -> None:
        samples = sound(words)
        self._frames.extend(samples[: len(samples) // FRAME * FRAME].reshape(-1, 1, FRAME))

    async def recv(self) -> av.AudioFrame:
        now = asyncio.get_running_loop().time()
        self._began = self._began or now
        await asyncio.sleep(max(0.0, self._began + self._played * FRAME / RATE - now))
        silence = np.zeros((1, FRAME), np.int16)
        samples = self._frames.popleft() if self._frames else silence
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        frame.pts = self._played * FRAME
        self._played += 1
        return frame


class Reader:
    """Somebody in a room, what they say there, and what of captions they were told."""

    def __init__(self, mouth: Mouth, caller: Caller) -> None:
        self.mouth = mouth
        self.caller = caller

    @property
    def told(self) -> list[dict[str, Any]]:
        """Every version of every line, as it came."""
        return [event["line"] for event in self.caller.events if event["type"] == "caption"]

    async def reads(self, text: str, *, seconds: float = 15) -> dict[str, Any]:
        """The final line with this text, once it was told."""

        def found() -> dict[str, Any] | None:
            return next((it for it in self.told if it["final"] and it["text"] == text), None)

        await self.caller._until(found, seconds, f"the line {text!r}")
        line = found()
        assert line
        return line

    async def reads_of(self, word: str) -> None:
        """Some line, not final yet, has this word."""
        await self.caller._until(
            lambda: any(word in line["text"] for line in self.told), 10, f"the word {word!r}"
        )

    async def reads_on(self, told: int) -> None:
        """Behind so many lines the words of the broken link were taken back, and others came."""

        def again() -> bool:
            texts = [line["text"] for line in self.told[told:]]
            return "" in texts and any(texts[texts.index("") :])

        await self.caller._until(again, RESUMES_WITHIN, "new captions")

    async def reads_all(self, words: Sequence[str], *, seconds: float) -> list[str]:
        """All that was told in final lines, once the last of these words was among it."""

        def read() -> list[str]:
            lines = {line["seq"]: line["text"] for line in self.told if line["final"]}
            told = " ".join(text for _, text in sorted(lines.items())).split()
            return told[told.index(words[0]) :] if words[0] in told else []

        await self.caller._until(lambda: words[-1] in read(), seconds, f"the word {words[-1]!r}")
        return read()
