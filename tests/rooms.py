"""Rooms, for whoever tries a rule on one."""

from typing import Any

from core.people import Person
from functions.rooms.life import State
from functions.rooms.model import Access, Captions, Room, WhoMaySpeak

HANA = Person(account_id="hana", handle="hana", name="Hana", avatar_url=None)


def a_room(**changes: Any) -> Room:
    """Hana's, live, open, and of which no more is known, but for these changes."""
    fields: dict[str, Any] = {
        "room_id": "room_1",
        "title": "On tides",
        "description": "",
        "topics": (),
        "state": State.LIVE,
        "access": Access.OPEN,
        "who_may_speak": WhoMaySpeak.INVITED,
        "host": HANA,
        "captions": Captions(),
        "recording": False,
        "start": None,
    }
    return Room(**(fields | changes))
