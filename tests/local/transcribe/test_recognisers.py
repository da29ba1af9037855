import shutil
import subprocess
import sys
import types
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from local.transcribe.pronounce import pronounce
from local.transcribe.recogniser import SAMPLE_RATE, CannotRecognise, Heard, Recogniser
from local.transcribe.scripted import WORDS, Scripted, speak
from local.transcribe.sphinx import free_speech, grammar, phrase_words
from local.transcribe.whisper import Whisper, whisper

PHRASES = ["please-welcome-our-guest-to-the-room", "raise-your-hand-to-speak", "thank-you-all"]
espeak = pytest.mark.skipif(
    not shutil.which("espeak-ng"), reason="a synthetic voice is needed: apt-get install espeak-ng"
)


def hear(recogniser: Recogniser, sound: bytes, *, chunk: int = 3200) -> list[Heard]:
    heard: list[Heard] = []
    for start in range(0, len(sound), chunk):
        heard += recogniser.push(sound[start : start + chunk])
    return heard + list(recogniser.finish())


def final_text(heard: list[Heard]) -> str:
    return " ".join(word.text for result in heard if result.final for word in result.words)


def voice(text: str, directory: Path) -> bytes:
    """Synthetic speech between half seconds of silence, at 16 kHz."""
    spoken = directory / "voice.wav"
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", "140", "-w", spoken, text], check=True)
    raw = np.frombuffer(spoken.read_bytes()[44:], "<i2").astype(float)
    seconds = np.arange(0, len(raw) / 22_050, 1 / SAMPLE_RATE)
    samples = np.interp(seconds, np.arange(len(raw)) / 22_050, raw).astype("<i2").tobytes()
    return bytes(SAMPLE_RATE) + samples + bytes(SAMPLE_RATE * 2)


def test_every_marker_is_heard_as_the_word_it_is() -> None:
    heard = hear(Scripted(), speak(WORDS))

    assert final_text(heard).split() == list(WORDS)


def test_markers_have_exact_times_and_partials_only_grow() -> None:
    heard = hear(Scripted(), bytes(6400) + speak(["alpha", "zulu"]), chunk=999)

    assert [(word.starts, word.ends) for word in heard[-1].words] == [(0.2, 0.4), (0.46, 0.66)]
    assert all(len(a.words) <= len(b.words) for a, b in pairwise(heard))
    assert [result.final for result in heard] == [False, False, True]


def test_silence_and_noise_are_no_markers() -> None:
    noise = np.random.default_rng(1).normal(0, 500, SAMPLE_RATE).astype("<i2").tobytes()

    assert hear(Scripted(), bytes(32_000) + noise) == []


def test_a_pause_ends_a_segment() -> None:
    heard = hear(Scripted(), speak(["alpha"]) + bytes(32_000) + speak(["bravo"]))

    finals = [result for result in heard if result.final]
    assert [final_text([result]) for result in finals] == ["alpha", "bravo"]
    assert len({result.result_id for result in finals}) == 2


@espeak
def test_a_grammar_hears_its_phrases_exactly(tmp_path: Path) -> None:
    pytest.importorskip("pocketsphinx")

    heard = hear(grammar(PHRASES), voice("Raise your hand to speak.", tmp_path))

    assert final_text(heard) == "raise your hand to speak"
    times = [word.starts for word in heard[-1].words]
    assert times == sorted(times)
    assert 0.3 < times[0] < 0.8


@espeak
def test_a_vocabulary_of_phrases_makes_their_words_likely_in_any_order(tmp_path: Path) -> None:
    pytest.importorskip("pocketsphinx")

    heard = hear(free_speech(PHRASES), voice("Please welcome our guest.", tmp_path))

    assert final_text(heard) == "please welcome our guest"
    assert any(not result.final for result in heard)


def test_free_speech_without_a_vocabulary_hears_silence_as_nothing() -> None:
    pytest.importorskip("pocketsphinx")

    assert hear(free_speech([]), bytes(SAMPLE_RATE * 4)) == []


def test_a_grammar_without_phrases_cannot_recognise() -> None:
    with pytest.raises(CannotRecognise, match="vocabulary"):
        grammar([])


def test_without_pocketsphinx_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    # An import that fails, as on a Python that has no wheel of it.
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)

    with pytest.raises(CannotRecognise, match=r"3\.11"):
        free_speech([])


def test_phrases_are_taken_apart_at_their_hyphens() -> None:
    assert phrase_words("Los-Angeles") == ["los", "angeles"]
    assert phrase_words("O\u2019Hara!") == ["o'hara"]


@pytest.mark.parametrize(
    ("word", "phones"),
    [("stoa", "S T OW AH"), ("phish", "F IH SH"), ("tokyo", "T AA K IH OW"), ("'", "AH")],
)
def test_a_word_in_no_dictionary_gets_a_pronunciation(word: str, phones: str) -> None:
    assert pronounce(word) == phones


def test_whisper_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotRecognise, match=r"model\.bin"):
        whisper(tmp_path)


def test_whisper_without_its_package_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.bin").touch()
    monkeypatch.setitem(sys.modules, "faster_whisper", None)

    with pytest.raises(CannotRecognise, match="faster-whisper"):
        whisper(tmp_path)


class StubModel:
    """Says one word for each second it hears; keeps what it was asked."""

    def __init__(self, *args: object, **settings: object) -> None:
        self.args, self.settings = args, settings
        self.asked: list[dict[str, object]] = []

    def transcribe(self, samples: np.ndarray, **asked: object) -> tuple[list[object], None]:
        self.asked.append(asked)
        count = round(len(samples) / SAMPLE_RATE)
        words = [
            types.SimpleNamespace(word=" hm", start=float(n), end=n + 0.5, probability=0.9)
            for n in range(count)
        ]
        return [types.SimpleNamespace(words=words)], None


def test_whisper_is_loaded_from_disk_only_and_biased_by_the_vocabulary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.bin").touch()
    package = types.ModuleType("faster_whisper")
    package.WhisperModel = StubModel  # type: ignore[attr-defined] # a stand-in for the package
    monkeypatch.setitem(sys.modules, "faster_whisper", package)
    recogniser = whisper(tmp_path)(["Los-Angeles", "Stoa"])
    assert isinstance(recogniser, Whisper)
    model = recogniser._model

    heard = hear(recogniser, bytes(16_000) + speak(["alpha"] * 10) + bytes(64_000))

    assert model.args == (str(tmp_path),)
    assert model.settings["local_files_only"] is True
    assert {asked["hotwords"] for asked in model.asked} == {"Los Angeles Stoa"}
    assert [result.final for result in heard] == [False] * (len(heard) - 1) + [True]
    assert 0.4 <= heard[-1].words[0].starts <= 0.6
