"""pocketsphinx as recogniser: free speech, a room's own language, or exact phrases.

Its general model misses every third word of read speech and more of a synthetic voice. With a
vocabulary of phrases it recognises nothing but their words, in any order, and few of them wrong;
as a grammar it recognises whole phrases only. A decoder is made for each stream, since one that
has heard a speaker hears the next one differently: 0.3 s and 90 MB for the general model, 20 ms
and a tenth of that for a room's words.
"""

import io
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from local.transcribe.pronounce import pronounce
from local.transcribe.recogniser import SAMPLE_RATE, CannotRecognise, Heard, Word

DICTIONARY = "en-us/cmudict-en-us.dict"
FAST = {"loglevel": "FATAL", "fwdflat": False, "maxhmmpf": 3000, "pl_window": 5}
LONGEST_SEGMENT = 12.0
PARTIAL_EACH = 0.3
FRAMES_A_SECOND = 100
BYTES_A_SECOND = SAMPLE_RATE * 2
FILLERS = ("<", "[")


def free_speech(vocabulary: Sequence[str]) -> "Sphinx":
    """Anything, badly; with a vocabulary that has phrases, their words, well."""
    phrases = [words for phrase in vocabulary if (words := phrase_words(phrase))]
    if any(len(words) > 1 for words in phrases):
        with tempfile.TemporaryDirectory() as directory:
            model = Path(directory) / "room.lm"
            _write_language(model, phrases)
            return Sphinx(_decoder(_dictionary(Path(directory), phrases), lm=str(model)))
    decoder = _decoder(None)
    for words in phrases:
        if decoder.lookup_word(words[0]) is None:
            decoder.add_word(words[0], pronounce(words[0]), update=True)
    return Sphinx(decoder)


def grammar(vocabulary: Sequence[str]) -> "Sphinx":
    """One of these phrases, and nothing else."""
    phrases = [words for phrase in vocabulary if (words := phrase_words(phrase))]
    if not phrases:
        raise CannotRecognise("A grammar needs the room's vocabulary: its phrases.")
    with tempfile.TemporaryDirectory() as directory:
        decoder = _decoder(_dictionary(Path(directory), phrases), lm=None)
    choices = " | ".join(" ".join(words) for words in phrases)
    decoder.add_jsgf_string("room", f"#JSGF V1.0;\ngrammar room;\npublic <phrase> = {choices};\n")
    decoder.activate_search("room")
    return Sphinx(decoder)


def phrase_words(phrase: str) -> list[str]:
    """The words of a vocabulary's phrase, which joins them by hyphens."""
    return re.findall(r"[a-z']+", phrase.lower().replace("’", "'"))  # noqa: RUF001 - typographic


class Sphinx:
    """One stream: segments by voice activity, partial results as they form."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._endpointer = _pocketsphinx().Endpointer(
            window=0.3, ratio=0.9, vad_mode=2, sample_rate=SAMPLE_RATE
        )
        self._rest = b""
        self._now = 0.0
        self._starts: float | None = None
        self._result_id = ""
        self._text = ""
        self._next_partial = 0.0

    def push(self, pcm: bytes) -> list[Heard]:
        """As Recogniser.push."""
        self._rest += pcm
        size = self._endpointer.frame_bytes
        heard: list[Heard] = []
        while len(self._rest) >= size:
            frame, self._rest = self._rest[:size], self._rest[size:]
            self._now += size / BYTES_A_SECOND
            heard += self._frame(frame)
        return heard

    def finish(self) -> list[Heard]:
        """As Recogniser.finish."""
        if self._endpointer.in_speech and self._starts is not None:
            # What is left is shorter than a frame; the end of the stream takes no empty one.
            last = self._endpointer.end_stream(self._rest[: len(self._rest) // 2 * 2] or bytes(2))
            if last:
                self._decoder.process_raw(last)
        return self._settle()

    def _frame(self, frame: bytes) -> list[Heard]:
        was_speech = self._endpointer.in_speech
        speech = self._endpointer.process(frame)
        if speech is None:
            return []
        if self._starts is None:
            # The endpointer looks back: what it returns began before the frame that decided.
            self._starts = self._now if was_speech else float(self._endpointer.speech_start)
            self._result_id, self._text = str(uuid4()), ""
            self._next_partial = self._now + PARTIAL_EACH
            self._decoder.start_utt()
        self._decoder.process_raw(speech)
        if not self._endpointer.in_speech or self._now - self._starts > LONGEST_SEGMENT:
            return self._settle()
        return self._partial()

    def _partial(self) -> list[Heard]:
        if self._now < self._next_partial:
            return []
        self._next_partial = self._now + PARTIAL_EACH
        hypothesis = self._decoder.hyp()
        if not hypothesis or hypothesis.hypstr in ("", self._text):
            return []
        self._text = hypothesis.hypstr
        return self._heard(final=False)

    def _settle(self) -> list[Heard]:
        if self._starts is None:
            return []
        self._decoder.end_utt()
        heard = self._heard(final=True)
        self._starts = None
        return heard

    def _heard(self, *, final: bool) -> list[Heard]:
        starts = self._starts or 0.0
        words = tuple(
            Word(
                text=re.sub(r"\(\d+\)$", "", segment.word),
                starts=round(starts + segment.start_frame / FRAMES_A_SECOND, 2),
                ends=round(starts + (segment.end_frame + 1) / FRAMES_A_SECOND, 2),
                confidence=round(min(1.0, segment.prob), 3),
            )
            for segment in self._decoder.seg() or ()
            if not segment.word.startswith(FILLERS)
        )
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


def check() -> None:
    """CannotRecognise unless pocketsphinx is installed."""
    _pocketsphinx()


def _pocketsphinx() -> Any:
    try:
        # There is no wheel of it for every Python.
        import pocketsphinx  # type: ignore[import-untyped] # noqa: PLC0415
    except ImportError as error:
        raise CannotRecognise(
            "Free speech and grammars need pocketsphinx, which has no wheel for this Python "
            "(3.11 to 3.13 have one): use one of those, or STOA_RECOGNISER=scripted."
        ) from error
    return pocketsphinx


def _decoder(dictionary: Path | None, **settings: Any) -> Any:
    pocketsphinx = _pocketsphinx()
    if dictionary is not None:
        settings["dict"] = str(dictionary)
    return pocketsphinx.Decoder(pocketsphinx.Config(**FAST | settings))


def _dictionary(directory: Path, phrases: Sequence[Sequence[str]]) -> Path:
    """These words' pronunciations only: a decoder of few words is made in 20 ms."""
    wanted = {word for words in phrases for word in words}
    path = directory / "room.dict"
    with (
        Path(_pocketsphinx().get_model_path(DICTIONARY)).open(encoding="utf-8") as known,
        path.open("w", encoding="utf-8") as room,
    ):
        found = set()
        for line in known:
            word = line.split(" ", maxsplit=1)[0].split("(", maxsplit=1)[0]
            if word in wanted:
                found.add(word)
                room.write(line)
        room.writelines(f"{word} {pronounce(word)}\n" for word in sorted(wanted - found))
    return path


def _write_language(path: Path, phrases: Sequence[Sequence[str]]) -> None:
    """A model of which of the phrases' words follow which."""
    _pocketsphinx()
    from pocketsphinx.lm import (  # type: ignore[import-untyped] # noqa: PLC0415 - as above
        ArpaBoLM,
    )

    model = ArpaBoLM(add_start=True)
    model.read_corpus(io.StringIO("".join(f"{' '.join(words)}\n" for words in phrases)))
    model.compute()
    model.write_file(str(path))
