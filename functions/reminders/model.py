"""What a reminder is, on which occasions something is said of a room, and when. Pure rules."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from core.errors import Conflict
from functions.accounts.model import Channel
from functions.rooms.life import State
from functions.rooms.model import Room

LONGEST_LEAD = 24 * 60
MAX_LEADS = 5
MAX_REMINDERS = 200
PARTS = 256
"""Into how many partitions a room's reminders are spread."""

USUAL_LEADS = frozenset({0, 5, 10, 15, 30, 60, 120, LONGEST_LEAD})
MAX_UNUSUAL_LEADS = 50
"""Each lead is a schedule, so a room has not too many; but nobody can use up the usual ones."""

HOST_SOON = timedelta(minutes=30)
KEPT_AFTER = timedelta(days=30)
"""For how long after a room's start its reminders are kept: the room may move, or be missed."""

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Somebody wants to be told of a room so many minutes before it begins; 0: when it does.

    `mail_to` is where, if one of the channels is e-mail. It belongs into no log. `kept_until` is
    when it may be gone, None for one that is not kept.
    """

    room_id: str
    account_id: str
    leads: frozenset[int]
    channels: frozenset[Channel]
    mail_to: str | None = field(default=None, repr=False)
    kept_until: datetime | None = None

    @property
    def part(self) -> int:
        """In which part of the room's reminders it lies."""
        return part_of(self.account_id)

    def outlives(self, starts_at: datetime) -> bool:
        """Whether it will still be there when the room begins then, as late as that may be."""
        return self.kept_until is None or self.kept_until > starts_at + A_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What may be due for a room: these leads, through each channel to people in these parts."""

    leads: frozenset[int] = frozenset()
    parts: dict[Channel, frozenset[int]] = field(default_factory=dict)

    def covers(self, reminder: Reminder) -> bool:
        """Whether nothing needs to be added for this reminder."""
        return reminder.leads <= self.leads and all(
            reminder.part in self.parts.get(channel, ()) for channel in reminder.channels
        )


class Kind(StrEnum):
    """What is said, or done, on an occasion."""

    LEAD = "lead"
    START = "start"
    LATE = "late"
    MOVED = "moved"
    CANCELLED = "cancelled"
    HOST_SOON = "host-soon"
    HOST_START = "host-start"
    CALL_OFF = "call-off"

    @property
    def for_host(self) -> bool:
        """Whether only the host hears of it."""
        return self in (Kind.HOST_SOON, Kind.HOST_START)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A moment in a room's life; of the reminders before its start, `lead` minutes before it."""

    kind: Kind
    lead: int = 0

    def __str__(self) -> str:
        """`start`, `lead-10`: what it is called in keys, messages and names of schedules."""
        return f"{self.kind}-{self.lead}" if self.kind is Kind.LEAD else str(self.kind)

    @classmethod
    def parse(cls, text: str) -> "Occasion":
        """The inverse of `str`; ValueError for anything else."""
        if found := re.fullmatch(r"lead-([1-9]\d{0,3})", text):
            return cls(Kind.LEAD, int(found[1]))
        if text == Kind.LEAD:
            raise ValueError("a lead has so many minutes")
        return cls(Kind(text))

    def concerns(self, reminder: Reminder) -> bool:
        """Whether who has this reminder is to hear of it."""
        match self.kind:
            case Kind.LEAD:
                return self.lead in reminder.leads
            case Kind.START:
                return 0 in reminder.leads
        return True

    def still_true(self, room: Room, version: int) -> bool:
        """Whether it may be said of the room as it is now: it was of this version's schedule."""
        state = {Kind.START: State.LIVE, Kind.CANCELLED: State.CANCELLED}
        return room.schedule_version == version and room.state is state.get(
            self.kind, State.SCHEDULED
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How long after its start a room is late, and when it is called off."""

    late_after: timedelta
    call_off_after: timedelta


def part_of(account_id: str) -> int:
    """In which part of any room's reminders an account's lies: even, whatever ids look like."""
    return sha256(account_id.encode()).digest()[0]


def occasions(leads: Iterable[int]) -> list[Occasion]:
    """What the clock has to fire for a scheduled room of whose start these leads are asked for."""
    of_every_room = (Kind.HOST_SOON, Kind.HOST_START, Kind.LATE, Kind.CALL_OFF)
    return before_start(leads) + [Occasion(kind) for kind in of_every_room]


def before_start(leads: Iterable[int]) -> list[Occasion]:
    """The reminders among them. Lead 0 is the real start, which no clock knows."""
    return [Occasion(Kind.LEAD, lead) for lead in sorted(leads) if lead]


def due(occasion: Occasion, starts_at: datetime, policy: Policy) -> datetime:
    """When the clock is to fire it, for a room that begins then."""
    match occasion.kind:
        case Kind.LEAD:
            return starts_at - timedelta(minutes=occasion.lead)
        case Kind.HOST_SOON:
            return starts_at - HOST_SOON
        case Kind.LATE:
            return starts_at + policy.late_after
        case Kind.CALL_OFF:
            return starts_at + policy.call_off_after
    return starts_at


def new_leads(plan: Plan, leads: frozenset[int]) -> frozenset[int]:
    """The leads that the plan lacks; Conflict `too_many_leads` if they are too many for it."""
    lacking = leads - plan.leads
    unusual = (plan.leads | leads) - USUAL_LEADS
    if lacking - USUAL_LEADS and len(unusual) > MAX_UNUSUAL_LEADS:
        raise too_many_leads()
    return lacking


def too_many_leads() -> Conflict:
    """The room has a schedule for so many different times already."""
    usual = sorted(USUAL_LEADS)
    detail = f"For this room only the usual lead times are left: {usual} minutes."
    return Conflict("too_many_leads", detail, usual=usual)
