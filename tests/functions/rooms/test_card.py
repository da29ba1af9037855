"""What chats and social networks show of a link to a room."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest

from core.people import Person
from functions.rooms.card import card, told
from functions.rooms.life import State
from functions.rooms.schedule import Start
from tests.rooms import a_room

EVENING = datetime(2026, 11, 28, 20, tzinfo=timezone(timedelta(hours=2)))
ROOM = a_room(start=Start(at=EVENING), started_at=EVENING.astimezone(UTC))


class Page(HTMLParser):
    """What a crawler finds: every element with its attributes, the text of each, what is meant."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts = [], {}
        self.feed(text)
        self.meta = {
            found.get("property") or found.get("name"): found["content"]
            for tag, found in self.elements
            if tag == "meta" and "content" in found
        }

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if data.strip():
            self.texts.setdefault(self.elements[-1][0], []).append(data)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"listener_count": 12}, "Live now, 12 listening. With Hana."),
        ({}, "Live now. With Hana."),
        ({"state": State.SCHEDULED}, "Saturday 28 November 2026, 18:00 UTC. With Hana."),
        ({"state": State.ENDED, "listener_count": 12}, "Ended. With Hana."),
        ({"state": State.CANCELLED}, "Cancelled. With Hana."),
        (
            {"description": "Ebb and flow.\n\nBring tea."},
            "Live now. With Hana. Ebb and flow. Bring tea.",
        ),
    ],
)
def test_a_line_tells_where_the_room_is_in_its_life_whose_it_is_and_what_about(changes, line):
    assert told(replace(ROOM, **changes)) == line


def test_a_card_has_what_previews_are_made_of_with_addresses_in_full():
    page = Page(card(ROOM, "https://stoa.test"))

    assert page.meta == {
        "description": "Live now. With Hana.",
        "og:site_name": "Stoa",
        "og:type": "website",
        "og:title": "On tides",
        "og:description": "Live now. With Hana.",
        "og:url": "https://stoa.test/rooms/room_1",
        "og:image": "https://stoa.test/icon-512.png",
        "twitter:card": "summary",
    }
    assert ("link", {"rel": "canonical", "href": "https://stoa.test/rooms/room_1"}) in page.elements
    assert ("a", {"href": "https://stoa.test/rooms/room_1"}) in page.elements


def test_what_people_write_stays_text():
    evil = "\"><script>alert('1')</script>&amp;</title>"
    host = Person(account_id="hana", handle="hana", name=evil, avatar_url=None)
    usual = Page(card(ROOM, "https://stoa.test"))

    page = Page(card(replace(ROOM, title=evil, description=evil, host=host), "https://stoa.test"))

    assert [tag for tag, _ in page.elements] == [tag for tag, _ in usual.elements]
    assert page.meta["og:title"] == evil
    assert page.meta["og:description"] == f"Live now. With {evil}. {evil}"
    assert page.texts["h1"] == [evil]


def test_anybody_gets_the_card_of_a_room_for_a_minute(ask, room_id):
    answer = ask(None, "GET", f"/rooms/{room_id}/card")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert Page(answer.text).meta["og:url"] == f"https://stoa.test/rooms/{room_id}"


def test_no_room_has_no_card(ask):
    answer = ask(None, "GET", "/rooms/room_none/card")

    assert (answer.status, answer.json["code"]) == (404, "room_not_found")
