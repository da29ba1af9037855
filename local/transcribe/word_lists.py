"""Vocabularies as moto keeps them: CreateVocabulary stores phrases that GetVocabulary never tells.

moto's own inspection page does. Reading it walks all of moto's state, so an answer is kept.
"""

import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.request import urlopen

KEPT = 10.0
MAX_KEPT = 1_000
TIMEOUT = 10.0
PAGE = "/moto-api/data.json"


class MotoWordLists:
    """The vocabularies and vocabulary filters of the moto at `endpoint`, at most 10 s old."""

    def __init__(self, endpoint: str) -> None:
        self._url = endpoint.rstrip("/") + PAGE
        self._read_at = -KEPT
        self._vocabularies: dict[str, Sequence[str]] = {}

    def vocabulary(self, name: str) -> Sequence[str] | None:
        """As WordLists.vocabulary."""
        if name not in self._vocabularies or time.monotonic() - self._read_at >= KEPT:
            self._read()
        return self._vocabularies.get(name)

    def filter(self, name: str) -> Sequence[str] | None:  # noqa: ARG002 - as WordLists.filter
        """None: moto knows no vocabulary filters."""
        return None

    def _read(self) -> None:
        with urlopen(self._url, timeout=TIMEOUT) as answer:  # noqa: S310 - our own loopback URL
            models: dict[str, list[dict[str, Any]]] = json.load(answer).get("transcribe", {})
        found = models.get("FakeVocabulary", [])[-MAX_KEPT:]
        self._vocabularies = {it["vocabulary_name"]: it["phrases"] or () for it in found}
        self._read_at = time.monotonic()


class NoWordLists:
    """For a stand-in without moto."""

    def vocabulary(self, name: str) -> Sequence[str] | None:  # noqa: ARG002 - as WordLists
        """None."""
        return None

    def filter(self, name: str) -> Sequence[str] | None:  # noqa: ARG002 - as WordLists
        """None."""
        return None
