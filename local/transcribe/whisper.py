"""faster-whisper as recogniser, for who has it installed with a model on disk: nothing is fetched.

It is no streaming engine: what was said since the last pause is transcribed anew for each partial
result, and once more, with all of its context, for the final one.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import webrtcvad  # type: ignore[import-untyped] # it has no stubs

from local.transcribe.recogniser import SAMPLE_RATE, CannotRecognise, Heard, MakeRecogniser, Word

FRAME_BYTES = SAMPLE_RATE // 50 * 2
PARTIAL_EACH = 1.0
PAUSE = 0.6
LONGEST_SEGMENT = 20.0
BYTES_A_SECOND = SAMPLE_RATE * 2


def whisper(model_directory: Path) -> MakeRecogniser:
    """Recognisers on one model; CannotRecognise if there is no engine or no model."""
    if not (model_directory / "model.bin").is_file():
        raise CannotRecognise(f"There is no faster-whisper model (model.bin) in {model_directory}.")
    try:
        from faster_whisper import (  # type: ignore[import-not-found] # noqa: PLC0415 - optional
            WhisperModel,
        )
    except ImportError as error:
        raise CannotRecognise(
            "STOA_RECOGNISER=whisper needs the package faster-whisper, which is not installed."
        ) from error
    model = WhisperModel(str(model_directory), compute_type="int8", local_files_only=True)
    return lambda vocabulary: Whisper(model, vocabulary)


class Whisper:
    """One stream; `model` transcribes float32 samples as faster_whisper.WhisperModel does."""

    def __init__(self, model: Any, vocabulary: Sequence[str]) -> None:
        self._model = model
        self._hotwords = " ".join(phrase.replace("-", " ") for phrase in vocabulary) or None
        self._vad = webrtcvad.Vad(2)
        self._rest = b""
        self._speech = bytearray()
        self._now = 0.0
        self._starts = 0.0
        self._voice_until = 0.0
        self._next_partial = 0.0
        self._result_id = ""

    def push(self, pcm: bytes) -> list[Heard]:
        """As Recogniser.push."""
        self._rest += pcm
        heard: list[Heard] = []
        while len(self._rest) >= FRAME_BYTES:
            frame, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            heard += self._frame(frame)
        return heard

    def finish(self) -> list[Heard]:
        """As Recogniser.finish."""
        return self._transcribe(final=True)

    def _frame(self, frame: bytes) -> list[Heard]:
        starts = self._now
        self._now += FRAME_BYTES / BYTES_A_SECOND
        voiced = self._vad.is_speech(frame, SAMPLE_RATE)
        if voiced:
            self._voice_until = self._now
        if not self._speech:
            if not voiced:
                return []
            self._starts, self._result_id = starts, str(uuid4())
            self._next_partial = self._now + PARTIAL_EACH
        self._speech += frame
        if self._now - self._voice_until >= PAUSE or self._now - self._starts >= LONGEST_SEGMENT:
            return self._transcribe(final=True)
        if self._now >= self._next_partial:
            self._next_partial = self._now + PARTIAL_EACH
            return self._transcribe(final=False)
        return []

    def _transcribe(self, *, final: bool) -> list[Heard]:
        if not self._speech:
            return []
        samples = np.frombuffer(bytes(self._speech), "<i2").astype(np.float32) / 32_768
        segments, _ = self._model.transcribe(
            samples, word_timestamps=True, hotwords=self._hotwords, beam_size=1 + 4 * final
        )
        words = tuple(self._words(segments))
        if final:
            self._speech.clear()
        if not words:
            return []
        return [
            Heard(
                result_id=self._result_id,
                words=words,
                final=final,
                starts=words[0].starts,
                ends=words[-1].ends,
            )
        ]

    def _words(self, segments: Iterable[Any]) -> Iterable[Word]:
        for segment in segments:
            for word in segment.words or ():
                yield Word(
                    text=word.word.strip(),
                    starts=self._starts + word.start,
                    ends=self._starts + word.end,
                    confidence=word.probability,
                )
