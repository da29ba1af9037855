"""An occasion of a room becomes rounds in a queue."""

import logging
from collections.abc import Iterator
from datetime import datetime

from functions.accounts.model import Channel
from functions.reminders.messages import Round
from functions.reminders.model import PARTS, Kind, Occasion, Plan
from functions.reminders.parts import Parts
from functions.rooms.model import Room

WIDE = 64
"""How many parts make a round while few people wait: 256 messages for 300 people were a waste."""

LETTERS_WIDE = 16
"""As many as there ever are: sixteen who write letters are as fast as SES lets us be."""

TO_HOST = (Channel.PUSH, Channel.IN_APP)

log = logging.getLogger(__name__)


def announce(parts: Parts, room: Room, occasion: Occasion, now: datetime) -> None:
    """Whoever wants to hear of it will, soon. Announced twice, it is heard once."""
    if not occasion.still_true(room, room.schedule_version):
        return
    rounds = list(
        to_host(room, occasion)
        if occasion.kind.for_host
        else to_everybody(parts, room, occasion, now)
    )
    parts.post.send_rounds(rounds)
    extra = {"room_id": room.room_id, "occasion": str(occasion), "rounds": len(rounds)}
    log.info("occasion.announced", extra=extra)


def to_host(room: Room, occasion: Occasion) -> Iterator[Round]:
    """One round a channel. We know no address of a host who asked for nothing."""
    for channel in TO_HOST:
        yield Round(
            room_id=room.room_id,
            version=room.schedule_version,
            occasion=occasion,
            channel=channel,
        )


def to_everybody(parts: Parts, room: Room, occasion: Occasion, now: datetime) -> Iterator[Round]:
    """Rounds through every channel, over all parts that may hold anybody."""
    plan = parts.reminders.plan(room.room_id)
    if not planned(plan, occasion):
        return
    version = room.schedule_version
    agreed = parts.reminders.cut(room.room_id, version, occasion, width_for(plan), now)
    for channel, held in plan.parts.items():
        width = LETTERS_WIDE if channel is Channel.EMAIL else agreed
        for first in sorted({part - part % width for part in held}):
            yield Round(
                room_id=room.room_id,
                version=version,
                occasion=occasion,
                channel=channel,
                first=first,
                last=first + width - 1,
            )


def planned(plan: Plan, occasion: Occasion) -> bool:
    """Whether anybody may have asked for it."""
    match occasion.kind:
        case Kind.LEAD:
            return occasion.lead in plan.leads
        case Kind.START:
            return 0 in plan.leads
    return True


def width_for(plan: Plan) -> int:
    """How many parts to a round. Every part holds somebody once some 1,500 people wait."""
    full = any(len(held) == PARTS for held in plan.parts.values())
    return 1 if full else WIDE
