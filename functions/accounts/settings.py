"""What an account prefers, the same on every device: how captions look, what it is told of."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from functions.shared.models import Body


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


class Channel(StrEnum):
    """How a message reaches an account."""

    PUSH = "push"
    EMAIL = "email"
    IN_APP = "in_app"


Channels = Annotated[
    frozenset[Channel],
    Field(max_length=len(Channel)),
    PlainSerializer(sorted, return_type=list[Channel]),
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


class Notifications(Body):
    """Of what an account is told, and how; by no channel means not at all."""

    room_live: Channels = Field(default=PUSHED, description="Someone I follow hosts.")
    room_speaking: Channels = Field(default=SHOWN, description="Someone I follow is on stage.")
    room_changed: Channels = Field(default=PUSHED, description="A room I wait for is moved.")
    reminders: Channels = Field(default=PUSHED, description="A room I wait for begins.")
    tickets: Channels = Field(default=MAILED, description="A ticket is issued or refunded.")
    invitations: Channels = Field(default=PUSHED, description="I am invited to speak.")


class Settings(Body):
    """All of it; what is left out has its default."""

    captions: CaptionStyle = CaptionStyle()
    notifications: Notifications = Notifications()
