"""The gate: what of a speaker's sound a recogniser should hear, judged by voice activity.

It opens on voice, from a little before it began; it stays open over short pauses and long enough
behind the last word for the recogniser to call it final.
"""

from collections import deque
from dataclasses import dataclass

import webrtcvad  # type: ignore[import-untyped] # it has no stubs

from core.captions import FRAME_BYTES, FRAME_MS, SAMPLE_RATE

AGGRESSIVENESS = 2
ONSET_FRAMES = 3
"""Voiced frames, of ONSET_WINDOW, that open the gate: a click doesn't."""
ONSET_WINDOW = 5
PRE_ROLL_MS = 300
HANGOVER_MS = 1_200
"""Speech ends in a final result only if the recogniser hears the silence behind it."""

SILENCE = bytes(FRAME_BYTES)


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of one speaker (s16le, 16 kHz, mono) from `at_ms` of the media clock on."""

    at_ms: int
    pcm: bytes
    voiced: bool = False

    @property
    def ends_ms(self) -> int:
        """The media clock behind the last sample."""
        return self.at_ms + FRAME_MS


class Gate:
    """One speaker's gate; frames in the order of the media clock, with gaps where none came."""

    def __init__(self) -> None:
        self._vad = webrtcvad.Vad(AGGRESSIVENESS)
        self._kept: deque[Frame] = deque(maxlen=PRE_ROLL_MS // FRAME_MS)
        self._recent: deque[bool] = deque(maxlen=ONSET_WINDOW)
        self._heard_ms = 0
        self._next_ms: int | None = None
        self.voice_until_ms: int | None = None
        self.open = False

    def push(self, at_ms: int, pcm: bytes) -> list[Frame]:
        """The frames to recognise now that this one came; one that came before is dropped."""
        if at_ms < self._heard_ms:
            return []
        self._heard_ms = at_ms + FRAME_MS
        passed = self.pause(at_ms)
        if at_ms != self._next_ms and not self.open:
            self._recent.clear()
        frame = Frame(at_ms, pcm, voiced=self._vad.is_speech(pcm, SAMPLE_RATE))
        return passed + self._pass(frame)

    def pause(self, until_ms: int) -> list[Frame]:
        """Nothing came until this time: silence in its place, as long as the gate is open.

        What comes later than that after all is let through behind the silence.
        """
        passed: list[Frame] = []
        while self.open and self._next_ms is not None and self._next_ms + FRAME_MS <= until_ms:
            passed += self._pass(Frame(self._next_ms, SILENCE))
        return passed

    def _pass(self, frame: Frame) -> list[Frame]:
        self._next_ms = frame.ends_ms
        self._recent.append(frame.voiced)
        if self.open:
            if frame.voiced:
                self.voice_until_ms = frame.ends_ms
            elif frame.ends_ms - (self.voice_until_ms or 0) >= HANGOVER_MS:
                self.open = False
                self._recent.clear()
            return [frame]
        self._kept.append(frame)
        if sum(self._recent) < ONSET_FRAMES:
            return []
        self.open = True
        self.voice_until_ms = frame.ends_ms
        # Behind a gap in the frames there is nothing to show from before it.
        passed = [kept for kept in self._kept if kept.at_ms >= frame.ends_ms - PRE_ROLL_MS]
        self._kept.clear()
        return passed
