from pathlib import Path

from local.captions import caption_plane
from local.transcribe.recogniser import CannotRecognise


def nothing() -> None:
    raise CannotRecognise("No engine.")


def test_without_a_recogniser_there_are_no_captions_and_one_sentence_says_why(
    tmp_path: Path,
) -> None:
    said: list[str] = []

    plane = caption_plane({}, tmp_path, said.append, check=nothing)

    assert plane is None
    assert said == ["There will be no captions. No engine."]


def test_a_recogniser_of_ones_own_needs_no_other(tmp_path: Path) -> None:
    said: list[str] = []

    plane = caption_plane({"STOA_RECOGNISER": "scripted"}, tmp_path, said.append, check=nothing)

    assert plane
    assert said == []
