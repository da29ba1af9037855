"""The port to what recognises speech here, and what it has heard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

SAMPLE_RATE = 16_000
BYTES_A_SECOND = SAMPLE_RATE * 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A recognised word; times in seconds of the stream."""

    text: str
    starts: float
    ends: float
    stable: bool = False
    confidence: float = 1.0
    filtered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """All of a segment so far, or for good."""

    result_id: str
    words: tuple[Word, ...]
    final: bool
    starts: float
    ends: float


class Recogniser(Protocol):
    """One stream's recogniser; called on a thread of its own, one call at a time."""

    def push(self, pcm: bytes) -> Sequence[Heard]:
        """What these samples (s16le, 16 kHz, mono) let it say."""

    def finish(self) -> Sequence[Heard]:
        """The audio is over: what is still open, for good."""


MakeRecogniser = Callable[[Sequence[str]], Recogniser]
"""Makes a recogniser for a stream with this vocabulary; () if it asked for none."""


class CannotRecognise(Exception):
    """A sentence for the person at the terminal: what this recogniser lacks."""
