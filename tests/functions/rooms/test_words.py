import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.rooms.languages import canonical, speaks
from functions.rooms.words import MAX_LENGTH, MAX_WORDS, matches, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("On tides", ["on", "tides"]),
        ("Straße, CAFÉ & naïve", ["strasse", "cafe", "naive"]),
        ("tides TIDES Tides", ["tides"]),
        ("C++ in 2030!", ["c", "in", "2030"]),
        ("潮の満ち引き・海", ["潮の満ち引き", "海"]),
        ("ज्वार भाटा", ["ज्वार", "भाटा"]),
        ("🔥🔥 -- !", []),
        ("", []),
    ],
)
def test_words_are_what_stands_between_spaces_and_marks(text, words):
    assert words_of(text) == words


def test_words_are_few_and_short():
    many = words_of(" ".join(f"w{n}" for n in range(40)))
    (long,) = words_of("x" * 70)

    assert len(many) == MAX_WORDS
    assert len(long) == MAX_LENGTH


@given(st.text(max_size=70))
def test_a_title_is_found_by_each_of_its_words_and_by_all_of_them(title):
    words = words_of(title)

    assert matches(title, words)
    assert all(matches(title, [word[:1]]) for word in words)


@given(st.text(max_size=70))
def test_looking_for_words_as_they_are_written_is_looking_for_them(title):
    assert words_of(" ".join(words_of(title))) == words_of(title)


@pytest.mark.parametrize(
    ("written", "tag"),
    [("EN", "en"), ("de-ch", "de-CH"), ("ZH-hans-tw", "zh-Hans-TW"), ("es-419", "es-419")],
)
def test_a_tag_is_written_in_one_way(written, tag):
    assert canonical(written) == tag


def test_a_kind_of_a_language_is_that_language_and_not_the_other_way_round():
    assert speaks("en-GB", "en")
    assert speaks("en", "en")
    assert not speaks("en", "en-GB")
    assert not speaks("eng", "en")
