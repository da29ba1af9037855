"""A room without a network, and a voice: time is the test's own, sound goes over loopback."""

import asyncio
import itertools
import socket
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np

from core.people import MemberView
from core.placement import Lease
from core.roles import Role
from core.room_items import Member
from core.tokens import sign_pass
from media_workers.audio.opus import Encoder
from media_workers.audio.rtp import RtpPacket, build_rtp
from media_workers.captioning.link import CaptionPlane
from media_workers.peers.farewells import Farewells
from media_workers.process.cloud import Cloud
from media_workers.process.crew import Crew
from media_workers.rooms.attendance_book import AttendanceBook
from media_workers.rooms.gear import Gear
from media_workers.rooms.session import Session
from media_workers.rooms.sound import Sound
from media_workers.transport.sdp import Direction, Offer
from tests.media_workers.rooms.memory import (
    MemoryAdmissions,
    MemoryFleet,
    MemoryPeer,
    MemoryRoster,
    make_offer,
)
from tests.members import newcomer, view

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
START = 1000.0
TICK = 0.02
SECRETS = ("a-room-secret-of-at-least-32-bytes",)


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
            sign_pass=partial(sign_pass, secrets=SECRETS),
            utc=self.utc,
        )
        self.session: Session | None = None

    def utc(self) -> datetime:
        return NOON + timedelta(seconds=self.now - START)

    def add(self, account_id: str, role: Role = Role.LISTENER, **changes: Any) -> Member:
        """Someone is in the roster."""
        member = newcomer(account_id, role, self.utc(), **changes)
        self.roster.members[account_id] = member
        return member

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
        return view(account_id, role, **changes)

    def apply(self, command: Any, **ago: float) -> None:
        self.session.changes.apply(command, self.utc() - timedelta(**ago))

    def pass_time(self, seconds: float, step: float = TICK) -> None:
        """Tick after tick, with the words that are due."""
        end = self.now + seconds
        while self.now < end - 1e-9:
            self.now += step
            if self.session is not None and self.session.over is None:
                self.session.tick(self.now, self.utc().timestamp())
                self.session.outbox.send(1000)
            self.gear.farewells.tick(self.now)

    def speak(self, peer: MemoryPeer, voice: Voice, seconds: float) -> None:
        """The client sends what it hears in its microphone, and time passes."""
        for _ in range(round(seconds / TICK)):
            self.session.rtp_received(peer, voice.packet(), self.now)
            self.pass_time(TICK)

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
