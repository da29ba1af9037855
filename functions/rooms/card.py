"""A room as chats and social networks preview a link to it: a page without scripts. Pure.

They read Open Graph (https://ogp.me), and the X card where it goes by other names. A crawler has no
time zone, so times are in UTC.
"""

from datetime import UTC
from html import escape

from functions.rooms.life import State
from functions.rooms.model import Room
from functions.rooms.schedule import Start

IMAGE = "/icon-512.png"
"""The web client's icon."""


def card(room: Room, web_url: str) -> str:
    """The page, for the room as anybody may read it."""
    url, about = escape(f"{web_url}/rooms/{room.room_id}"), escape(told(room))
    title = escape(room.title)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="description" content="{about}">
<link rel="canonical" href="{url}">
<meta property="og:site_name" content="Stoa">
<meta property="og:type" content="website">
<meta property="og:title" content="{title}">
<meta property="og:description" content="{about}">
<meta property="og:url" content="{url}">
<meta property="og:image" content="{escape(web_url + IMAGE)}">
<meta name="twitter:card" content="summary">
</head>
<body>
<h1>{title}</h1>
<p>{about}</p>
<p><a href="{url}">Open the room</a></p>
</body>
</html>
"""


def told(room: Room) -> str:
    """In one line: where the room is in its life, whose it is, and what it is about."""
    parts = (f"{stands(room)}.", f"With {room.host.name}.", *room.description.split())
    return " ".join(parts)


def stands(room: Room) -> str:
    """Where the room is in its life; of a live one, how many listen."""
    if room.state is State.SCHEDULED and room.start:
        return shown(room.start)
    if room.state is State.LIVE:
        return f"Live now, {room.listener_count} listening" if room.listener_count else "Live now"
    return room.state.capitalize()


def shown(start: Start) -> str:
    """`Saturday 28 November 2026, 18:00 UTC`."""
    at = start.at.astimezone(UTC)
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M} UTC"
