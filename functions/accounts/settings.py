"""What an account prefers, the same on every device: how captions look, what it is told of."""

from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, PlainSerializer, model_validator

from core.zones import zone_called
from functions.accounts.model import Channel
from functions.shared.models import AccountId, Body


class CaptionFont(StrEnum):
    """The eight styles of letters that television captions have (CTA-708), by their looks."""

    DEFAULT = "default"
    MONO_SERIF = "mono_serif"
    SERIF = "serif"
    MONO_SANS = "mono_sans"
    SANS = "sans"
    CASUAL = "casual"
    CURSIVE = "cursive"
    SMALL_CAPITALS = "small_capitals"


class CaptionSize(StrEnum):
    """How large captions are, relative to the client's own text."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    HUGE = "huge"


class CaptionColor(StrEnum):
    """Television's eight colours, or whatever fits the page."""

    AUTO = "auto"
    WHITE = "white"
    BLACK = "black"
    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    MAGENTA = "magenta"
    CYAN = "cyan"


class CaptionEdge(StrEnum):
    """What sets letters off from what is behind them."""

    NONE = "none"
    RAISED = "raised"
    DEPRESSED = "depressed"
    OUTLINE = "outline"
    SHADOW = "shadow"


Channels = Annotated[
    frozenset[Channel],
    Field(max_length=len(Channel)),
    PlainSerializer(sorted, return_type=list[Channel]),
]
MAX_MUTED = 200


def check_zone(name: str) -> str:
    """The name, if it is a time zone's."""
    zone_called(name)
    return name


AccountIds = Annotated[
    frozenset[AccountId],
    Field(max_length=MAX_MUTED),
    PlainSerializer(sorted, return_type=list[AccountId]),
]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="`22:00`.")]
Zone = Annotated[
    str,
    Field(min_length=1, max_length=64, description="An IANA time zone."),
    AfterValidator(check_zone),
]
Opacity = Annotated[Literal[0, 25, 50, 75, 100], Field(description="Per cent.")]
PUSHED = frozenset({Channel.PUSH, Channel.IN_APP})
MAILED = frozenset(Channel)
SHOWN = frozenset({Channel.IN_APP})


class CaptionStyle(Body):
    """How captions look: the nine controls of television sets (47 CFR 79.102), and whether at all.

    The background is behind the letters, the window behind all of it.
    """

    shown: bool = True
    show_names: bool = True
    font: CaptionFont = CaptionFont.DEFAULT
    size: CaptionSize = CaptionSize.MEDIUM
    text_color: CaptionColor = CaptionColor.AUTO
    text_opacity: Opacity = 100
    background_color: CaptionColor = CaptionColor.AUTO
    background_opacity: Opacity = 0
    window_color: CaptionColor = CaptionColor.AUTO
    window_opacity: Opacity = 100
    edge: CaptionEdge = CaptionEdge.NONE


class Quiet(Body):
    """The hours of every day, as a clock in the zone shows them, in which nothing is pushed.

    They span midnight if they begin later than they end.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    begins: TimeOfDay = Field(alias="from")
    ends: TimeOfDay = Field(alias="to")
    zone: Zone

    @model_validator(mode="after")
    def lasts(self) -> Self:
        """Nobody can tell whether hours that end as they begin are all or none."""
        if self.begins == self.ends:
            raise ValueError("quiet hours end at another time than they begin")
        return self

    def covers(self, now: datetime) -> bool:
        """Whether it is quiet now."""
        shown = now.astimezone(ZoneInfo(self.zone)).time()
        begins, ends = time.fromisoformat(self.begins), time.fromisoformat(self.ends)
        if begins < ends:
            return begins <= shown < ends
        return shown >= begins or shown < ends


class Notifications(Body):
    """Of what an account is told, and how; by no channel means not at all."""

    room_live: Channels = Field(default=PUSHED, description="Someone I follow hosts.")
    room_speaking: Channels = Field(default=SHOWN, description="Someone I follow is on stage.")
    room_changed: Channels = Field(
        default=MAILED,
        description="A room I wait for is moved or cancelled, by what its reminder comes by.",
    )
    reminders: Channels = Field(
        default=PUSHED, description="A room I wait for begins: unless its reminder says how."
    )
    tickets: Channels = Field(default=MAILED, description="A ticket is issued or refunded.")
    invitations: Channels = Field(default=PUSHED, description="I am invited to speak.")
    quiet: Quiet | None = None
    muted_hosts: AccountIds = Field(
        default=frozenset(), description="Hosts of whose rooms I am told nothing."
    )


class Settings(Body):
    """All of it; what is left out has its default."""

    captions: CaptionStyle = CaptionStyle()
    notifications: Notifications = Notifications()
