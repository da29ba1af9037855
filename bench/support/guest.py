"""Somebody at a page: joins, hears, and comes back by himself as `web/src/room/visit.ts` does.

What a browser takes for a lost connection only after seconds, the page sees after one: no packet
has come, and a worker sends one every 400 ms at least.
"""

import asyncio
import json
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import urllib3
from aiortc import RTCDataChannelParameters
from aiortc.rtcdatachannel import RTCDataChannel
from urllib3.exceptions import HTTPError

from core.clock import to_rfc3339, utc_now
from media_workers.transport.dtls import Certificate
from media_workers.transport.sctp import Association
from support.client import Client

LOOK_EVERY = 0.25
TELLING = 1.0
RESTART_WITHIN = 6.0
AGAIN_AFTER = 0.5
STRAGGLERS = 20.0
CONNECTS_WITHIN = 10.0
SERVER_ERROR = 500
SOUND = 40
"""Bytes: a protected packet of silence has 29."""

HTTP = urllib3.PoolManager(maxsize=64, retries=False, timeout=10)


class Refused(Exception):
    """The media door's no. `status` 0: no answer at all."""

    def __init__(self, status: int, retry_after: float = 0.0) -> None:
        super().__init__(str(status))
        self.status = status
        self.retry_after = retry_after


class Line(Client):
    """One connection, with the room's events; it can restart ICE and change its address."""

    def __init__(
        self,
        certificate: Certificate,
        media: dict[str, str],
        *,
        sends: bool,
        received: Callable[[bytes, float], None],
        told: Callable[[dict[str, Any]], None],
    ) -> None:
        self.media = media
        self.location = ""
        self.given_up = self.moved = self.stay = False
        self.running: asyncio.Task[None] | None = None
        self._told = told
        self._events: Any = None
        super().__init__(certificate, media, sends=sends, received=received)

    @property
    def over(self) -> bool:
        """Whether nothing comes this way any more."""
        return self.given_up or self._dtls.closed

    def stop(self) -> None:
        """The end, unless somebody wants to see what still comes."""
        if self.running and not self.stay:
            self.running.cancel()

    def move(self, host: str) -> None:
        """Send from another address, and be deaf at the one before."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._socket)
        self._socket.close()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((host, 0))
        loop.add_reader(self._socket, self._read)

    def renew(self) -> None:
        """Restart ICE. Raises Refused."""
        self._ufrag = secrets.token_hex(4)
        body = f"a=ice-ufrag:{self._ufrag}\r\na=ice-pwd:{secrets.token_hex(12)}\r\n"
        kind = {"Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*"}
        answer = self._ask("PATCH", self.location, body, **kind)
        lines = (line.partition(":") for line in answer.data.decode().splitlines())
        value = {name: rest for name, _, rest in lines}
        self._username = f"{value['a=ice-ufrag']}:{self._ufrag}".encode()
        self._password = value["a=ice-pwd"].encode()
        self._check()

    def open_events(self) -> None:
        """Begin the `events` channel, once DTLS is done."""
        self._events = Association(
            self._dtls,
            opened=lambda: None,
            message_received=lambda text, _: self._told(json.loads(text)),
            dropped=Counter(),
            now=time.monotonic(),
        )
        self._events.connect(port=5000, max_message_size=65536)
        self._events._channel = RTCDataChannel(
            self._events, RTCDataChannelParameters(label="events")
        )

    def _exchange(self, media: dict[str, str]) -> bytes:
        answer = self._ask("POST", media["url"], self._offer())
        self.location = urljoin(media["url"], answer.headers["Location"])
        return answer.data

    def _ask(self, method: str, url: str, body: str, **headers: str) -> Any:
        sent = {
            "Authorization": f"Bearer {self.media['token']}",
            "Content-Type": "application/sdp",
        } | headers
        try:
            answer = HTTP.request(method, url, body=body, headers=sent)
        except HTTPError as error:
            raise Refused(0) from error
        if answer.status >= 300:
            raise Refused(answer.status, float(answer.headers.get("Retry-After", 0)))
        return answer

    def _offer(self) -> str:
        lines = super()._offer().replace("BUNDLE 0", "BUNDLE 0 1").splitlines()
        shared = [line for line in lines if line.startswith(("a=ice-", "a=fing", "a=setup"))]
        channel = [
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            "c=IN IP4 0.0.0.0",
            "a=mid:1",
            "a=sctp-port:5000",
            "a=max-message-size:65536",
        ]
        return "\r\n".join([*lines, *channel, *shared]) + "\r\n"

    def _opened(self) -> None:
        self.open_events()

    def _sctp_received(self, message: bytes) -> None:
        if self._events is not None:
            self._events.receive(message, time.monotonic())


class Guest:
    """`join` asks the API for a media door.

    `keeps_pass`: the door is tried with the pass of the connection that was lost, if it is still
    good. `heard_at`: when sound came last; `gaps`: (until when, seconds) without it.
    """

    def __init__(
        self,
        certificate: Certificate,
        join: Callable[[], dict[str, str]],
        *,
        talks: bool = False,
        keeps_pass: bool = True,
    ) -> None:
        self.gaps: list[tuple[float, float]] = []
        self.lines: list[Line] = []
        self.connections = 0
        self._certificate = certificate
        self._join = join
        self._talks = talks
        self._keeps_pass = keeps_pass
        self.heard_at = 0.0
        self._moved = asyncio.Event()
        self._pass: dict[str, str] | None = None

    @property
    def line(self) -> Line | None:
        """What is heard."""
        return self.lines[-1] if self.lines else None

    async def run(self) -> None:
        """Be there until cancelled."""
        attempt = 0
        async with asyncio.TaskGroup() as self._tasks:
            while True:
                try:
                    line = await self._connect()
                except Refused as refused:
                    if self._pass and 0 < refused.status < SERVER_ERROR:
                        self._pass = None
                        continue
                    wait = min(15.0, 0.5 * 2**attempt) * (0.5 + secrets.randbelow(500) / 1000)
                    await asyncio.sleep(max(refused.retry_after, wait))
                    attempt += 1
                    continue
                attempt = 0
                await self._until_lost(line)

    def say(self, payload: bytes) -> None:
        """One frame, on every connection that is up."""
        for line in self.lines:
            if line.connected.is_set() and not line.over:
                line.send_frame(payload)

    def gap(self, since: float) -> float:
        """The longest time without sound that ended after `since`; so far, if it has not ended."""
        ended = [seconds for at, seconds in self.gaps if at > since]
        return max([*ended, time.perf_counter() - max(since, self.heard_at)])

    async def _connect(self) -> Line:
        media = self._pass
        if media is None or media["expires_at"] < to_rfc3339(utc_now()):
            self._pass = None
            try:
                media = await asyncio.to_thread(self._join)
            except RuntimeError as error:
                raise Refused(0) from error
        line: Line = await asyncio.to_thread(
            lambda: Line(
                self._certificate,
                media,
                sends=self._talks,
                received=lambda data, at: self._received(line, data, at),
                told=lambda event: self._told(line, event),
            )
        )
        line.running = self._tasks.create_task(line.run())
        try:
            await asyncio.wait_for(line.connected.wait(), CONNECTS_WITHIN)
        except TimeoutError as error:
            line.running.cancel()
            raise Refused(0) from error
        self.connections += 1
        self._moved.clear()
        self._pass = None
        for former in self.lines:
            keep = STRAGGLERS if self._talks and former.moved else 0.0
            asyncio.get_running_loop().call_later(keep, former.stop)
        self.lines = [*(one for one in self.lines if one.moved and self._talks), line]
        return line

    async def _until_lost(self, line: Line) -> None:
        packets, since = line.packets, time.monotonic()
        while not self._moved.is_set() and not line.over:
            await asyncio.sleep(LOOK_EVERY)
            if line.packets != packets:
                packets, since = line.packets, time.monotonic()
            elif time.monotonic() - since >= TELLING and not await self._restart(line):
                line.given_up = True
                self._pass = line.media if self._keeps_pass else None
                return

    async def _restart(self, line: Line) -> bool:
        """Whether sound has come again."""
        deadline, packets = time.monotonic() + RESTART_WITHIN, line.packets
        renewed = False
        while time.monotonic() < deadline and line.packets == packets:
            try:
                if not renewed:
                    await asyncio.to_thread(line.renew)
                    renewed = True
            except Refused as refused:
                if 0 < refused.status < SERVER_ERROR:
                    return False
            await asyncio.sleep(LOOK_EVERY if renewed else AGAIN_AFTER)
        return line.packets != packets

    def _received(self, line: Line, data: bytes, at: float) -> None:
        if line is not self.line or len(data) < SOUND:
            return
        if self.heard_at and at - self.heard_at > 2 * 0.02:
            self.gaps.append((at, at - self.heard_at))
        self.heard_at = at

    def _told(self, line: Line, event: dict[str, Any]) -> None:
        if event["type"] == "token.renewed":
            line.media |= {name: event[name] for name in ("token", "expires_at")}
        elif event["type"] == "moved" and line is self.line:
            line.moved = True
            self._pass = line.media if self._keeps_pass else None
            self._moved.set()
