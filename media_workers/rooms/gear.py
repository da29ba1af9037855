"""What the sessions of one worker share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.profiles import Profile
from core.roster import Roster
from core.tokens import RoomPass
from media_workers.captioning.link import CaptionPlane
from media_workers.peers.farewells import Farewells
from media_workers.peers.listener import PeerListener
from media_workers.peers.peer import Peer
from media_workers.process.cloud import Cloud
from media_workers.process.crew import Crew
from media_workers.process.meters import Meters
from media_workers.rooms.attendance_book import AttendanceBook
from media_workers.rooms.sound import Sound
from media_workers.transport.sdp import Offer


class PeerFactory(Protocol):
    """Makes a peer and lets it run."""

    def __call__(
        self,
        *,
        peer_id: str,
        account_id: str,
        offer: Offer,
        listener: PeerListener,
        now: float,
        stereo: bool,
    ) -> Peer:
        """A peer whose `answer` is ready, in `stereo` if that is how it will hear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gear:
    """What the sessions of a worker share."""

    open_peer: PeerFactory
    open_sound: Callable[[Profile], Sound]
    roster: Roster
    cloud: Cloud
    crew: Crew
    farewells: Farewells
    attendance: AttendanceBook
    captions: CaptionPlane
    sign_pass: Callable[[RoomPass], str]
    utc: Callable[[], datetime]
    meters: Meters = field(default_factory=Meters)
