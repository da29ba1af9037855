from html.parser import HTMLParser

import pytest

from functions.shared.letters import letter

HOSTILE = """<script>alert("&")</script>{subject} {0} 'x'"""


class Tags(HTMLParser):
    """Which tags and attributes a page has, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def hostile():
    return letter(
        "ada@people.example",
        HOSTILE,
        says=[HOSTILE],
        facts=[("Room", HOSTILE)],
        link=(HOSTILE, 'https://stoa.example/"><img src=x>'),
    )


def test_a_letter_says_the_same_twice():
    made = letter(
        "ada@people.example",
        "Your ticket",
        says=["Thank you.", "See you."],
        facts=[("Room", "Songs"), ("Host", "Hana")],
        link=("Your tickets", "https://stoa.example/tickets"),
    )

    assert made.text == (
        "Thank you.\n\nSee you.\n\nRoom: Songs\nHost: Hana\n\n"
        "Your tickets: https://stoa.example/tickets\n"
    )
    page = Tags(made.html)
    for said in ("Your ticket", "Thank you.", "See you.", "Room", "Songs", "Your tickets"):
        assert said in page.text
    assert ("href", "https://stoa.example/tickets") in page.attributes


def test_what_people_wrote_is_text_and_nothing_else(hostile):
    page = Tags(hostile.html)

    assert {"script", "img"}.isdisjoint(page.tags)
    assert page.text.count(HOSTILE) == 5  # title, heading, paragraph, fact, link
    assert ("href", 'https://stoa.example/"><img src=x>') in page.attributes


def test_opening_a_letter_fetches_nothing(hostile):
    page = Tags(hostile.html)

    assert {"img", "link", "script", "iframe", "object"}.isdisjoint(page.tags)
    assert "src" not in dict(page.attributes)
    assert not any(word in hostile.html for word in ("url(", "@import"))


def test_colours_are_the_readers_own(hostile):
    assert ("content", "light dark") in Tags(hostile.html).attributes
    assert "color:" not in hostile.html
    assert "background" not in hostile.html


def test_a_screen_reader_finds_a_language_a_heading_and_the_names_of_facts(hostile):
    page = Tags(hostile.html)

    assert {("lang", "en"), ("scope", "row")} <= set(page.attributes)
    assert page.tags.count("h1") == page.tags.count("main") == 1
