"""Who gets the card of a room by its address, and who the page or the API."""

import pytest
from multidict import CIMultiDict

from local.readers import sees_cards, sees_pages

ROOM = "/rooms/room_1"
SLACK = "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def sent(agent, **more):
    return CIMultiDict({"User-Agent": agent, "Accept": "*/*", **more})


@pytest.mark.parametrize(
    "agent",
    [
        SLACK,
        "Twitterbot/1.0",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23.20.0",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        "Mastodon/4.3.0 (http.rb/5.2.0; +https://mastodon.test/)",
        "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1)",
        "Synapse (bot; +https://github.com/matrix-org/synapse)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    ],
)
def test_what_previews_links_is_known_by_its_name(agent):
    assert sees_cards("GET", ROOM, sent(agent))
    assert sees_cards("GET", ROOM, sent(agent, Accept=BROWSER))


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "curl/8.9.1",
        "python-requests/2.32",
        "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        "Mozilla/5.0 (Linux; Android 9; CUBOT X19 S) AppleWebKit/537.36 Chrome/120 Mobile",
    ],
)
def test_people_and_programs_get_no_card(agent):
    assert not sees_cards("GET", ROOM, sent(agent))
    assert not sees_pages(ROOM, sent(agent))
    assert sees_pages(ROOM, sent(agent, Accept=BROWSER))


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("HEAD", ROOM, {}),
        ("GET", "/rooms", {}),
        ("GET", f"{ROOM}/", {}),
        ("GET", f"{ROOM}/members", {}),
        ("GET", ROOM, {"Accept": "application/json"}),
        ("GET", ROOM, {"Authorization": "Bearer eyJ"}),
    ],
)
def test_a_card_is_for_who_reads_a_room_and_neither_signs_in_nor_wants_json(method, path, more):
    assert not sees_cards(method, path, sent(SLACK, **more))


def test_at_the_root_there_is_the_page_for_all():
    assert sees_pages("/", sent("curl/8.9.1"))
