"""What a room's vocabulary learns from corrections, and the bounds of it all. Pure rules."""

from dataclasses import dataclass
from unicodedata import category

from core.captions import CaptionLine

MAX_TEXT = 500
MAX_WORDS = 200
MAX_WORD = 40
MIN_LEARNED = 2
MAX_CAPTIONERS = 5
MAX_LINE_MS = 60_000
MAX_CLOCK_MS = 7 * 24 * 3600 * 1000
LAST_SEQ = 10**10 - 1
"""What ten digits can say: the width of a line's key."""

AROUND_WORDS = ".,;:!?…\"'“”‘’«»()[]{}<>|/\\–—-。、？！"  # noqa: RUF001 - they are what texts have
IN_WORDS = "'\N{RIGHT SINGLE QUOTATION MARK}-.&+#"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """Lines in the order of seq; `next` is the seq from which the same direction goes on."""

    lines: list[CaptionLine]
    next: int | None


def words_put_right(before: str, after: str) -> list[str]:
    """The words that a correction brought in: what the recogniser should have heard."""
    heard = set(words_of(before))
    return [word for word in dict.fromkeys(words_of(after)) if word not in heard]


def words_of(text: str) -> list[str]:
    """The words of a text without what stands around them; figures and formulas are none."""
    return [word for part in text.split() if is_word(word := part.strip(AROUND_WORDS))]


def is_word(text: str) -> bool:
    """Letters, with what may stand among them: `Ada's`, `C++`, `T-shirt`."""
    return (
        MIN_LEARNED <= len(text) <= MAX_WORD
        and any(char.isalpha() for char in text)
        and all(char in IN_WORDS or category(char)[0] in "LMN" for char in text)
    )


def taught(words: list[str], more: list[str]) -> list[str]:
    """The vocabulary with more words, as far as there is room for them."""
    return list(dict.fromkeys([*words, *more]))[: max(MAX_WORDS, len(words))]
