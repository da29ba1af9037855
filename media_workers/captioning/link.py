"""The way to the caption plane: which caption worker, and one WebSocket to it for a room."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import aiohttp
from aiohttp import WSMsgType

from core.captions import (
    Caption,
    CaptionFleet,
    CaptionLine,
    Hello,
    SpeakerGone,
    SpeakerHere,
    choose_captioner,
    read_answer,
    write_audio,
)
from media_workers.captioning.backlog import Frame
from media_workers.process.cloud import CLOUD_ERRORS, Cloud

OPEN_WITHIN = 3.0
SEND_WITHIN = 3.0
CLOSE_WITHIN = 2.0
PING_EVERY = 3.0
MAX_MESSAGE = 16 * 1024
MAX_SPEAKERS = 1 << 16
MAX_OPEN_LINES = 64

_log = logging.getLogger(__name__)


class LinkLost(Exception):
    """There is no caption worker at the other end, or none any more; `worker_id` if it is known."""

    def __init__(self, reason: str, worker_id: str | None = None) -> None:
        super().__init__(reason)
        self.worker_id = worker_id


class CaptionPlane:
    """The caption workers that there are. `counters`: what became of rooms' links to them."""

    def __init__(self, fleet: CaptionFleet, cloud: Cloud, utc: Callable[[], datetime]) -> None:
        self._fleet = fleet
        self._cloud = cloud
        self._utc = utc
        self._http: aiohttp.ClientSession | None = None
        self.counters: Counter[str] = Counter()

    async def open(
        self, hello: Hello, show: Callable[[CaptionLine], None], avoid: frozenset[str]
    ) -> "Link":
        """A link to the least loaded caption worker, one of `avoid` only for want of another.

        Raises LinkLost if there is none, or it doesn't answer.
        """
        try:
            found = await self._cloud.call(self._fleet.list)
        except CLOUD_ERRORS as error:
            raise LinkLost("the fleet is unknown") from error
        captioner = choose_captioner(found, self._utc(), avoid=avoid)
        if captioner is None:
            self.counters["no_captioner"] += 1
            raise LinkLost("no caption worker has room")
        if self._http is None:
            self._http = aiohttp.ClientSession()
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                socket = await self._http.ws_connect(
                    captioner.url, max_msg_size=MAX_MESSAGE, heartbeat=PING_EVERY
                )
                await socket.send_str(hello.model_dump_json())
        except (aiohttp.ClientError, OSError) as error:  # OSError: TimeoutError among others
            self.counters["refused"] += 1
            raise LinkLost("it does not answer", captioner.worker_id) from error
        self.counters["opened"] += 1
        return Link(captioner.worker_id, hello, socket, show)

    async def close(self) -> None:
        """Close whatever is still open."""
        if self._http is not None:
            await self._http.close()


class Link:
    """One WebSocket, from behind its `hello` on.

    `over` is set once no lines come any more; `moved` once audio should go elsewhere. `lines` are
    those it has shown and that are not final.
    """

    def __init__(
        self,
        worker_id: str,
        hello: Hello,
        socket: aiohttp.ClientWebSocketResponse,
        show: Callable[[CaptionLine], None],
    ) -> None:
        self.worker_id = worker_id
        self.hello = hello
        self.moved = False
        self.over = False
        self.lines: dict[str, CaptionLine] = {}
        self._socket = socket
        self._show = show
        self._indexes: dict[str, int] = {}
        self._next_index = 0

    @property
    def speakers(self) -> list[str]:
        """The accounts that it was told of."""
        return list(self._indexes)

    async def send(self, frame: Frame, handle: str | None, missing_since_ms: int | None) -> None:
        """20 ms of somebody; `missing_since_ms`: since when nobody has listened to them."""
        index = self._indexes.get(frame.account_id)
        if index is None or missing_since_ms is not None:
            index = self._index(frame.account_id)
            here = SpeakerHere(
                index=index,
                account_id=frame.account_id,
                handle=handle,
                missing_since_ms=missing_since_ms,
            )
            await self._send(here.model_dump_json())
        await self._send(write_audio(index, frame.at_ms, frame.pcm))

    async def leave(self, account_id: str) -> None:
        """This account is not heard any more."""
        del self._indexes[account_id]
        await self._send(SpeakerGone(account_id=account_id).model_dump_json())

    async def read(self) -> None:
        """Show the lines that come, until none come any more."""
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    self._take(message.data)
        except ValueError:
            _log.warning("captions.unreadable worker_id=%s", self.worker_id)
        finally:
            self.over = True
            await self.close()

    async def close(self) -> None:
        """No more of it. Repeatable."""
        try:
            async with asyncio.timeout(CLOSE_WITHIN):
                await self._socket.close()
        except (TimeoutError, aiohttp.ClientError, OSError):
            return

    def _take(self, text: str) -> None:
        answer = read_answer(text)
        if not isinstance(answer, Caption):
            self.moved = True
            return
        line = answer.line
        self.lines.pop(line.line_id, None)
        if not line.final and line.text:
            if len(self.lines) >= MAX_OPEN_LINES:
                del self.lines[next(iter(self.lines))]
            self.lines[line.line_id] = line
        self._show(line)

    def _index(self, account_id: str) -> int:
        if account_id not in self._indexes:
            self._indexes[account_id] = self._next_index
            self._next_index = (self._next_index + 1) % MAX_SPEAKERS
        return self._indexes[account_id]

    async def _send(self, data: str | bytes) -> None:
        """LinkLost if the other side takes nothing any more."""
        try:
            async with asyncio.timeout(SEND_WITHIN):
                if isinstance(data, str):
                    await self._socket.send_str(data)
                else:
                    await self._socket.send_bytes(data)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise LinkLost("it takes nothing", self.worker_id) from error
