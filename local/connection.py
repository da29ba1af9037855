"""One WebSocket connection of the gateway, from when it is let in to its end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from aiohttp import WSCloseCode, WSMsgType, web

from core.sockets import IDLE, LASTS, MAX_FRAME, MAX_MESSAGE
from local.alarm import Alarm
from local.socket_events import Identity

GOODBYE = 2.0  # s, for the client to say so, too

Said = str | bytes
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a connection bears.

    idle         how long nothing may be said over it, in either direction
    lasts        how long it may be there at all
    max_frame    of a message from a client, in bytes: no browser splits one into several frames
    max_message  of a message to a client, in bytes
    max_waiting  messages to a client that does not read them
    patience_s   for how long the network may not take one of them, its buffers being full
    """

    idle: timedelta = IDLE
    lasts: timedelta = LASTS
    max_frame: int = MAX_FRAME
    max_message: int = MAX_MESSAGE
    max_waiting: int = 100
    patience_s: float = 10.0


class Closing(NamedTuple):
    """How a connection ends, as RFC 6455 section 7.4 has it."""

    code: int
    reason: str


BY_US = Closing(WSCloseCode.OK, "Connection Closed Normally")
GOING_AWAY = Closing(WSCloseCode.GOING_AWAY, "Going away")
LOST = Closing(WSCloseCode.ABNORMAL_CLOSURE, "Client connection lost")


class Full(Exception):
    """The client reads too slowly."""


class Stuck(Exception):
    """The client reads nothing."""


class Connection:
    """What is to be sent over it waits here, so that nobody who sends has to wait."""

    def __init__(self, identity: Identity, limits: Limits) -> None:
        self.identity = identity
        self.active_at = identity.connected_at
        self._limits = limits
        self._waiting: asyncio.Queue[str | Closing] = asyncio.Queue(limits.max_waiting + 1)
        self.ending = False
        self._socket = web.WebSocketResponse(max_msg_size=limits.max_frame + 1, timeout=GOODBYE)
        self.response: web.StreamResponse = self._socket

    def send(self, text: str, now: datetime) -> None:
        """Send this after what waits already; Full."""
        if self._waiting.qsize() >= self._limits.max_waiting:
            raise Full
        self._waiting.put_nowait(text)
        self.active_at = now

    def close(self, closing: Closing) -> None:
        """End it after what waits already. What either side has to say from now on is lost."""
        if not self.ending:
            self.ending = True
            self._waiting.put_nowait(closing)

    async def run(
        self,
        request: web.Request,
        hear: Callable[[Said], Awaitable[None]],
        *,
        now: Callable[[], datetime],
        alarm: Alarm,
    ) -> Closing:
        """Hear what the client says, one thing after the other, until one side ends it."""
        try:
            await self._socket.prepare(request)
        except ConnectionResetError:
            self.response = web.Response()  # a handshake half made can't be ended
            return LOST
        try:
            await self._talk(hear, now, alarm)
        except* Stuck:
            log.info("connection.stuck connection_id=%s", self.identity.connection_id)
        code = self._socket.close_code
        return LOST if code is None else Closing(code, "")

    async def _talk(
        self, hear: Callable[[Said], Awaitable[None]], now: Callable[[], datetime], alarm: Alarm
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(self._read(hear, now))
            writing = tasks.create_task(self._write())
            timing = tasks.create_task(self._end_in_time(now, alarm))
            await asyncio.wait((reading, writing), return_when=asyncio.FIRST_COMPLETED)
            for task in (reading, writing, timing):
                task.cancel()
        if not writing.cancelled() and (closing := writing.result()):
            # Only when nobody reads does it wait for the client's answer. A port that is closed
            # while something comes in is reset, and what the client has not read is lost to it.
            await self._socket.close(code=closing.code, message=closing.reason.encode())

    async def _read(
        self, hear: Callable[[Said], Awaitable[None]], now: Callable[[], datetime]
    ) -> None:
        async for message in self._socket:
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY) and not self.ending:
                self.active_at = now()
                await hear(message.data)

    async def _write(self) -> Closing | None:
        """How the connection is to end; None if it is over already."""
        try:
            while isinstance(item := await self._waiting.get(), str):
                try:
                    async with asyncio.timeout(self._limits.patience_s):
                        await self._socket.send_str(item)
                except TimeoutError as error:
                    raise Stuck from error
        except ConnectionError:
            return None
        return item

    async def _end_in_time(self, now: Callable[[], datetime], alarm: Alarm) -> None:
        last = self.identity.connected_at + self._limits.lasts
        while (end := min(last, self.active_at + self._limits.idle)) > now():
            await alarm.until(end, now)
        self.close(GOING_AWAY)
