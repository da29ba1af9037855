"""Who asks: the page is for people, the API for programs, a room's card for what previews links.

`infra/pages.js` says the same in the cloud.
"""

import re
from collections.abc import Mapping

# There are phones that say CUBOT.
PREVIEWERS = re.compile(
    r"\b(?!cubot)\w*bot\b|crawler|preview|externalhit|whatsapp|mastodon|cardyb",
    re.IGNORECASE | re.ASCII,
)
ROOM = re.compile(r"/rooms/[^/.]+")


def sees_cards(method: str, path: str, headers: Mapping[str, str]) -> bool:
    """Whether this asks for a room, to preview a link to it."""
    return method == "GET" and ROOM.fullmatch(path) is not None and previews(headers)


def sees_pages(path: str, headers: Mapping[str, str]) -> bool:
    """Whether pages are for the one who asks: a browser asks for HTML by its address bar.

    The API has nothing at its root.
    """
    return path == "/" or "text/html" in headers.get("Accept", "") or previews(headers)


def previews(headers: Mapping[str, str]) -> bool:
    """Chats and social networks say what they are; a bot that uses the API signs in, or wants JSON.

    Names of `headers` know no case.
    """
    uses = "Authorization" in headers or "json" in headers.get("Accept", "")
    return not uses and PREVIEWERS.search(headers.get("User-Agent", "")) is not None
