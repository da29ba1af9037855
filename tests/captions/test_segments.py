from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from captions.results import Result, Word
from captions.segments import MAX_CHARS, MISSING, Draft, Segmenter, lay_out

# The machine that tests run on is shared: a slow example is no failure.
patient = settings(deadline=None)


def segmenter(language: str = "en-US") -> Segmenter:
    numbers = count(1)
    return Segmenter(lambda: f"line_{next(numbers)}", language=language)


def words(text: str, *, at: int = 0, stable: int | None = None) -> tuple[Word, ...]:
    """Words of 300 ms from `at` on, the first `stable` of them stable."""
    return tuple(
        Word(
            text=word,
            starts_ms=at + 300 * index,
            ends_ms=at + 300 * index + 280,
            stable=stable is None or index < stable,
        )
        for index, word in enumerate(text.split())
    )


def partial(text: str, *, at: int = 0, stable: int = 0, result_id: str = "r1") -> Result:
    heard = words(text, at=at, stable=stable)
    return Result(result_id=result_id, words=heard, final=False, starts_ms=at, ends_ms=at + 1)


def final(text: str, *, at: int = 0, result_id: str = "r1") -> Result:
    heard = words(text, at=at)
    ends_ms = heard[-1].ends_ms if heard else at
    return Result(result_id=result_id, words=heard, final=True, starts_ms=at, ends_ms=ends_ms)


class Screen:
    """What a viewer sees, and the promises a viewer is given."""

    def __init__(self) -> None:
        self.lines: dict[str, Draft] = {}

    def show(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            before = self.lines.get(draft.line_id)
            assert before is None or not before.final, "a final line changed"
            assert draft.revision == (before.revision if before else 0) + 1
            self.lines[draft.line_id] = draft

    @property
    def text(self) -> str:
        return " / ".join(line.text for line in self.lines.values() if line.text)

    @property
    def final_words(self) -> list[str]:
        return [word for line in self.lines.values() if line.final for word in line.text.split()]


def test_a_partial_result_is_shown_and_its_final_result_settles_the_same_line() -> None:
    lines = segmenter()

    (shown,) = lines.hear(partial("good evening every"))
    (settled,) = lines.hear(final("good evening everyone"))

    assert (shown.text, shown.final, shown.revision) == ("good evening every", False, 1)
    assert (settled.text, settled.final, settled.revision) == ("good evening everyone", True, 2)
    assert shown.line_id == settled.line_id
    assert (settled.starts_ms, settled.ends_ms) == (0, 880)


def test_a_partial_that_says_the_same_again_shows_nothing_new() -> None:
    lines = segmenter()
    lines.hear(partial("good evening"))

    assert lines.hear(partial("good evening")) == []


def test_a_stable_word_never_flickers_back() -> None:
    lines = segmenter()
    lines.hear(partial("the cat", stable=2))

    (shown,) = lines.hear(partial("a hat sat", stable=0))

    assert shown.text == "the cat sat"


def test_a_new_segment_owes_nothing_to_the_stable_words_of_an_unfinished_one() -> None:
    lines = segmenter()
    lines.hear(partial("the cat", stable=2, result_id="a"))

    (shown,) = lines.hear(partial("dogs bark", result_id="b"))

    assert shown.text == "dogs bark"


def test_words_that_vanish_from_a_partial_are_taken_back() -> None:
    lines = segmenter()
    long = "a sentence of quite some length ends here. and"
    first, second = lines.hear(partial(long))

    drafts = lines.hear(final("a sentence of quite some length ends here."))

    assert [(draft.line_id, draft.text, draft.final) for draft in drafts] == [
        (first.line_id, "a sentence of quite some length ends here.", True),
        (second.line_id, "", False),
    ]


def test_punctuation_stands_at_the_word_before_it() -> None:
    comma = Word(text=",", starts_ms=280, ends_ms=280, punctuation=True)
    one, two = words("well now")
    lines = segmenter()

    (draft,) = lines.hear(
        Result(result_id="r", words=(one, comma, two), final=True, starts_ms=0, ends_ms=600)
    )

    assert draft.text == "well, now"


def test_a_language_without_spaces_is_written_without_them() -> None:
    (draft,) = segmenter("ja-JP").hear(final("こん に ちは"))

    assert draft.text == "こんにちは"


def test_long_talk_is_broken_into_rows_that_can_be_read() -> None:
    rows = lay_out(words("reading " * 40))

    assert all(len(" ".join(word.text for word in row)) <= MAX_CHARS for row in rows)
    assert len(rows) == 4


def test_a_pause_and_a_sentence_begin_a_new_row() -> None:
    sentence = words("this is a whole sentence.") + words("then another", at=1_600)
    pause = words("before") + words("after", at=5_000)

    assert [len(row) for row in lay_out(sentence)] == [5, 2]
    assert [len(row) for row in lay_out(pause)] == [1, 1]


def test_after_a_lost_stream_nothing_final_is_said_twice_and_open_lines_go_on() -> None:
    lines, screen = segmenter(), Screen()
    screen.show(lines.hear(final("one two", result_id="a")))
    screen.show(lines.hear(partial("three fo", at=700, result_id="b")))

    lines.stream_lost()
    screen.show(lines.hear(final("two three four", at=310, result_id="c")))

    assert screen.final_words == ["one", "two", "three", "four"]
    assert len(screen.lines) == 2


def test_what_will_never_be_heard_again_is_settled_as_it_was_shown_and_the_gap_is_marked() -> None:
    lines, screen = segmenter(), Screen()
    screen.show(lines.hear(partial("hello wor")))

    screen.show(lines.show_missing(280, 40_000))
    screen.show(lines.close_gap((280, 50_000)))
    screen.show(lines.hear(final("again", at=50_000, result_id="b")))

    assert screen.text == f"hello wor / {MISSING} / again"
    gap = next(line for line in screen.lines.values() if line.text == MISSING)
    assert (gap.starts_ms, gap.ends_ms, gap.final) == (280, 50_000, True)


def test_a_gap_that_was_filled_after_all_is_taken_back() -> None:
    lines, screen = segmenter(), Screen()
    screen.show(lines.show_missing(0, 6_000))

    screen.show(lines.close_gap(None))
    screen.show(lines.hear(final("here it is")))

    assert screen.text == "here it is"


def test_a_final_result_that_comes_twice_is_shown_once() -> None:
    lines = segmenter()
    lines.hear(final("once"))

    assert lines.hear(final("once")) == []


TALK = ["oh", "well.", "and", "then", "she", "said", "extraordinarily", "no?"]
texts = st.lists(st.sampled_from(TALK), max_size=12)
segments = st.lists(
    st.tuples(st.lists(st.tuples(texts, st.integers(0, 9)), max_size=5), texts), max_size=8
)


@patient
@given(segments)
def test_whatever_partials_come_each_final_word_is_shown_once_and_in_order(
    script: list[tuple[list[tuple[list[str], int]], list[str]]],
) -> None:
    lines, screen = segmenter(), Screen()
    at = 0
    for number, (partials, said) in enumerate(script):
        for text, stable in partials:
            result = partial(" ".join(text), at=at, stable=stable, result_id=str(number))
            screen.show(lines.hear(result))
        screen.show(lines.hear(final(" ".join(said), at=at, result_id=str(number))))
        at += 300 * (len(said) + 9)

    assert screen.final_words == [word for _, said in script for word in said]
    assert all(line.final or not line.text for line in screen.lines.values())
    assert all(0 <= line.starts_ms <= line.ends_ms for line in screen.lines.values())


@patient
@given(st.lists(texts.filter(bool), min_size=1, max_size=6), st.data())
def test_wherever_a_stream_breaks_the_replay_loses_and_doubles_no_word(
    said: list[list[str]], data: st.DataObject
) -> None:
    lines, screen = segmenter(), Screen()
    script = [(at, text) for at, text in zip(count(0, 4_000), said, strict=False)]
    broken = data.draw(st.integers(0, len(script) - 1))
    for number, (at, text) in enumerate(script[:broken]):
        screen.show(lines.hear(final(" ".join(text), at=at, result_id=f"a{number}")))
    at, text = script[broken]
    heard = data.draw(st.integers(0, len(text)))
    screen.show(lines.hear(partial(" ".join(text[:heard]), at=at, stable=heard, result_id="x")))

    lines.stream_lost()
    # The replay begins a little before the last final word's end, so that it is heard again.
    overlap = script[max(0, broken - 1) :]
    for number, (at, text) in enumerate(overlap):
        screen.show(lines.hear(final(" ".join(text), at=at, result_id=f"b{number}")))

    assert screen.final_words == [word for text in said for word in text]


@patient
@given(texts, st.lists(texts, max_size=6), st.integers(0, 9))
def test_no_partial_changes_what_was_stable(
    first: list[str], then: list[list[str]], stable: int
) -> None:
    lines, screen = segmenter(), Screen()
    screen.show(lines.hear(partial(" ".join(first), stable=stable)))
    kept = first[:stable]

    for text in then:
        screen.show(lines.hear(partial(" ".join(text))))

        assert screen.text.replace(" / ", " ").split()[: len(kept)] == kept
