"""A room's card over HTTP: what chats and social networks show of a link to it."""

from chalice.app import Response

from functions.rooms import actions
from functions.rooms.card import card
from functions.rooms.config import RoomsConfig
from functions.rooms.door import door, parts
from functions.shared.aws import environment

config = RoomsConfig.from_env(environment())


@door.answers("GET", "/rooms/{room_id}/card")
def read_card(room_id: str) -> Response:
    """A room as a page for previews of links, with Open Graph tags.

    Crawlers that preview links get it at the room's own address, unless they ask for JSON.
    """
    room = actions.read_room(parts, None, room_id)
    return Response(
        body=card(room, config.web_url),
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Cache-Control": "public, max-age=60",
            # At the room's address others get other answers.
            "Vary": "Accept, Authorization, User-Agent",
        },
    )
