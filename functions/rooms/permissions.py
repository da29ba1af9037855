"""Who may do what in a room: the one table that decides. docs/permissions.md shows the same.

What a cell allows may still be refused for another reason: the room's state (`wrong_state`,
`not_live`), its access (`followers_only`, `ticket_needed`), who may speak (`not_invited`), a full
stage, a rate. Those rules ask about the room; this table asks about the caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar

from core.errors import Conflict, NotAllowed, NotFound, Refusal
from core.roles import Role
from functions.shared.callers import NotSignedIn


class Standing(StrEnum):
    """What a caller is to a room. The host of another room is a stranger in this one."""

    ANONYMOUS = "anonymous"
    STRANGER = "stranger"
    LISTENER = "listener"
    SPEAKER = "speaker"
    COHOST = "cohost"
    HOST = "host"
    OTHER_HOST = "other_host"
    REMOVED = "removed"
    BLOCKED = "blocked"


class Act(StrEnum):
    """What can be done. An act on a member depends on whose it is: one's own, or another's."""

    BROWSE = "browse rooms"
    READ_FOLLOWED = "see where those I follow are live"
    OPEN = "open or schedule a room"
    READ = "read the room"
    READ_MEMBERS = "read its members"
    JOIN = "join"
    LEAVE = "leave"
    CHANGE = "change the room"
    START = "start it"
    END = "end it"
    CANCEL = "cancel it"
    READ_LOG = "read its log"
    RAISE_HAND = "raise a hand"
    LOWER_HAND = "lower one's hand"
    READ_HANDS = "read the hands"
    TAKE_STAGE = "go on stage oneself"
    STEP_DOWN = "leave the stage oneself"
    INVITE_UP = "invite a listener up"
    MOVE_DOWN = "move a speaker down"
    APPOINT_COHOST = "name or dismiss a co-host"
    MOVE_HOST = "give the host another role"
    MUTE_SELF = "mute or unmute oneself"
    MUTE_MEMBER = "mute a speaker or co-host"
    MUTE_HOST = "mute the host"
    UNMUTE_OTHER = "unmute another"
    MUTE_ALL = "mute all"
    REMOVE_MEMBER = "remove a listener or speaker"
    REMOVE_COHOST = "remove a co-host"
    REMOVE_HOST = "remove the host"
    REMOVE_SELF = "remove oneself"
    REACT = "react"
    REPORT = "report"
    READ_REPORTS = "read what people report"
    SETTLE_REPORT = "settle a report"
    REOPEN_REPORT = "open a report again"


@dataclass(frozen=True, slots=True)
class Denial:
    """A cell that refuses, with its HTTP status and stable code."""

    status: HTTPStatus
    code: str
    detail: str

    def refusal(self) -> Refusal:
        """The refusal that a door answers with this status."""
        return REFUSALS[self.status](self.code, self.detail)


REFUSALS: dict[HTTPStatus, type[Refusal]] = {
    HTTPStatus.UNAUTHORIZED: NotSignedIn,
    HTTPStatus.FORBIDDEN: NotAllowed,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
}

Cells = dict[Standing, Denial | None]
A = TypeVar("A", bound=StrEnum)

YES = None
LOGIN = Denial(HTTPStatus.UNAUTHORIZED, "not_signed_in", "Sign in first.")
HIDDEN = Denial(HTTPStatus.NOT_FOUND, "room_not_found", "There is no such room.")
HOST = Denial(HTTPStatus.FORBIDDEN, "host_only", "Only the host may do this.")
MODERATORS = Denial(HTTPStatus.FORBIDDEN, "moderator_only", "Only moderators may do this.")
HOSTS = Denial(HTTPStatus.FORBIDDEN, "host_or_cohost_only", "Only host and co-hosts may do this.")
OUT = Denial(HTTPStatus.FORBIDDEN, "not_a_member", "Join the room first.")
BARRED = Denial(HTTPStatus.FORBIDDEN, "removed", "You were removed from this room.")
BLOCK = Denial(HTTPStatus.FORBIDDEN, "blocked", "The host of this room has blocked you.")
STAYS = Denial(HTTPStatus.FORBIDDEN, "host_stays", "The host stays the host.")
ITSELF = Denial(HTTPStatus.FORBIDDEN, "not_oneself", "Leave the room instead.")
OWN = Denial(HTTPStatus.FORBIDDEN, "unmute_is_their_own", "Speakers unmute themselves.")
UP = Denial(HTTPStatus.CONFLICT, "already_on_stage", "You are on stage already.")
DOWN = Denial(HTTPStatus.CONFLICT, "not_on_stage", "Only those on stage are heard or muted.")

# Columns in the order of Standing:
#  anonymous stranger listener speaker cohost host other_host removed blocked
ROWS: dict[Act, tuple[Denial | None, ...]] = {
    Act.BROWSE: (YES, YES, YES, YES, YES, YES, YES, YES, YES),
    Act.READ_FOLLOWED: (LOGIN, YES, YES, YES, YES, YES, YES, YES, YES),
    Act.OPEN: (LOGIN, YES, YES, YES, YES, YES, YES, YES, YES),
    Act.READ: (YES, YES, YES, YES, YES, YES, YES, YES, HIDDEN),
    Act.READ_MEMBERS: (YES, YES, YES, YES, YES, YES, YES, YES, HIDDEN),
    Act.JOIN: (YES, YES, YES, YES, YES, YES, YES, BARRED, BLOCK),
    Act.LEAVE: (LOGIN, YES, YES, YES, YES, YES, YES, YES, YES),
    Act.CHANGE: (LOGIN, HOST, HOST, HOST, HOST, YES, HOST, HOST, HIDDEN),
    Act.START: (LOGIN, HOST, HOST, HOST, HOST, YES, HOST, HOST, HIDDEN),
    Act.END: (LOGIN, HOST, HOST, HOST, HOST, YES, HOST, HOST, HIDDEN),
    Act.CANCEL: (LOGIN, HOST, HOST, HOST, HOST, YES, HOST, HOST, HIDDEN),
    Act.READ_LOG: (LOGIN, HOST, HOST, HOST, HOST, YES, HOST, HOST, HIDDEN),
    Act.RAISE_HAND: (LOGIN, OUT, YES, UP, UP, UP, OUT, BARRED, HIDDEN),
    Act.LOWER_HAND: (LOGIN, OUT, YES, YES, YES, YES, OUT, BARRED, HIDDEN),
    Act.READ_HANDS: (LOGIN, OUT, YES, YES, YES, YES, OUT, BARRED, HIDDEN),
    Act.TAKE_STAGE: (LOGIN, OUT, YES, YES, HOST, STAYS, OUT, BARRED, HIDDEN),
    Act.STEP_DOWN: (LOGIN, OUT, YES, YES, YES, STAYS, OUT, BARRED, HIDDEN),
    Act.INVITE_UP: (LOGIN, OUT, HOSTS, HOSTS, YES, YES, OUT, BARRED, HIDDEN),
    Act.MOVE_DOWN: (LOGIN, OUT, HOSTS, HOSTS, YES, YES, OUT, BARRED, HIDDEN),
    Act.APPOINT_COHOST: (LOGIN, OUT, HOST, HOST, HOST, YES, OUT, BARRED, HIDDEN),
    Act.MOVE_HOST: (LOGIN, OUT, STAYS, STAYS, STAYS, STAYS, OUT, BARRED, HIDDEN),
    Act.MUTE_SELF: (LOGIN, OUT, DOWN, YES, YES, YES, OUT, BARRED, HIDDEN),
    Act.MUTE_MEMBER: (LOGIN, OUT, HOSTS, HOSTS, YES, YES, OUT, BARRED, HIDDEN),
    Act.MUTE_HOST: (LOGIN, OUT, HOSTS, HOSTS, HOST, YES, OUT, BARRED, HIDDEN),
    Act.UNMUTE_OTHER: (LOGIN, OUT, OWN, OWN, OWN, OWN, OUT, BARRED, HIDDEN),
    Act.MUTE_ALL: (LOGIN, OUT, HOSTS, HOSTS, YES, YES, OUT, BARRED, HIDDEN),
    Act.REMOVE_MEMBER: (LOGIN, OUT, HOSTS, HOSTS, YES, YES, OUT, BARRED, HIDDEN),
    Act.REMOVE_COHOST: (LOGIN, OUT, HOST, HOST, HOST, YES, OUT, BARRED, HIDDEN),
    Act.REMOVE_HOST: (LOGIN, OUT, STAYS, STAYS, STAYS, ITSELF, OUT, BARRED, HIDDEN),
    Act.REMOVE_SELF: (LOGIN, OUT, ITSELF, ITSELF, ITSELF, ITSELF, OUT, BARRED, HIDDEN),
    Act.REACT: (LOGIN, OUT, YES, YES, YES, YES, OUT, BARRED, HIDDEN),
    Act.REPORT: (LOGIN, YES, YES, YES, YES, YES, YES, YES, HIDDEN),
    Act.READ_REPORTS: (LOGIN, *[MODERATORS] * 8),
    Act.SETTLE_REPORT: (LOGIN, *[MODERATORS] * 8),
    Act.REOPEN_REPORT: (LOGIN, *[MODERATORS] * 8),
}

MODERATED = frozenset({Act.END, Act.CANCEL, Act.READ_REPORTS, Act.SETTLE_REPORT, Act.REOPEN_REPORT})
"""What moderators may do besides, whatever they are to the room."""


def by_standing(rows: Mapping[A, tuple[Denial | None, ...]]) -> dict[A, Cells]:
    """A table of rows whose columns are in the order of Standing."""
    return {act: dict(zip(Standing, row, strict=True)) for act, row in rows.items()}


def decide(denial: Denial | None) -> None:
    """Nothing, if a table's cell allows it; else the refusal that stands there."""
    if denial is not None:
        raise denial.refusal()


TABLE = by_standing(ROWS)


def permit(act: Act, standing: Standing, *, moderator: bool = False) -> None:
    """Nothing, if the table allows it, or a moderator may; else the refusal in the cell."""
    decide(None if moderator and act in MODERATED else TABLE[act][standing])


def standing(*, role: Role | None, removed: bool, blocked: bool) -> Standing:
    """What a signed-in account is to a room: `role` if it runs it or is in it, None otherwise.

    A block hides the room, whatever else there was between the two; nobody can take the host's
    own room from them.
    """
    if role is Role.HOST:
        return Standing.HOST
    if blocked:
        return Standing.BLOCKED
    if removed:
        return Standing.REMOVED
    return Standing(role) if role else Standing.STRANGER
