"""Every route that answers anonymous callers is listed here, one by one."""

from functions.contract.api import DOORS

PUBLIC = {
    ("GET", "/accounts/{handle}"),
    ("GET", "/rooms"),
    ("GET", "/rooms/{room_id}"),
    ("GET", "/rooms/{room_id}/card"),
    ("GET", "/rooms/{room_id}/members"),
    ("GET", "/rooms/{room_id}/offer"),
    ("GET", "/rooms/{room_id}/calendar.ics"),
    ("GET", "/me/calendar.ics"),
    ("GET", "/rooms/{room_id}/captions"),
    ("GET", "/rooms/{room_id}/captions.vtt"),
    ("GET", "/rooms/{room_id}/captions.srt"),
    ("GET", "/rooms/{room_id}/captions.txt"),
    ("POST", "/rooms/{room_id}/join"),
    ("POST", "/stripe/webhook"),
    ("POST", "/media/{room_id}"),
    ("PATCH", "/media/{room_id}/{peer_id}"),
    ("DELETE", "/media/{room_id}/{peer_id}"),
}


def test_only_the_listed_routes_answer_anonymous_callers():
    public = {
        route for door in DOORS for route, operation in door.operations.items() if operation.public
    }

    assert public == PUBLIC
