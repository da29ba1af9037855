"""A whole worker in this process: UDP and HTTP on loopback, moto behind, stock aiortc clients."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import aioice.ice
import boto3
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError
from prometheus_client.parser import text_string_to_metric_families

from core import messages
from core.admission import Admissions, grant
from core.clock import to_rfc3339, utc_now
from core.dynamo import Database, Put, Update
from core.messages import write_command
from core.placement import Fleet, Lease
from core.roles import Role
from core.room_items import META, Member, room_key
from core.tables import ROOMS, WORKERS
from core.tokens import RoomPass, sign_pass
from media_workers.config import Config
from media_workers.fleet.commands import CommandQueue, Message
from media_workers.worker import Worker

pytestmark = pytest.mark.anyio

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


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """aioice never offers loopback addresses, and there may be no others."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])


class PromptQueue(CommandQueue):
    """moto sleeps through a long poll with its lock held: here the sender ends the wait."""

    sent = threading.Event()

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

    def __init__(self, lab: "Lab", token: str, *, talks: bool) -> None:
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


class Lab:
    def __init__(self, worker: Worker, database: Database, stop: asyncio.Event) -> None:
        self.worker = worker
        self.stop = stop
        self.rooms = database.table(ROOMS)
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

    def add(self, account_id: str, role: Role) -> None:
        member = Member(
            account_id=account_id,
            handle=account_id,
            name=account_id.title(),
            avatar_url=None,
            role=role,
            muted=False,
            hand=None,
            joined_at=utc_now(),
            revision=1,
        )
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
        url = sqs.get_queue_url(QueueName="stoa-test-worker-w1")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=write_command(command))
        PromptQueue.sent.set()

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


@pytest.fixture
async def lab(database: Database) -> AsyncIterator[Lab]:
    worker = Worker(
        Config.from_env(ENV), database=database, queue=PromptQueue("stoa-test-worker-w1")
    )
    stop, started = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(worker.run(stop, started))
    await asyncio.wait_for(started.wait(), 10)
    lab = Lab(worker, database, stop)
    lab.open_room()
    yield lab
    for client in lab.clients:
        await client.connection.close()
        await asyncio.gather(*client.tasks)
    await lab.http.close()
    stop.set()
    await asyncio.wait_for(running, 20)


async def test_a_listener_hears_the_speaker_who_does_not_hear_himself(lab: Lab) -> None:
    speaker = await lab.join("ada", Role.HOST)
    listener = await lab.join("bob", Role.LISTENER)
    await until(lambda: rms(listener.sound(time.monotonic() - 0.2)) > 500)

    heard = await talking(listener, 1.0)

    assert rms(heard) > 500
    assert dominant(heard) == pytest.approx(TONE, abs=5)
    assert rms(speaker.sound(time.monotonic() - 1.0)) < 50
    assert listener.events("speaking")[-1]["account_ids"] == ["ada"]


async def test_a_mute_silences_within_300_ms_whatever_the_client_sends(lab: Lab) -> None:
    await lab.join("ada", Role.HOST)
    listener = await lab.join("bob", Role.LISTENER)
    await until(lambda: rms(listener.sound(time.monotonic() - 0.2)) > 500)

    muted_at = time.monotonic()
    lab.send(
        messages.Muted(room_id=ROOM, account_id="ada", muted=True, revision=2, by="ada"),
    )
    await until(lambda: listener.heard[-1][0] > muted_at + 1.0)

    assert rms(listener.sound(muted_at + 0.3)) < 10
    assert listener.events("muted")[0]["account_id"] == "ada"
    await until(lambda: listener.events("speaking")[-1]["account_ids"] == [])


async def test_an_unmuted_speaker_is_heard_again(lab: Lab) -> None:
    await lab.join("ada", Role.HOST)
    listener = await lab.join("bob", Role.LISTENER)
    lab.send(messages.Muted(room_id=ROOM, account_id="ada", muted=True, revision=2, by="ada"))
    await until(lambda: listener.events("muted"))

    lab.send(messages.Muted(room_id=ROOM, account_id="ada", muted=False, revision=3, by="ada"))

    await until(lambda: rms(listener.sound(time.monotonic() - 0.2)) > 500)


async def test_whoever_is_removed_hears_nothing_more_and_is_kept_out(lab: Lab) -> None:
    await lab.join("ada", Role.HOST)
    listener = await lab.join("bob", Role.LISTENER)
    await until(lambda: rms(listener.sound(time.monotonic() - 0.2)) > 500)

    lab.send(messages.Removed(room_id=ROOM, account_id="bob", by="ada"))
    await until(lambda: listener.connection.connectionState == "closed")

    assert listener.events("ended")[0]["reason"] == "removed"
    again = await lab.request("POST", f"/media/{ROOM}", listener.token, OFFER)
    assert (again.status, (await again.json())["code"]) == (403, "removed")


async def test_whose_ticket_is_lost_is_silenced_within_300_ms_and_was_written_down(
    lab: Lab, database: Database
) -> None:
    lab.rooms.write(Update(pk=room_key(ROOM), sk=META, set={"access": "ticketed"}))
    admissions = Admissions(database)
    admissions.table.write(grant(ROOM, "bob", {"t1"}))
    await lab.join("ada", Role.HOST)
    listener = await lab.join("bob", Role.LISTENER)
    await talking(listener, 1.5)

    lost_at = time.monotonic()
    lab.send(messages.TicketLost(room_id=ROOM, account_id="bob"))
    await until(lambda: listener.connection.connectionState == "closed")

    assert listener.events("ended")[0]["reason"] == "ticket_lost"
    assert rms(listener.sound(lost_at + 0.3)) < 10
    again = await lab.request("POST", f"/media/{ROOM}", listener.token, OFFER)
    assert (again.status, (await again.json())["code"]) == (403, "not_a_member")
    await until(lambda: admissions.find(ROOM, "bob").attended_s >= 1)


async def test_a_worker_that_stops_writes_down_who_was_there(lab: Lab, database: Database) -> None:
    lab.rooms.write(Update(pk=room_key(ROOM), sk=META, set={"access": "ticketed"}))
    admissions = Admissions(database)
    admissions.table.write(grant(ROOM, "bob", {"t1"}))
    await lab.join("ada", Role.HOST)
    await talking(await lab.join("bob", Role.LISTENER), 1.5)

    lab.stop.set()

    await until(lambda: admissions.find(ROOM, "bob").attended_s >= 1)


async def test_tokens_open_their_own_room_in_their_own_time(lab: Lab) -> None:
    lab.add("bob", Role.LISTENER)
    good = lab.token("bob")
    refused = {
        "none": (None, 401, "bad_token"),
        "altered": (good[:-4] + "AAAA", 401, "bad_token"),
        "expired": (lab.token("bob", expires_at=utc_now()), 401, "token_expired"),
        "another room": (lab.token("bob", room_id="room_2"), 403, "wrong_room"),
        "no member": (lab.token("eve"), 403, "not_a_member"),
    }

    for name, (token, status, code) in refused.items():
        answer = await lab.request("POST", f"/media/{ROOM}", token, OFFER)
        assert (answer.status, (await answer.json())["code"]) == (status, code), name
    assert (await lab.request("POST", f"/media/{ROOM}", good, OFFER)).status == 201


async def test_the_roster_and_not_the_token_says_who_may_talk(lab: Lab) -> None:
    lab.add("bob", Role.LISTENER)
    sendrecv = OFFER.replace("recvonly", "sendrecv")

    token = lab.token("bob", Role.SPEAKER)
    answer = await lab.request("POST", f"/media/{ROOM}", token, sendrecv)

    assert (answer.status, (await answer.json())["code"]) == (403, "role")


async def test_requests_that_make_no_sense_are_told_why(lab: Lab) -> None:
    token = (await lab.join("bob", Role.LISTENER)).token
    path = f"/media/{ROOM}"
    post = lab.request

    answers = {
        "bad_sdp": (400, await post("POST", path, token, "hello")),
        "unsupported_media_type": (415, await post("POST", path, token, Content_Type="text/x")),
        "not_acceptable": (406, await post("POST", path, token, OFFER, Accept="text/html")),
        "too_large": (413, await post("POST", path, token, "x" * 20_000)),
        "peer_not_found": (404, await post("DELETE", f"{path}/peer_9", token)),
        "method_not_allowed": (405, await post("PUT", path, token)),
        "not_found": (404, await post("GET", "/nothing", token)),
    }

    for code, (status, answer) in answers.items():
        assert answer.content_type == "application/problem+json"
        assert (answer.status, (await answer.json())["code"]) == (status, code)


async def test_a_room_of_another_worker_is_not_here(lab: Lab) -> None:
    token = lab.token("bob", room_id="room_2")

    answer = await lab.request("POST", "/media/room_2", token, OFFER)

    assert (answer.status, (await answer.json())["code"]) == (404, "room_not_here")


async def test_a_room_whose_worker_died_is_taken_over(lab: Lab) -> None:
    index = {"by_state_pk": "live", "by_state_sk": f"{to_rfc3339(START)}#{ROOM}"}
    holder = {"lease_worker": "gone", "lease_term": 4}
    lab.rooms.write(Update(pk=room_key(ROOM), sk=META, set=index | holder))

    await lab.worker.adoption.look()

    assert lab.worker.sessions.find(ROOM).lease == Lease(room_id=ROOM, worker_id="w1", term=5)


async def test_ice_restarts_for_whoever_names_the_session_as_it_is(lab: Lab) -> None:
    listener = await lab.join("bob", Role.LISTENER)
    fragment = "a=ice-ufrag:anew\r\na=ice-pwd:aPasswordThatNobodyNeeds\r\n"
    patch = lab.request

    stale = await patch("PATCH", listener.location, listener.token, fragment, If_Match='"old"')
    fresh = await patch(
        "PATCH", listener.location, listener.token, fragment, If_Match=listener.etag
    )
    trickled = await patch("PATCH", listener.location, listener.token, fragment, If_Match="*")
    foreign = await patch("PATCH", listener.location, lab.token("eve"), fragment, If_Match="*")

    assert stale.status == 412
    assert fresh.status == 200
    assert fresh.content_type == "application/trickle-ice-sdpfrag"
    assert "a=ice-pwd:" in await fresh.text()
    assert fresh.headers["ETag"] != listener.etag
    assert trickled.status == 204
    assert foreign.status == 404


async def test_whoever_deletes_his_peer_leaves_the_roster(lab: Lab) -> None:
    host = await lab.join("ada", Role.HOST)
    listener = await lab.join("bob", Role.LISTENER)
    await until(lambda: lab.roster()["bob"].get("peer_id"))

    answer = await lab.request("DELETE", listener.location, listener.token)

    assert answer.status == 200
    await until(lambda: "bob" not in lab.roster())
    await until(lambda: host.events("member.left"))
    assert host.events("member.left")[0]["reason"] == "left"


async def test_a_token_serves_the_connection_that_it_opened_beyond_its_own_time(lab: Lab) -> None:
    listener = await lab.join("bob", Role.LISTENER)
    just_over = utc_now() + timedelta(seconds=1)
    await until(lambda: utc_now() > just_over)

    stale = lab.token("bob", expires_at=just_over - timedelta(minutes=1))
    refused = await lab.request("DELETE", listener.location, stale)
    served = await lab.request("DELETE", listener.location, lab.token("bob", expires_at=just_over))

    assert (refused.status, (await refused.json())["code"]) == (401, "token_expired")
    assert served.status == 200


async def test_a_placed_room_is_there_before_anyone_asks_for_it(lab: Lab) -> None:
    lab.add("ada", Role.HOST)

    lab.send(messages.Placed(room_id=ROOM, term=1))

    await until(lambda: len(lab.worker.sessions) == 1, seconds=2)
    assert lab.worker.sessions.find(ROOM).knows("ada")


async def test_a_second_connection_of_an_account_takes_the_place_of_the_first(lab: Lab) -> None:
    first = await lab.join("bob", Role.LISTENER)

    second = Client(lab, first.token, talks=False)
    lab.clients.append(second)
    await second.join()
    await until(lambda: first.connection.connectionState == "closed")

    assert first.events("ended")[0]["reason"] == "replaced"
    await until(lambda: second.events("room.state"))
    await until(lambda: lab.roster()["bob"]["peer_id"] == second.location.rsplit("/")[-1])


async def test_an_ended_room_ends_for_everyone(lab: Lab) -> None:
    listener = await lab.join("bob", Role.LISTENER)

    lab.send(messages.RoomEnded(room_id=ROOM))
    await until(lambda: listener.connection.connectionState == "closed")

    assert listener.events("ended")[0]["reason"] == "ended"
    await until(lambda: "lease_worker" not in lab.rooms.get(room_key(ROOM), META))


async def test_a_draining_worker_hands_back_its_rooms_and_says_where_it_goes_on(lab: Lab) -> None:
    listener = await lab.join("bob", Role.LISTENER)
    url = lab.worker.control_url
    assert lab.fleet.find("w1").control_url == url

    lab.stop.set()
    await until(lambda: lab.fleet.find("w1").draining)
    health = await lab.request("GET", "/health", None)
    offer = await lab.request("POST", f"/media/{ROOM}", listener.token, OFFER)
    await until(lambda: listener.connection.connectionState == "closed")

    assert (health.status, offer.status) == (503, 503)
    assert offer.headers["Retry-After"]
    assert listener.events("moved")
    assert "lease_worker" not in lab.rooms.get(room_key(ROOM), META)
    assert "bob" in lab.roster()
    await until(lambda: lab.fleet.find("w1") is None)


async def test_a_worker_says_that_it_lives_and_that_another_is_not_here(lab: Lab) -> None:
    itself = await lab.request("GET", "/workers/w1", None)
    another = await lab.request("GET", "/workers/w0", None)

    assert (itself.status, another.status) == (204, 404)


async def test_prometheus_reads_how_much_is_sent_at_what_cost_and_how_it_arrives(lab: Lab) -> None:
    await lab.join("ada", Role.HOST)
    bob = await lab.join("bob", Role.LISTENER)
    await talking(bob, 1.0)

    page = await (await lab.request("GET", "/metrics", None)).text()

    families = {family.name: family for family in text_string_to_metric_families(page)}
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families.values()
        for sample in family.samples
    }
    assert {family.type for family in families.values()} == {"counter", "gauge", "histogram"}
    assert all(family.documentation for family in families.values())
    assert all(name.startswith(("stoa_", "process_")) for name in families)
    assert values["stoa_rooms",] == 1
    assert values["stoa_peers",] == values["stoa_hearers",] == 2
    assert values["stoa_handshakes_total", "connected"] == 2
    assert values["stoa_handshakes_pending",] == 0
    assert values["stoa_stun_checks_total",] >= 2
    assert values["stoa_voices",] == 1
    assert values["stoa_voice_frames_total", "real"] >= 40
    assert 0 < values["stoa_jitter_buffer_delay_max_seconds",] < 0.3
    assert values["stoa_packets_sent_total",] >= 50
    assert values["stoa_tick_seconds_count",] >= 50
    assert values["process_cpu_seconds_total",] > 0
    assert values["process_resident_memory_bytes",] > 1e6
    known = set(families)
    assert known >= {
        "stoa_ticks_late",
        "stoa_hearer_loss_ratio",
        "stoa_hearer_round_trip_seconds",
        "stoa_uplink_packets_lost",
        "stoa_packets_unsent",
        "stoa_datagrams_dropped",
        "stoa_voice_packets_dropped",
        "stoa_peer_dropped",
        "stoa_caption_backlog_seconds",
        "stoa_cloud_calls_failed",
    }
