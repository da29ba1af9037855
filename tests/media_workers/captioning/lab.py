"""One room's captions, and caption workers on loopback."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from aiohttp import WSMsgType, web

from core.captions import Caption, Captioner, CaptionLine, Moved, read_audio, read_control
from core.clock import to_rfc3339
from core.placement import Lease
from media_workers.captioning.captioning import Captioning
from media_workers.captioning.link import CaptionPlane
from media_workers.process.cloud import Cloud
from media_workers.process.crew import Crew

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
FRAME = np.full(960, 1000, np.int16)
ADA = frozenset({"ada"})
ROOM = {
    "started_at": to_rfc3339(NOON - timedelta(seconds=5)),
    "captions": {"enabled": True, "language": "en-GB"},
}


class Worker:
    """A caption worker: what its newest room sent, and a way to answer."""

    def __init__(self, name: str, changed: Callable[[], None]) -> None:
        self.name = name
        self.url = ""
        self.control: list[Any] = []
        self.audio: list[tuple[int, int, bytes]] = []
        self.closed = False
        self.socket: web.WebSocketResponse | None = None
        self._changed = changed

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        self.socket = socket = web.WebSocketResponse(timeout=1)
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                self.audio.append(read_audio(message.data))
            elif message.type is WSMsgType.TEXT:
                self.control.append(read_control(message.data))
            self._changed()
        self.closed = True
        self._changed()
        return socket

    @property
    def times(self) -> list[int]:
        return [at_ms for _, at_ms, _ in self.audio]

    async def show(self, caption: CaptionLine) -> None:
        assert self.socket
        await self.socket.send_str(Caption(line=caption).model_dump_json())

    async def move(self) -> None:
        assert self.socket
        await self.socket.send_str(Moved().model_dump_json())

    def die(self) -> None:
        assert self.socket
        assert self.socket._req
        transport = self.socket._req.transport
        assert transport
        transport.abort()


class Lab:
    """One room's captions, the caption workers there are, and the lines that were shown."""

    def __init__(self) -> None:
        self.workers: list[Worker] = []
        self.lines: list[CaptionLine] = []
        self.crew = Crew()
        self.cloud = Cloud(threads=1)
        self.plane = CaptionPlane(self, self.cloud, lambda: NOON)
        self.changed = asyncio.Event()
        self.captions = self.room()
        self._runners: list[web.AppRunner] = []

    def room(self, item: dict[str, Any] = ROOM, **settings: Any) -> Captioning:
        return Captioning(
            Lease(room_id="r1", worker_id="w1", term=3),
            item,
            plane=self.plane,
            crew=self.crew,
            show=self._show,
            handle_of=lambda account_id: account_id,
            now=NOON,
            **settings,
        )

    def list(self) -> list[Captioner]:
        """As CaptionFleet does."""
        return [
            Captioner(
                worker_id=worker.name,
                url=worker.url,
                capacity=10,
                load=load,
                draining=False,
                until=NOON + timedelta(seconds=1),
            )
            for load, worker in enumerate(self.workers)
        ]

    async def add_worker(self) -> Worker:
        worker = Worker(f"c{len(self.workers)}", self.changed.set)
        app = web.Application()
        app.router.add_get("/captions", worker.serve)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        worker.url = f"http://127.0.0.1:{runner.addresses[0][1]}/captions"
        self._runners.append(runner)
        self.workers.append(worker)
        return worker

    def talk(self, slots: int) -> None:
        for _ in range(slots):
            self.captions.hear({"ada": FRAME}, ADA, ADA)

    def rest(self) -> None:
        self.captions.hear({}, frozenset(), ADA)

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def close(self) -> None:
        self.captions.close()
        await self.crew.dismiss()
        await self.plane.close()
        for runner in self._runners:
            await runner.cleanup()
        self.cloud.close()

    def _show(self, shown: CaptionLine) -> None:
        self.lines.append(shown)
        self.changed.set()
