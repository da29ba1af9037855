"""What is asked of rooms, as it comes over the wire."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core.profiles import Profile
from core.roles import Role
from functions.accounts.model import is_printable, is_showable
from functions.rooms.languages import canonical
from functions.rooms.life import State
from functions.rooms.model import Access, Emoji, ReportReason, ReportState, WhoMaySpeak, topic_key
from functions.rooms.schedule import Repeats
from functions.shared.models import RFC3339, AccountId, Body, PageQuery

ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
LOCAL = r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$"


MAX_TITLE = 70
BREAKS = str.maketrans("", "", "\n\r\t")


def showable(text: str) -> str:
    """The text, if it can be shown, and something of it seen."""
    if not is_showable(text, MAX_TITLE):
        raise ValueError("must be of printable characters, something of which can be seen")
    return text


def printable(text: str) -> str:
    """The text, of several lines or none, if it can be shown."""
    if not is_printable(text.translate(BREAKS)):
        raise ValueError("must be of printable characters")
    return text


def differ(topics: list[str]) -> list[str]:
    """The topics, if no two are the same but for their case."""
    if len({topic_key(topic) for topic in topics}) < len(topics):
        raise ValueError("topics must differ")
    return topics


Title = Annotated[
    str, Field(min_length=1, max_length=MAX_TITLE, pattern=ONE_LINE), AfterValidator(showable)
]
Description = Annotated[str, Field(max_length=500), AfterValidator(printable)]
Topic = Annotated[
    str, Field(min_length=1, max_length=30, pattern=ONE_LINE), AfterValidator(showable)
]
Topics = Annotated[list[Topic], Field(max_length=3), AfterValidator(differ)]
Language = Annotated[
    str, Field(pattern=LANGUAGE, description="A BCP 47 tag."), AfterValidator(canonical)
]
StartsAt = Annotated[str, Field(pattern=RFC3339, description="RFC 3339, 30 days ahead at most.")]
StartsLocal = Annotated[str, Field(pattern=LOCAL, description="`2026-12-01T19:00` in `zone`.")]
Zone = Annotated[str, Field(min_length=1, max_length=64, description="An IANA time zone.")]
Recording = Annotated[bool, Field(description="A wish: nothing is recorded yet.")]
Again = Annotated[Repeats, Field(description="By the clock in `zone`, if that is said.")]


class NewCaptions(Body):
    """Whether speech is written along; what is left out stays as it is."""

    language: Language | None = None
    enabled: bool | None = None


class NewRoom(Body):
    """A room to be: scheduled if it says when it starts, else live at once."""

    title: Title
    description: Description = ""
    topics: Topics = Field(default_factory=list)
    access: Access = Access.OPEN
    who_may_speak: WhoMaySpeak = WhoMaySpeak.INVITED
    starts_at: StartsAt | None = None
    starts_local: StartsLocal | None = None
    zone: Zone | None = None
    captions: NewCaptions = NewCaptions()
    recording: Recording = False
    profile: Profile = Profile.VOICE
    repeats: Again | None = None


class ChangedRoom(Body):
    """What is left out, or null, stays as it is."""

    title: Title | None = None
    description: Description | None = None
    topics: Topics | None = None
    access: Access | None = None
    who_may_speak: WhoMaySpeak | None = None
    starts_at: StartsAt | None = None
    starts_local: StartsLocal | None = None
    zone: Zone | None = None
    captions: NewCaptions = NewCaptions()
    recording: Recording | None = None
    profile: Profile | None = None


class Cancelled(Body):
    """Whether the series ends with it, if the room is of one."""

    series: bool = False


class NewRole(Body):
    """The role that a member is to have."""

    role: Literal[Role.COHOST, Role.SPEAKER, Role.LISTENER]


class NewMute(Body):
    """Whether a member is to be muted."""

    muted: bool


class NewReaction(Body):
    """A reaction."""

    emoji: Emoji


class NewReport(Body):
    """What is wrong with the room or, if named, with an account in it."""

    account_id: AccountId | None = None
    reason: ReportReason
    note: Annotated[str, Field(max_length=500)] = ""


class ReportQuery(PageQuery):
    """Which reports."""

    state: ReportState = ReportState.OPEN


class RoomQuery(PageQuery):
    """Which rooms. Ended and cancelled ones are listed by host only."""

    state: State = State.LIVE
    topic: Topic | None = None
    host: Annotated[str, Field(max_length=64, description="A handle.")] | None = None
    language: Language | None = None
    q: Annotated[str, Field(max_length=70, description="Words of the title.")] | None = None


class MemberQuery(PageQuery):
    """Which members."""

    role: Role | None = None
