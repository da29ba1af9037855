"""What a room is, and what a host may make of it. Pure rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.people import Person
from core.profiles import Profile
from core.roles import Role
from functions.rooms.life import State
from functions.rooms.schedule import Series, Start

MAX_STAGE = 13
MAX_COHOSTS = 2
MAX_HANDS = 100
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
    WAVE = "👋"
    FIST = "✊"
    PURPLE_HEART = "💜"

    @classmethod
    def _missing_(cls, value: object) -> "Emoji | None":
        """A heart is one, whether or not it is told to be colourful (U+FE0F)."""
        return cls.HEART if value == "❤" else None


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
class Arrival:
    """Someone came on stage; `by` whose act that was: their own, or that of who invited them."""

    account_id: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A scheduled, live or ended conversation.

    `stage` holds the accounts whose voices are heard: the host and the co-hosts, who keep their
    places while they are `away`, and the speakers who are there. `rescheduled_at` is when the host
    last moved the start; `schedule_version` rises with that, and when the room is cancelled, and
    `revision` with whatever is changed.
    `taken_down`: a moderator has ended or cancelled it. `last_arrival` is the last who came on
    stage; the host, who opens it, is not among them. By so many `visits` of listeners it was
    listened to for `listened_s` seconds, all in all. While it is on sale, `access_unsold` is who
    might come in before.
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
    rescheduled_at: datetime | None = None
    schedule_version: int = 1
    revision: int = 1
    series: Series | None = None
    cohosts: tuple[Person, ...] = ()
    stage: frozenset[str] = frozenset()
    away: frozenset[str] = frozenset()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    taken_down: bool = False
    listener_count: int = 0
    last_arrival: Arrival | None = None
    visits: int = 0
    listened_s: int = 0
    profile: Profile = Profile.VOICE
    access_unsold: Access | None = None

    @property
    def on_stage(self) -> frozenset[str]:
        """Those of the stage who are there."""
        return self.stage - self.away

    @property
    def deserted(self) -> bool:
        """Whether everybody has left it, who may come back."""
        return not self.on_stage and not self.listener_count

    @property
    def access_off_sale(self) -> Access:
        """Whom it is for when it is not sold: one for which nobody can have a ticket, for all."""
        was = self.access_unsold
        if was is None:
            return self.access
        return Access.OPEN if was is Access.TICKETED else was

    @property
    def claim(self) -> str:
        """What takes one of its host's places for rooms to come: a series takes one as a whole."""
        return self.series.series_id if self.series else self.room_id

    def next_in_series(self, room_id: str, now: datetime, *, missed: bool) -> "Room | None":
        """The occurrence after this one, None if there is to be none. Its stage is empty.

        Co-hosts and tickets are of one occurrence, and not handed on: until it is sold, too, it is
        for whom this one was.
        """
        series = self.series.after(now, missed=missed) if self.series else None
        if series is None:
            return None
        return Room(
            room_id=room_id,
            title=self.title,
            description=self.description,
            topics=self.topics,
            state=State.SCHEDULED,
            access=self.access_off_sale,
            who_may_speak=self.who_may_speak,
            host=self.host,
            captions=self.captions,
            recording=self.recording,
            start=series.slot,
            series=series,
            profile=self.profile,
        )

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


class ReportState(StrEnum):
    """Whether a moderator has still to decide about a report."""

    OPEN = "open"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A moderator is done with a report."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `by` finds wrong with a room or, if named, with an account in it.

    `title` is what the room was called then. Until it is settled, it is open.
    """

    report_id: str
    at: datetime
    room_id: str
    title: str
    by: str
    account_id: str | None
    reason: ReportReason
    note: str
    settled: Settlement | None = None

    @property
    def state(self) -> ReportState:
        """Which list it is in."""
        return ReportState.SETTLED if self.settled else ReportState.OPEN


def topic_key(topic: str) -> str:
    """Topics that differ only in case are the same."""
    return topic.casefold()
