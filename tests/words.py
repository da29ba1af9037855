"""How well words were heard."""

from collections.abc import Sequence


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """The least insertions, deletions and substitutions that tell one from the other."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(said, start=1):
        before, row[0] = row[0], index
        for at, other in enumerate(heard, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]
