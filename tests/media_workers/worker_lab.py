"""A whole worker in this process: UDP and HTTP on loopback, moto behind, stock aiortc clients."""

import asyncio
import contextlib
import json
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import boto3
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError

from core import messages
from core.admission import Admissions, grant
from core.clock import utc_now
from core.dynamo import Database, Put, Update
from core.messages import write_command
from core.placement import Fleet
from core.roles import Role
from core.room_items import META, room_key
from core.tables import ROOMS, WORKERS
from core.tokens import RoomPass, sign_pass
from media_workers.fleet.commands import CommandQueue, Message
from media_workers.worker import Worker
from tests.members import newcomer

ROOM = "room_1"
SECRET = "a-room-secret-of-at-least-32-bytes"
ENV = {
    "STOA_TABLE_PREFIX": "stoa-test-",
    "STOA_QUEUE_PREFIX": "stoa-test-",
    "STOA_ROOM_SECRETS": SECRET,
    "STOA_WORKER_ID": "w1",
    "STOA_MEDIA_BIND": "127.0.0.1",
    "STOA_MEDIA_PORT": "0",
    "STOA_MEDIA_ADDRESS": "127.0.0.1",
    "STOA_CONTROL_BIND": "127.0.0.1",
    "STOA_CONTROL_PORT": "0",
    "STOA_CAPACITY": "20",
}
OFFER = (
    """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=recvonly
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=ice-ufrag:theirs
a=ice-pwd:aPasswordThatNobodyNeeds
a=setup:actpass
a=fingerprint:sha-256 """
    + ":".join(["AB"] * 32)
    + "\n"
)
TONE = 440
START = datetime(2026, 1, 1, tzinfo=UTC)
CLIENT_RATE = 8000


class PromptQueue(CommandQueue):
    """moto sleeps through a long poll with its lock held: here the sender ends the wait.

    Each has a name of its own: a worker that was stopped may still be at its last poll.
    """

    def __init__(self) -> None:
        super().__init__(f"stoa-test-worker-{uuid.uuid4()}")
        self.sent = threading.Event()

    def receive(self, wait_seconds: int = 0) -> list[Message]:
        self.sent.wait(0.05)
        self.sent.clear()
        return super().receive(0)


class Tone(AudioStreamTrack):
    """A sine, in 20 ms frames at 8 kHz."""

    async def recv(self) -> Any:
        frame = await super().recv()
        at = self._timestamp + np.arange(frame.samples)
        wave = 9000 * np.sin(2 * np.pi * TONE * at / CLIENT_RATE)
        frame.planes[0].update(wave.astype(np.int16).tobytes())
        return frame


class Client:
    """A stock client in the room: what it hears, when, and what it is told."""

    def __init__(self, lab: "WorkerLab", token: str, *, talks: bool) -> None:
        self.lab = lab
        self.token = token
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.heard: list[tuple[float, np.ndarray[Any, Any]]] = []
        self.told: list[dict[str, Any]] = []
        self.location = self.etag = ""
        self.tasks: list[asyncio.Task[None]] = []
        self.channel = self.connection.createDataChannel("events")
        self.channel.on("message", lambda text: self.told.append(json.loads(text)))
        self.connection.on(
            "track", lambda track: self.tasks.append(asyncio.create_task(self._hear(track)))
        )
        if talks:
            self.connection.addTrack(Tone())
        else:
            self.connection.addTransceiver("audio", direction="recvonly")

    async def join(self) -> None:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        answer = await self.lab.request(
            "POST", f"/media/{ROOM}", self.token, self.connection.localDescription.sdp
        )
        assert answer.status == 201, await answer.text()
        self.location, self.etag = answer.headers["Location"], answer.headers["ETag"]
        sdp = RTCSessionDescription(await answer.text(), "answer")
        await self.connection.setRemoteDescription(sdp)

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.told if event["type"] == kind]

    def sound(self, since: float, until: float = float("inf")) -> "np.ndarray[Any, Any]":
        parts = [pcm for at, pcm in self.heard if since <= at < until]
        return np.concatenate(parts) if parts else np.zeros(1)

    async def _hear(self, track: Any) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                pcm = frame.to_ndarray().reshape(-1, frame.layout.nb_channels)[:, 0]
                self.heard.append((time.monotonic(), pcm.astype(float)))


class WorkerLab:
    def __init__(
        self, worker: Worker, queue: PromptQueue, database: Database, stop: asyncio.Event
    ) -> None:
        self.worker = worker
        self.queue = queue
        self.stop = stop
        self.rooms = database.table(ROOMS)
        self.admissions = Admissions(database)
        self.fleet = Fleet(database.table(WORKERS))
        self.http = aiohttp.ClientSession()
        self.clients: list[Client] = []
        self.revision = 0

    def open_room(self) -> None:
        person = {"account_id": "ada", "handle": "ada", "name": "Ada", "avatar_url": None}
        self.rooms.write(
            Put(
                item={
                    "pk": room_key(ROOM),
                    "sk": META,
                    "room_id": ROOM,
                    "title": "Hello",
                    "description": "",
                    "topics": [],
                    "state": "live",
                    "access": "open",
                    "who_may_speak": "invited",
                    "host": person,
                    "listener_count": 0,
                    "recording": False,
                    "lease_worker": "w1",
                    "lease_term": 1,
                }
            )
        )

    def sell_to(self, account_id: str) -> None:
        """The room takes a ticket, and this account has one."""
        self.rooms.write(Update(pk=room_key(ROOM), sk=META, set={"access": "ticketed"}))
        self.admissions.table.write(grant(ROOM, account_id, {"t1"}))

    def add(self, account_id: str, role: Role) -> None:
        member = newcomer(account_id, role, utc_now())
        self.rooms.write(Put(item=member.to_item(ROOM)))

    def roster(self) -> dict[str, Any]:
        page = self.rooms.query(room_key(ROOM), begins="member#")
        return {item["account_id"]: item for item in page.items}

    def token(self, account_id: str, role: Role = Role.LISTENER, **changes: Any) -> str:
        room_pass = RoomPass(
            room_id=changes.get("room_id", ROOM),
            account_id=account_id,
            role=role,
            expires_at=changes.get("expires_at", utc_now() + timedelta(minutes=10)),
        )
        return sign_pass(room_pass, [SECRET])

    async def join(self, account_id: str, role: Role) -> Client:
        """A member in the roster and his client, with everything up."""
        self.add(account_id, role)
        client = Client(self, self.token(account_id, role), talks=role.on_stage)
        self.clients.append(client)
        await client.join()
        await until(lambda: client.events("room.state"))
        return client

    def send(self, command: messages.Command) -> None:
        sqs = boto3.client("sqs")
        sqs.send_message(QueueUrl=self.queue.url, MessageBody=write_command(command))
        self.queue.sent.set()

    async def request(
        self, method: str, path: str, token: str | None, body: str | bytes = b"", **headers: str
    ) -> aiohttp.ClientResponse:
        media_type = {"POST": "application/sdp", "PATCH": "application/trickle-ice-sdpfrag"}
        sent = {"Content-Type": media_type.get(method, "text/plain")}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        url = self.worker.control_url + path
        answer = await self.http.request(method, url, data=body, headers=sent)
        await answer.read()
        return answer


async def until(condition: Callable[[], Any], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what a remote client hears has no event here
            await asyncio.sleep(0.005)


async def talking(client: Client, seconds: float) -> "np.ndarray[Any, Any]":
    """What the client hears during the next `seconds`."""
    start = time.monotonic()
    await until(lambda: client.heard and client.heard[-1][0] > start + seconds)
    return client.sound(start)


def rms(pcm: "np.ndarray[Any, Any]") -> float:
    return float(np.sqrt(np.mean(pcm**2)))


def dominant(pcm: "np.ndarray[Any, Any]") -> float:
    spectrum = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm))))
    return float(np.argmax(spectrum)) * 48_000 / len(pcm)
