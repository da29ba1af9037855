"""What planes tell each other: commands of the doors to the worker that runs a room.

A command reports what has already been written; the worker makes it true in the sound and passes
it on to everyone in the room. Commands may arrive twice or out of order: those about one member
carry the member's `revision`, and an older one changes nothing.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from core.captions import CaptionLine
from core.models import Model
from core.people import Hand, MemberView


class _Command(Model):
    model_config = ConfigDict(extra="ignore")

    room_id: str


class Placed(_Command):
    """This worker holds the room's lease from now on."""

    type: Literal["placed"] = "placed"
    term: int


class MemberJoined(_Command):
    """Someone came in, or came in again."""

    type: Literal["member.joined"] = "member.joined"
    member: MemberView
    revision: int


class MemberLeft(_Command):
    """Someone left by the door."""

    type: Literal["member.left"] = "member.left"
    account_id: str


class Removed(_Command):
    """Someone was removed and may not come back; `by` did it."""

    type: Literal["removed"] = "removed"
    account_id: str
    by: str


class TicketLost(_Command):
    """Someone's last ticket for this room is no longer theirs; with another they may come back."""

    type: Literal["ticket.lost"] = "ticket.lost"
    account_id: str


class Blocked(_Command):
    """The host has blocked someone; once that is taken back they may come again."""

    type: Literal["blocked"] = "blocked"
    account_id: str


class RoleChanged(_Command):
    """A member's role is another now."""

    type: Literal["role.changed"] = "role.changed"
    member: MemberView
    revision: int
    by: str


class Muted(_Command):
    """A member was muted or unmuted by `by`."""

    type: Literal["muted"] = "muted"
    account_id: str
    muted: bool
    revision: int
    by: str


class HandRaised(_Command):
    """A listener asks to speak."""

    type: Literal["hand.raised"] = "hand.raised"
    hand: Hand


class HandLowered(_Command):
    """The request is gone: taken back, granted or refused."""

    type: Literal["hand.lowered"] = "hand.lowered"
    account_id: str


class Reacted(_Command):
    """A member reacted."""

    type: Literal["reaction"] = "reaction"
    account_id: str
    emoji: str


class CaptionWritten(_Command):
    """A captioner wrote a line by hand."""

    type: Literal["caption"] = "caption"
    line: CaptionLine


class CaptionCorrected(_Command):
    """A final line reads otherwise from now on."""

    type: Literal["caption.corrected"] = "caption.corrected"
    line: CaptionLine


class RoomChanged(_Command):
    """The room's title, topics or the like changed; the worker reads them anew."""

    type: Literal["room.changed"] = "room.changed"


class RoomEnded(_Command):
    """The host ended the room, or a moderator took it down."""

    type: Literal["room.ended"] = "room.ended"
    taken_down: bool = False


Command = (
    Placed
    | MemberJoined
    | MemberLeft
    | Removed
    | TicketLost
    | Blocked
    | RoleChanged
    | Muted
    | HandRaised
    | HandLowered
    | Reacted
    | CaptionWritten
    | CaptionCorrected
    | RoomChanged
    | RoomEnded
)

_COMMAND: TypeAdapter[Command] = TypeAdapter(
    Annotated[Command, Field(discriminator="type")], config=ConfigDict(defer_build=True)
)


def write_command(command: Command) -> str:
    """The command as the text of an SQS message."""
    return command.model_dump_json()


def read_command(text: str) -> Command:
    """The inverse of `write_command`; ValueError for anything else."""
    return _COMMAND.validate_json(text)
