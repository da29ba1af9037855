"""What a room is, what a host may make of it, and when it may begin. Pure rules."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.clock import from_rfc3339
from core.errors import Invalid
from core.messages import Person
from core.roles import Role
from functions.rooms.life import State

MAX_STAGE = 13
MAX_COHOSTS = 2
MAX_SCHEDULED = 10
MAX_HANDS = 100
MAX_AHEAD = timedelta(days=30)
OVERDUE = timedelta(hours=6)


class Access(StrEnum):
    """Who may come in."""

    OPEN = "open"
    FOLLOWERS = "followers"
    TICKETED = "ticketed"


class WhoMaySpeak(StrEnum):
    """Who may go on stage without an invitation: all, those whom the host follows, nobody."""

    EVERYONE = "everyone"
    FOLLOWED = "followed"
    INVITED = "invited"


class Emoji(StrEnum):
    """What members react with."""

    CLAP = "👏"
    HEART = "❤️"
    LAUGH = "😂"
    FIRE = "🔥"
    THINK = "🤔"
    PARTY = "🎉"
    THUMBS_UP = "👍"
    THUMBS_DOWN = "👎"
    SURPRISE = "😮"
    TEARS = "😢"
    HANDS = "🙌"
    HUNDRED = "💯"


class ReportReason(StrEnum):
    """What is wrong with a room, or with someone in it."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HATE = "hate"
    VIOLENCE = "violence"
    SELF_HARM = "self_harm"
    SEXUAL = "sexual"
    IMPERSONATION = "impersonation"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """Whether speech is written along, and in which language (BCP 47)."""

    language: str = "en-US"
    enabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """When a scheduled room begins; `zone` is the host's own if they named it (IANA)."""

    at: datetime
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A scheduled, live or ended conversation.

    `stage` holds the accounts whose voices are heard: the host and the co-hosts, who keep their
    places while they are away, and the speakers who are there.
    """

    room_id: str
    title: str
    description: str
    topics: tuple[str, ...]
    state: State
    access: Access
    who_may_speak: WhoMaySpeak
    host: Person
    captions: Captions
    recording: bool
    start: Start | None
    cohosts: tuple[Person, ...] = ()
    stage: frozenset[str] = frozenset()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    listener_count: int = 0

    def role_of(self, account_id: str) -> Role:
        """The role that an account has here, or would come back to."""
        if account_id == self.host.account_id:
            return Role.HOST
        if any(cohost.account_id == account_id for cohost in self.cohosts):
            return Role.COHOST
        return Role.SPEAKER if account_id in self.stage else Role.LISTENER

    def role_on_entering(self, account_id: str) -> Role:
        """Host and co-hosts return as such, everyone else comes in as a listener."""
        role = self.role_of(account_id)
        return role if role.runs_room else Role.LISTENER


@dataclass(frozen=True, slots=True, kw_only=True)
class OnStage:
    """The live room in which an account is on stage, and as what."""

    room_id: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `by` finds wrong with a room or, if named, with an account in it."""

    report_id: str
    at: datetime
    by: str
    account_id: str | None
    reason: ReportReason
    note: str


def topic_key(topic: str) -> str:
    """Topics that differ only in case are the same."""
    return topic.casefold()


def start_time(
    starts_at: str | None, starts_local: str | None, zone: str | None, now: datetime
) -> Start | None:
    """When a room begins, told as RFC 3339, or as local time with its IANA zone; None: now.

    An hour that the clock skips is moved on by the gap; of an hour that it shows twice, the first
    counts. Both are what `fold=0` means (PEP 495).
    """
    if (starts_local is None) != (zone is None):
        raise Invalid("bad_start", "starts_local and zone belong together.")
    if starts_at is not None and starts_local is not None:
        raise Invalid("bad_start", "Say starts_at, or starts_local and zone, not both.")
    try:
        if starts_at is not None:
            start = Start(at=from_rfc3339(starts_at))
        elif starts_local is not None and zone is not None:
            local = datetime.fromisoformat(starts_local).replace(tzinfo=ZoneInfo(zone), fold=0)
            start = Start(at=local.astimezone(UTC), zone=zone)
        else:
            return None
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise Invalid("bad_start", "There is no such time, or no such zone.") from error
    if start.at <= now:
        raise Invalid("start_in_the_past", "A scheduled room begins in the future.")
    if start.at > now + MAX_AHEAD:
        raise Invalid("start_too_far", "A room may be scheduled 30 days ahead at most.")
    return start
