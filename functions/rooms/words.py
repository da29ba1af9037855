"""The words of a title, and what is looked for among them. Pure rules.

Case and accents don't count, and a word is found by its beginning. Where a language writes no
spaces, what stands between marks is one word.
"""

import re
import unicodedata
from collections.abc import Iterable

MAX_WORDS = 12
MAX_LENGTH = 30
ACCENTS = re.compile("[\u0300-\u036f]")


def words_of(text: str) -> list[str]:
    """The words in their order, each once: twelve at most, of 30 characters."""
    plain = ACCENTS.sub("", folded(folded(text)))
    spaced = "".join(each if unicodedata.category(each)[0] in "LMN" else " " for each in plain)
    return list(dict.fromkeys(word[:MAX_LENGTH] for word in spaced.split()))[:MAX_WORDS]


def folded(text: str) -> str:
    """Without case, and with marks apart; done twice it is stable (Unicode 3.13, D146)."""
    return unicodedata.normalize("NFKD", text.casefold())


def matches(title: str, wanted: Iterable[str]) -> bool:
    """Whether each of these is the beginning of a word in the title."""
    words = words_of(title)
    return all(any(word.startswith(each) for word in words) for each in wanted)
