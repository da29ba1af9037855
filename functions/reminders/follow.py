"""What happens to rooms, from their table's stream, as far as it concerns who waits for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.clock import utc_now
from core.streams import Change, Failures, take_in_order
from functions.reminders.announce import announce
from functions.reminders.clock import arm_all, disarm
from functions.reminders.model import Kind, Occasion
from functions.reminders.parts import Parts
from functions.reminders.root import parts_of
from functions.rooms.changes import Fact, happening
from functions.shared.aws import environment

parts = parts_of(environment())


def handler(event: Mapping[str, Any], _context: Any) -> Failures:
    """Changes of rooms, in their order."""

    def take(change: Change) -> None:
        follow(parts, change, utc_now())

    return take_in_order(event, take)


def follow(parts: Parts, change: Change, now: datetime) -> None:
    """What one change means: told twice, it is done once."""
    told = happening(change.old, change.new)
    if told is None:
        return
    room, version = told.room, told.room.schedule_version
    for fact in told.facts:
        match fact:
            case Fact.SCHEDULED:
                arm_all(parts, room, now)
            case Fact.MOVED:
                arm_all(parts, room, now)
                disarm(parts, room, version - 1)
                announce(parts, room, Occasion(Kind.MOVED), now)
            case Fact.STARTED if room.start:
                announce(parts, room, Occasion(Kind.START), now)
                disarm(parts, room, version)
            case Fact.CANCELLED:
                disarm(parts, room, version - 1)
                announce(parts, room, Occasion(Kind.CANCELLED), now)
