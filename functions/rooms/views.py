"""What is shown of rooms on the wire."""

from typing import Self

from core.models import Model
from core.people import MemberView, Person
from core.profiles import Profile
from core.roles import Role
from functions.rooms.brief import RoomBrief
from functions.rooms.life import State
from functions.rooms.model import Access, ReportReason, Room, WhoMaySpeak
from functions.rooms.records import Deed
from functions.rooms.schedule import WEEKLY, Repeats
from functions.shared.models import Time


class CaptionsView(Model):
    """Whether speech is written along, in which language (BCP 47)."""

    language: str
    enabled: bool


class RoomView(Model):
    """A room as everybody who may know of it sees it. Counts are of those who are there.

    `taken_down`: a moderator has ended or cancelled it.
    """

    room_id: str
    title: str
    description: str
    topics: list[str]
    state: State
    access: Access
    who_may_speak: WhoMaySpeak
    host: Person
    cohosts: list[Person]
    starts_at: Time | None
    starts_local: str | None
    zone: str | None
    series_id: str | None
    repeats: Repeats | None
    started_at: Time | None
    ended_at: Time | None
    taken_down: bool
    listener_count: int
    speaker_count: int
    recording: bool
    profile: Profile
    captions: CaptionsView

    @classmethod
    def of(cls, room: Room) -> Self:
        """Show a room."""
        return cls(
            room_id=room.room_id,
            title=room.title,
            description=room.description,
            topics=list(room.topics),
            state=room.state,
            access=room.access,
            who_may_speak=room.who_may_speak,
            host=room.host,
            cohosts=list(room.cohosts),
            starts_at=room.start.at if room.start else None,
            starts_local=room.start.local if room.start else None,
            zone=room.start.zone if room.start else None,
            series_id=room.series.series_id if room.series else None,
            repeats=WEEKLY if room.series else None,
            started_at=room.started_at,
            ended_at=room.ended_at,
            taken_down=room.taken_down,
            listener_count=room.listener_count,
            speaker_count=len(room.on_stage),
            recording=room.recording,
            profile=room.profile,
            captions=CaptionsView(language=room.captions.language, enabled=room.captions.enabled),
        )


class MediaPass(Model):
    """Where to POST an SDP offer, and the bearer token that opens that door for a while.

    With the profile `music` an offer of stereo is worth while.
    """

    url: str
    token: str
    expires_at: Time
    profile: Profile


class Joined(Model):
    """What a member needs to be heard and to hear."""

    member: MemberView
    media: MediaPass


class Reported(Model):
    """A report was kept."""

    report_id: str


class SettlementView(Model):
    """A moderator is done with a report."""

    at: Time
    by: Person


class ReportView(Model):
    """What somebody reported: the room, or an account in it.

    `title` is what the room was called then; `room` is how it is now. `settled` says by whom and
    when, null while the report is open.
    """

    report_id: str
    at: Time
    reason: ReportReason
    note: str
    title: str
    room: RoomBrief | None
    account: Person | None
    by: Person
    settled: SettlementView | None


class EntryView(Model):
    """Who did what to whom, and when; we ourselves are `stoa`.

    Who has no account any more, or never had, is a guest.
    """

    entry_id: str
    at: Time
    act: Deed
    by: Person
    whom: Person | None


class FollowedPerson(Model):
    """Someone I follow, and their role in the room."""

    account: Person
    role: Role


class FollowedRoom(Model):
    """A live room in which people I follow are on stage."""

    room: RoomView
    people: list[FollowedPerson]
