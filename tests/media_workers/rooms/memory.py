"""What a room needs of the world, in memory: peers, a roster that remembers, placement."""

import json
import secrets
import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pylibsrtp
from botocore.exceptions import EndpointConnectionError

from core.captions import Captioner
from core.placement import Lease
from core.room_items import Member
from core.roster import Headcount, LeaseLost, RoomSheet
from media_workers.transport.sdp import Direction, Fingerprint, Offer


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


def failing(times: int, deed: Callable[..., Any]) -> Callable[..., Any]:
    """A deed that the cloud does not answer so many times."""
    left = iter(range(times))

    def attempt(*args: Any) -> Any:
        if next(left, None) is not None:
            raise EndpointConnectionError(endpoint_url="http://dynamodb")
        return deed(*args)

    return attempt


class Slow:
    """A deed that waits for the test, and knows how often it is under way at once."""

    def __init__(self, deed: Callable[..., Any]) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.most = 0
        self._deed = deed
        self._under_way = 0
        self._lock = threading.Lock()

    def __call__(self, *args: Any) -> Any:
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        self.begun.set()
        self.go_on.wait(5)
        with self._lock:
            self._under_way -= 1
        return self._deed(*args)


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
        self.headcounts: list[Headcount] = []
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

    @property
    def counts(self) -> list[int]:
        return [count.listeners for count in self.headcounts]

    def counted(self, lease: Lease, count: Headcount) -> None:
        self._check()
        self.headcounts.append(count)

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
