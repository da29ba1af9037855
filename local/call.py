"""A call to a room: an aiortc client of the media door, as a browser would be."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urljoin

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack

MAX_EVENTS = 256
HANG_UP = ClientTimeout(total=2)


class Refused(Exception):
    """The API said no."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(f"{status} {problem}")
        self.status = status


class Call:
    """One connection to a room. It talks if given a voice, and never hears: a scripted speaker."""

    def __init__(self, http: ClientSession, media: Mapping[str, str]) -> None:
        self._http = http
        self._media = media
        self._location = ""
        # No STUN server: everything is on this machine or next to it.
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(MAX_EVENTS)

    @classmethod
    async def open(
        cls, http: ClientSession, media: Mapping[str, str], voice: MediaStreamTrack
    ) -> Self:
        """Call a room with what `join` answered as `media`; Refused by the door."""
        call = cls(http, media)
        try:
            await call._offer(voice)
        except BaseException:
            await call.close()
            raise
        return call

    async def next_event(self) -> dict[str, Any] | None:
        """What the room tells next; None once the connection is gone."""
        return await self._events.get()

    async def close(self) -> None:
        """Hang up."""
        if self._location:
            with contextlib.suppress(ClientError, TimeoutError):
                await self._http.delete(self._location, headers=self._headers(), timeout=HANG_UP)
        await self._connection.close()

    async def _offer(self, voice: MediaStreamTrack) -> None:
        connection = self._connection
        connection.addTransceiver(voice, direction="sendonly")
        channel = connection.createDataChannel("events")
        channel.on("message", self._told)
        channel.on("close", self._lost)
        connection.on("connectionstatechange", self._changed)
        await connection.setLocalDescription(await connection.createOffer())
        headers = self._headers() | {"Content-Type": "application/sdp"}
        offer = connection.localDescription.sdp
        async with self._http.post(self._media["url"], data=offer, headers=headers) as answer:
            await expect(answer, HTTPStatus.CREATED)
            self._location = urljoin(self._media["url"], answer.headers["Location"])
            description = RTCSessionDescription(sdp=await answer.text(), type="answer")
        await connection.setRemoteDescription(description)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._media['token']}"}

    def _told(self, message: str) -> None:
        # A reader that is this far behind can do without: events say what is, not what changed.
        with contextlib.suppress(asyncio.QueueFull):
            self._events.put_nowait(json.loads(message))

    def _changed(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            self._lost()

    def _lost(self) -> None:
        while self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(None)


async def expect(answer: ClientResponse, status: HTTPStatus = HTTPStatus.OK) -> None:
    """Refused unless the answer has this status."""
    if answer.status != status:
        raise Refused(answer.status, await answer.text())
