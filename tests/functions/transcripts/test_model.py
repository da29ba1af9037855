import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.transcripts.model import MAX_WORD, MAX_WORDS, taught, words_put_right


@pytest.mark.parametrize(
    ("before", "after", "learned"),
    [
        ("the tied turns", "the tide turns", ["tide"]),
        ("at thermal pile eye", "at Thermopylae.", ["Thermopylae"]),
        ("we use stoa", "We use Stoa.", ["We", "Stoa"]),
        ("c plus plus", "“C++”, C#!", ["C++", "C#"]),
        ("same words", "words, same", []),
        ("in two thousand", "in 2000", []),
        ("ada's", "Ada\u2019s", ["Ada\u2019s"]),
        ("hm", "I", []),
        ("x", "--> <script> &", ["script"]),
        ("x", "<b>alert(1)</b> e\u0301tude", ["e\u0301tude"]),
    ],
)
def test_what_a_correction_teaches_are_its_new_words(before, after, learned):
    assert words_put_right(before, after) == learned


@given(before=st.text(), after=st.text())
def test_whatever_is_learned_is_a_word_that_the_vocabulary_takes(before, after):
    for word in words_put_right(before, after):
        assert 2 <= len(word) <= MAX_WORD
        assert word in after


@given(st.lists(st.text(max_size=3), unique=True, max_size=250), st.lists(st.text(max_size=3)))
def test_a_vocabulary_loses_nothing_by_learning_and_stays_within_bounds(words, more):
    wanted = taught(words, more)

    assert wanted[: len(words)] == words
    assert len(wanted) <= max(MAX_WORDS, len(words))
