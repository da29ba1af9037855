"""The process: a WebSocket a room on a private port, a heartbeat in the fleet, a drain at the end.

It keeps nothing that another caption worker could not read back: a media worker whose socket breaks
goes on with the next one.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from captions.config import Config
from captions.publish import CLOUD_ERRORS, Ousted, Publisher, Record
from captions.room import ProtocolError, Room
from captions.transcriber import Asked, Transcriber
from captions.vocabulary import RoomVocabulary, Vocabularies
from core.captions import MOVED, OUSTED, Captioner, CaptionFleet, Hello, Moved, read_control
from core.ids import new_id
from core.placement import HEARTBEAT_EVERY, HEARTBEAT_LASTS

_log = logging.getLogger(__name__)

PATH = "/captions"
METRIC = "stoa_captions_"
COUNTED = ("rooms", "lines_stored", "lines_dropped", "streams_reopened", "speaker_failures")
DELAYS = ("results", "delays_ms")
REPORT_EVERY = 60.0
MAX_MESSAGE = 16 * 1024
HELLO_WITHIN = 5.0
WORDS_WITHIN = 3.0
"""Seconds that a room's first words wait for its vocabulary; Transcribe is slower than that."""
PING_EVERY = 5.0
MOVE_WITHIN = 2.0
"""Seconds in which a media worker sends its audio elsewhere, once told."""
DRAIN_WITHIN = 20.0


class CaptionWorker:
    """One caption worker, from `start` to the end of `run`. `now` is the wall clock."""

    def __init__(
        self,
        config: Config,
        *,
        transcriber: Transcriber,
        record: Record,
        fleet: CaptionFleet,
        vocabularies: Vocabularies,
        now: Callable[[], datetime],
    ) -> None:
        self._config = config
        self._transcriber = transcriber
        self._record = record
        self._fleet = fleet
        self._vocabularies = vocabularies
        self._now = now
        self._rooms: dict[Room, web.WebSocketResponse] = {}
        self._draining = False
        self._gone = asyncio.Event()
        self._counts: Counter[str] = Counter()
        self._reported: Counter[str] = Counter()
        app = web.Application()
        app.router.add_get(PATH, self._captions)
        app.router.add_get("/health", self._health)
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        self.url = ""

    async def start(self) -> None:
        """Listen; `url` is where from now on."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._config.bind, self._config.port).start()
        port = self._runner.addresses[0][1]
        self.url = f"ws://{self._config.host}:{port}{PATH}"
        _log.info("captions.started worker_id=%s url=%s", self._config.worker_id, self.url)

    async def run(self, stop: asyncio.Event) -> None:
        """Caption rooms until told to stop; then no new ones, last words out, record gone."""
        tasks = [asyncio.create_task(self._beat()), asyncio.create_task(self._report())]
        try:
            await stop.wait()
            await self._drain()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await self._withdraw()
            await self._runner.cleanup()
        _log.info("captions.stopped worker_id=%s", self._config.worker_id)

    async def _withdraw(self) -> None:
        try:
            await asyncio.to_thread(self._fleet.withdraw, self._config.worker_id)
        except CLOUD_ERRORS as error:
            _log.warning("withdrawal.failed error=%s", type(error).__name__)

    async def _beat(self) -> None:
        """Report for ever; a cloud that fails costs a beat, and no caption."""
        while True:
            try:
                await asyncio.to_thread(self._fleet.report, self._described())
            except CLOUD_ERRORS as error:
                _log.warning("heartbeat.failed error=%s", type(error).__name__)
            await asyncio.sleep(HEARTBEAT_EVERY.total_seconds())

    async def _drain(self) -> None:
        """Send media workers elsewhere, then end what they left."""
        self._draining = True
        _log.info("captions.draining rooms=%d", len(self._rooms))
        for socket in list(self._rooms.values()):
            with suppress(ConnectionError):
                await socket.send_str(Moved().model_dump_json())
        await self._wait_for_rooms(MOVE_WITHIN)
        for room in list(self._rooms):
            room.leave()
        await self._wait_for_rooms(DRAIN_WITHIN)

    async def _wait_for_rooms(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while self._rooms:
                    self._gone.clear()
                    await self._gone.wait()
        except TimeoutError:
            return

    @property
    def _load(self) -> int:
        return sum(max(1, room.speakers) for room in self._rooms)

    def _state(self) -> dict[str, int]:
        return {
            "rooms": len(self._rooms),
            "speakers": sum(room.speakers for room in self._rooms),
            "streams": sum(room.streams for room in self._rooms),
        }

    async def _report(self) -> None:
        """A line of the log a minute, of which CloudWatch makes metrics."""
        while True:
            await asyncio.sleep(REPORT_EVERY)
            _log.info("captions.measured", extra=self.measure())

    def measure(self) -> dict[str, int]:
        """What is now, and what was counted since the last time.

        `delay_ms`: how long after a word was said its text came, on average; left out if none did.
        """
        counts = sum((room.counts for room in self._rooms), self._counts)
        since = {name: counts[name] - self._reported[name] for name in (*COUNTED, *DELAYS)}
        self._reported = counts
        results, delays_ms = (since.pop(name) for name in DELAYS)
        load = 100 * self._load // max(1, self._config.capacity)
        mean = {"delay_ms": delays_ms // results} if results else {}
        return {**since, **self._state(), "load": load, **mean}

    def _described(self) -> Captioner:
        return Captioner(
            worker_id=self._config.worker_id,
            url=self.url,
            capacity=self._config.capacity,
            load=self._load,
            draining=self._draining,
            until=self._now() + HEARTBEAT_LASTS,
        )

    async def _captions(self, request: web.Request) -> web.StreamResponse:
        if self._draining or self._load >= self._config.capacity:
            return web.json_response({"code": "no_capacity"}, status=503)
        socket = web.WebSocketResponse(
            max_msg_size=MAX_MESSAGE, heartbeat=PING_EVERY, compress=False, timeout=1
        )
        await socket.prepare(request)
        try:
            await self._serve(socket)
        except ProtocolError as error:
            _log.warning("room.refused reason=%s", str(error).replace(" ", "_"))
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=str(error).encode())
        return socket

    async def _serve(self, socket: web.WebSocketResponse) -> None:
        hello = await _hello(socket)
        words = RoomVocabulary(self._vocabularies, hello.room_id, hello.language)
        publisher = Publisher(room_id=hello.room_id, term=hello.term, record=self._record)
        room = Room(
            hello.room_id,
            transcriber=self._transcriber,
            asked=Asked(
                language=hello.language,
                vocabulary=None,
                vocabulary_filter=self._config.vocabulary_filter,
                filter_method=self._config.filter_method,
            ),
            publisher=publisher,
            new_line_id=lambda: new_id("line", self._now()),
        )
        self._rooms[room] = socket
        _log.info("room.opened room_id=%s term=%d", hello.room_id, hello.term)
        try:
            await words.first(WORDS_WITHIN)
            room.use_vocabulary(words.name)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_read(socket, room))
                following = tasks.create_task(words.follow(room.use_vocabulary))
                await room.run(socket.send_str)
                following.cancel()
                await socket.close(code=MOVED if self._draining else WSCloseCode.OK)
        except* Ousted:
            _log.warning("room.ousted room_id=%s term=%d", hello.room_id, hello.term)
            await socket.close(code=OUSTED)
        except* ProtocolError as group:
            raise ProtocolError(str(group.exceptions[0])) from group
        finally:
            self._rooms.pop(room)
            self._gone.set()
            self._counts += room.counts + Counter(rooms=1)
            _log.info("room.closed room_id=%s lines=%d", hello.room_id, publisher.stored)

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response(
            {"draining": self._draining}, status=503 if self._draining else 200
        )

    async def _metrics(self, _: web.Request) -> web.Response:
        """Prometheus text: what is now, and totals of the rooms that are over."""
        now = self._state()
        lines = [f"# TYPE {METRIC}{name} gauge\n{METRIC}{name} {it}\n" for name, it in now.items()]
        for name in COUNTED:
            total = f"{METRIC}{name}_total"
            lines.append(f"# TYPE {total} counter\n{total} {self._counts[name]}\n")
        return web.Response(text="".join(lines))


async def _hello(socket: web.WebSocketResponse) -> Hello:
    try:
        frame = read_control(await socket.receive_str(timeout=HELLO_WITHIN))
    except (TypeError, ValueError, TimeoutError) as error:
        raise ProtocolError("no hello") from error
    if not isinstance(frame, Hello):
        raise ProtocolError("no hello")
    return frame


async def _read(socket: web.WebSocketResponse, room: Room) -> None:
    message: WSMessage
    async for message in socket:
        if message.type is WSMsgType.BINARY:
            room.take_audio(message.data)
        elif message.type is WSMsgType.TEXT:
            room.take_control(message.data)
    room.leave()
