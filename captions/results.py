"""What a recogniser says: words with times, first as partial results, then as a final one."""

from dataclasses import dataclass, replace

from captions.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word or a punctuation mark; the recogniser won't change one that is `stable`."""

    text: str
    starts_ms: int
    ends_ms: int
    stable: bool = True
    punctuation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All words of one segment of speech so far; a later result of the same id replaces it."""

    result_id: str
    words: tuple[Word, ...]
    final: bool
    starts_ms: int
    ends_ms: int


def on_media_clock(result: Result, timeline: Timeline) -> Result:
    """The same result with the stream's times turned into the room's."""
    words = tuple(
        replace(
            word,
            starts_ms=timeline.media_start(word.starts_ms),
            ends_ms=timeline.media_end(word.ends_ms),
        )
        for word in result.words
    )
    return replace(
        result,
        words=words,
        starts_ms=timeline.media_start(result.starts_ms),
        ends_ms=timeline.media_end(result.ends_ms),
    )
