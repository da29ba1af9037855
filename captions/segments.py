"""From one speaker's results to caption lines that read well and never take back a final word.

Partial results become open lines, which may still change, save that a word the recogniser called
stable stays as it was shown. The final result settles its words; a line once final is never touched
again. What could not be heard becomes a line of its own, MISSING with times.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from captions.results import Result, Word

MISSING = "[captions missing]"
MAX_CHARS = 84
"""Two rows of 42, as television has them."""
MIN_SENTENCE = 24
"""A sentence shorter than this shares its line with the next."""
PAUSE_MS = 1_500
SENTENCE_ENDS = tuple(".?!…。？！")  # noqa: RUF001 - they are full-width marks
UNSPACED = frozenset({"ja", "th", "zh"})
"""Languages that are written without spaces between words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A line as it is to be shown now; without text and not final, it is taken back."""

    line_id: str
    text: str
    final: bool
    starts_ms: int
    ends_ms: int
    revision: int


@dataclass(slots=True)
class _Line:
    line_id: str
    text: str = ""
    revision: int = 0


class Segmenter:
    """The lines of one speaker, whatever streams they come from.

    Words come in as results on the media clock. `final_until_ms` is where the last settled result
    ends: everything said before it has been shown, and is final.
    """

    def __init__(self, new_line_id: Callable[[], str], *, language: str = "en-US") -> None:
        self._new_line_id = new_line_id
        self._space = "" if language.split("-", maxsplit=1)[0] in UNSPACED else " "
        self._open: list[_Line] = []
        self._shown: list[Word] = []
        self._stable: list[Word] = []
        self._settled = ""
        self._current = ""
        self._known_until_ms = -1
        self._gap: _Line | None = None
        self.final_until_ms = 0

    @property
    def pending(self) -> bool:
        """Whether words are shown that no final result has settled yet."""
        return bool(self._shown)

    def hear(self, result: Result) -> list[Draft]:
        """The lines that this result adds or changes."""
        if result.result_id == self._settled:
            return []
        words = [
            word
            for word in joined(result.words)
            if word.starts_ms + word.ends_ms > 2 * self._known_until_ms
        ]
        if result.result_id != self._current:
            self._current, self._stable = result.result_id, []
        if not result.final:
            return self._show(self._keep_stable(words))
        self._settled = result.result_id
        last = max((word.ends_ms for word in words), default=0)
        return self._settle(words, max(last, result.ends_ms))

    def stream_lost(self) -> None:
        """The next stream hears some of it again: words that are final already are not repeated."""
        self._known_until_ms = self.final_until_ms
        self._stable = []

    def give_up(self, until_ms: int | None = None) -> list[Draft]:
        """Nothing before `until_ms` will be heard again: what was shown of it becomes final."""
        words = [word for word in self._shown if until_ms is None or word.ends_ms <= until_ms]
        drafts = self._settle(words, max((word.ends_ms for word in words), default=0))
        self.stream_lost()
        return drafts

    def show_missing(self, starts_ms: int, ends_ms: int) -> list[Draft]:
        """Speech between these times has not been recognised, so far."""
        if self._gap is None:
            self._gap = _Line(self._new_line_id())
        return [_changed(self._gap, MISSING, (starts_ms, ends_ms), final=False)]

    def close_gap(self, lost: tuple[int, int] | None) -> list[Draft]:
        """It never will be, between these times; or all of it was recognised after all."""
        if lost is None and self._gap is None:
            return []
        gap = self._gap or _Line(self._new_line_id())
        self._gap = None
        if lost is None:
            return [_changed(gap, "", (0, 0), final=False)]
        drafts = self.give_up(lost[1])
        self.final_until_ms = max(self.final_until_ms, lost[1])
        self.stream_lost()
        return [*drafts, _changed(gap, MISSING, lost, final=True)]

    def _keep_stable(self, words: list[Word]) -> list[Word]:
        """The stable words as they were first shown, and what follows them."""
        if self._stable:
            until_ms = self._stable[-1].ends_ms
            words = [word for word in words if word.starts_ms + word.ends_ms > 2 * until_ms]
        newly = list(takewhile(lambda word: word.stable, words))
        self._stable += newly
        return self._stable + words[len(newly) :]

    def _show(self, words: list[Word]) -> list[Draft]:
        self._shown = words
        return self._draft(words, final=False)

    def _settle(self, words: list[Word], until_ms: int) -> list[Draft]:
        drafts = self._draft(words, final=True)
        self._open, self._shown, self._stable = [], [], []
        self.final_until_ms = max(self.final_until_ms, until_ms)
        return drafts

    def _draft(self, words: list[Word], *, final: bool) -> list[Draft]:
        rows = list(lay_out(words, self._space))
        self._open += [_Line(self._new_line_id()) for _ in rows[len(self._open) :]]
        drafts = []
        for line, row in zip(self._open, rows, strict=False):
            text = self._space.join(word.text for word in row)
            if final or text != line.text:
                times = row[0].starts_ms, max(word.ends_ms for word in row)
                drafts.append(_changed(line, text, times, final=final))
        unused = [line for line in self._open[len(rows) :] if line.text]
        return drafts + [_changed(line, "", (0, 0), final=False) for line in unused]


def joined(words: Sequence[Word]) -> list[Word]:
    """Words only, each with the punctuation that follows it."""
    whole: list[Word] = []
    for word in words:
        if not word.punctuation:
            whole.append(word)
        elif whole:
            last = whole[-1]
            whole[-1] = Word(
                text=last.text + word.text,
                starts_ms=last.starts_ms,
                ends_ms=last.ends_ms,
                stable=last.stable,
            )
    return whole


def lay_out(words: Sequence[Word], space: str = " ") -> list[list[Word]]:
    """Rows to read: a new one at a long pause, after a sentence, and before it grows too long.

    Where a row ends depends only on what stands before: more words never move the break.
    """
    rows: list[list[Word]] = []
    length = 0
    for word in words:
        if (
            not rows
            or length + len(space) + len(word.text) > MAX_CHARS
            or word.starts_ms - rows[-1][-1].ends_ms > PAUSE_MS
            or (length >= MIN_SENTENCE and rows[-1][-1].text.endswith(SENTENCE_ENDS))
        ):
            rows.append([word])
            length = len(word.text)
        else:
            rows[-1].append(word)
            length += len(space) + len(word.text)
    return rows


def _changed(line: _Line, text: str, times: tuple[int, int], *, final: bool) -> Draft:
    line.text = text
    line.revision += 1
    starts_ms, ends_ms = times
    return Draft(
        line_id=line.line_id,
        text=text,
        final=final,
        starts_ms=starts_ms,
        ends_ms=max(starts_ms, ends_ms),
        revision=line.revision,
    )
