"""A room without a network: peers in memory, a roster that remembers, sound on loopback."""

import asyncio
import itertools
import json
import secrets
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pylibsrtp
import pytest

from core.captions import Captioner
from core.messages import MemberView
from core.placement import Lease
from core.roles import Role
from core.room_items import Member
from core.roster import LeaseLost, RoomSheet
from media_workers.attendance_book import AttendanceBook
from media_workers.audio.opus import Encoder
from media_workers.audio.rtp import RtpPacket, build_rtp
from media_workers.caption_link import CaptionPlane
from media_workers.cloud import Cloud
from media_workers.crew import Crew
from media_workers.farewells import Farewells
from media_workers.gear import Gear
from media_workers.session import Session
from media_workers.sessions import Sessions
from media_workers.sound import Sound
from media_workers.transport.sdp import Direction, Fingerprint, Offer

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
START = 1000.0
TICK = 0.02


def make_offer(direction: Direction = Direction.RECVONLY) -> Offer:
    return Offer(
        direction=direction,
        opus_payload_type=111,
        red_payload_type=None,
        fingerprint=Fingerprint("sha-256", "AB"),
        ice_ufrag="theirs",
        mids=("0",),
        audio_mid="0",
        sctp_port=5000,
        max_message_size=16384,
    )


class MemoryPeer:
    """A peer whose client does what the test says."""

    def __init__(self, listener: Any, peer_id: str, account_id: str, offer: Offer) -> None:
        self.listener = listener
        self.peer_id = peer_id
        self.account_id = account_id
        self.offer = offer
        self.direction = offer.direction
        self.payload_type = offer.opus_payload_type
        self.ssrc = secrets.randbits(31)
        self.address = None
        self.srtp_tx = None
        self.tag_length = 0
        self.connected = self.channel_open = False
        self.answer = "v=0"
        self.stereo = False
        self.closed_reason: str | None = None
        self.told: list[dict[str, Any]] = []
        self.rtcp: list[bytes] = []
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)

    def connect(self) -> "MemoryPeer":
        policy = pylibsrtp.Policy(
            key=secrets.token_bytes(28),
            ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND,
            srtp_profile=pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
        )
        self.srtp_tx = pylibsrtp.Session(policy)
        self.tag_length = 16
        self.address = self.sock.getsockname()
        self.connected = True
        self.listener.peer_connected(self)
        self.channel_open = True
        self.listener.channel_opened(self)
        return self

    def send_message(self, text: str) -> bool:
        self.told.append(json.loads(text))
        return True

    def send_rtcp(self, packet: bytes) -> None:
        self.rtcp.append(packet)

    def tick(self, now: float) -> None:
        pass

    def close(self, reason: str) -> None:
        if self.closed_reason is None:
            self.closed_reason = reason
            self.connected = self.channel_open = False
            self.listener.peer_closed(self, reason)

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.told if event["type"] == kind]

    def packets(self) -> int:
        """How many have arrived since last asked."""
        count = 0
        while True:
            try:
                self.sock.recv(2048)
            except BlockingIOError:
                return count
            count += 1


class MemoryRoster:
    """The worker's side of the rooms table, as it was told."""

    def __init__(self) -> None:
        self.item: dict[str, Any] = {
            "room_id": "r1",
            "title": "Hello",
            "description": "",
            "topics": [],
            "state": "live",
            "access": "open",
            "who_may_speak": "invited",
            "host": {"account_id": "ada", "handle": "ada", "name": "Ada", "avatar_url": None},
            "listener_count": 0,
            "lease_worker": "w1",
            "lease_term": 1,
        }
        self.members: dict[str, Member] = {}
        self.barred: set[str] = set()
        self.counts: list[int] = []
        self.listened_s = 0
        self.abandoned_at: datetime | None = None
        self.taken = False

    def room(self, room_id: str) -> dict[str, Any] | None:
        return self.item if room_id == "r1" else None

    def member(self, room_id: str, account_id: str) -> Member | None:
        return self.members.get(account_id)

    def load(self, lease: Lease) -> RoomSheet:
        self._check()
        if lease.term != self.item["lease_term"]:
            raise LeaseLost
        return RoomSheet(
            room=self.item, members=list(self.members.values()), barred=frozenset(self.barred)
        )

    def connected(self, lease: Lease, account_id: str, peer_id: str) -> bool:
        self._check()
        if account_id not in self.members:
            return False
        self.members[account_id] = replace(self.members[account_id], peer_id=peer_id)
        return True

    def lost(self, lease: Lease, member: Member) -> bool:
        self._check()
        known = self.members.get(member.account_id)
        if known is None or known.peer_id != member.peer_id:
            return False
        del self.members[member.account_id]
        return True

    def counted(self, lease: Lease, listeners: int, listened_s: int) -> None:
        self._check()
        self.counts.append(listeners)
        self.listened_s = listened_s

    def abandoned(self, lease: Lease, now: datetime) -> None:
        self._check()
        self.abandoned_at = now

    def _check(self) -> None:
        if self.taken:
            raise LeaseLost


class MemoryAdmissions:
    """How long accounts were connected, as the tickets table has it."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    def attended(self, room_id: str, account_id: str, seconds: int, write_id: str) -> None:
        assert room_id == "r1"
        self.seconds[account_id] += seconds


class MemoryFleet:
    """No caption workers."""

    def list(self) -> list[Captioner]:
        return []


class RoomLab:
    """One room, its roster and the time."""

    def __init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        self.roster = MemoryRoster()
        self.now = START
        self.peers: list[MemoryPeer] = []
        self.admissions = MemoryAdmissions()
        cloud, crew = Cloud(threads=2, longest_wait=0.01), Crew()
        self.gear = Gear(
            open_peer=self._open_peer,
            open_sound=lambda profile: Sound(self.sock.fileno(), profile),
            roster=self.roster,
            cloud=cloud,
            crew=crew,
            farewells=Farewells(),
            attendance=AttendanceBook(self.admissions, cloud=cloud, crew=crew, utc=self.utc),
            captions=CaptionPlane(MemoryFleet(), Cloud(threads=1), self.utc),
            utc=self.utc,
        )
        self.session: Session | None = None

    def utc(self) -> datetime:
        return NOON + timedelta(seconds=self.now - START)

    def add(self, account_id: str, role: Role = Role.LISTENER, **changes: Any) -> Member:
        """Someone is in the roster."""
        member = Member(
            account_id=account_id,
            handle=account_id,
            name=account_id.title(),
            avatar_url=None,
            role=role,
            muted=False,
            hand=None,
            joined_at=self.utc(),
            revision=1,
        )
        self.roster.members[account_id] = replace(member, **changes)
        return self.roster.members[account_id]

    def open(self) -> Session:
        lease = Lease(room_id="r1", worker_id="w1", term=1)
        self.session = Session(lease, self.roster.load(lease), self.gear, self.now)
        return self.session

    def offer(self, account_id: str, direction: Direction = Direction.RECVONLY) -> MemoryPeer:
        seat = self.session.admit(account_id, make_offer(direction), self.now)
        return seat.peer

    def join(self, account_id: str, direction: Direction = Direction.RECVONLY) -> MemoryPeer:
        return self.offer(account_id, direction).connect()

    def view(self, account_id: str, role: Role = Role.LISTENER, **changes: Any) -> MemberView:
        fields = {
            "account_id": account_id,
            "handle": account_id,
            "name": account_id.title(),
            "avatar_url": None,
            "role": role,
            "muted": False,
            "hand": False,
        }
        return MemberView(**(fields | changes))

    def apply(self, command: Any, **ago: float) -> None:
        self.session.apply(command, self.utc() - timedelta(**ago))

    def pass_time(self, seconds: float, step: float = TICK) -> None:
        """Tick after tick, with the words that are due."""
        end = self.now + seconds
        while self.now < end - 1e-9:
            self.now += step
            if self.session is not None and self.session.over is None:
                self.session.tick(self.now, self.utc().timestamp())
                self.session.outbox.send(1000)
            self.gear.farewells.tick(self.now)

    async def settle(self) -> None:
        """Wait for the cloud."""
        while self.gear.crew._tasks:
            await asyncio.gather(*self.gear.crew._tasks)

    def close(self) -> None:
        self.gear.cloud.close()
        for peer in self.peers:
            peer.sock.close()
        self.sock.close()

    def _open_peer(
        self,
        *,
        peer_id: str,
        account_id: str,
        offer: Offer,
        listener: Any,
        now: float,
        stereo: bool,
    ) -> MemoryPeer:
        peer = MemoryPeer(listener, peer_id, account_id, offer)
        peer.stereo = stereo
        self.peers.append(peer)
        return peer


class Voice:
    """A client's sound: a sine in Opus and RTP, 20 ms at a time."""

    def __init__(self, amplitude: float = 9000) -> None:
        at = np.arange(48_000)
        self._pcm = (amplitude * np.sin(2 * np.pi * 440 * at / 48_000)).astype(np.int16)
        self._encoder = Encoder()
        self._count = itertools.count()

    def packet(self) -> bytes:
        number = next(self._count)
        start = number * 960 % 48_000
        return build_rtp(
            RtpPacket(
                payload_type=111,
                marker=False,
                sequence_number=number & 0xFFFF,
                timestamp=number * 960,
                ssrc=7,
                payload=self._encoder.encode(self._pcm[start : start + 960]),
            )
        )


@pytest.fixture
def voice() -> Voice:
    return Voice()


@pytest.fixture
def faint_voice() -> Voice:
    """What a microphone hears in an empty room."""
    return Voice(amplitude=20)


@pytest.fixture
def lab() -> Iterator[RoomLab]:
    lab = RoomLab()
    yield lab
    lab.close()


class MemoryPlacement:
    """Leases as the rooms table has them."""

    def __init__(self) -> None:
        self.handed_back: list[Lease] = []
        self.held: list[Lease] | None = None

    def hand_back(self, lease: Lease) -> bool:
        self.handed_back.append(lease)
        return True

    def still_held(self, leases: list[Lease]) -> list[Lease]:
        return leases if self.held is None else self.held


@pytest.fixture
def placement() -> MemoryPlacement:
    return MemoryPlacement()


@pytest.fixture
def sessions(lab: RoomLab, placement: MemoryPlacement) -> Sessions:
    return Sessions("w1", placement, lab.gear, lab.now)


@pytest.fixture
def offer() -> Any:
    """Makes offers of a direction."""
    return make_offer
