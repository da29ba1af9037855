"""Join a room from Python: hear it into a WAV, print what happens, and talk if given a sound file.

    pip install aiohttp aiortc
    python join.py http://127.0.0.1:8080 room_01J... --token TOKEN --talk speech.wav

Without a token you are a guest. A room that is not open needs one, and so does talking.
"""

import argparse
import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urljoin

from aiohttp import ClientError, ClientResponse, ClientSession
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer, MediaRecorder
from aiortc.mediastreams import MediaStreamTrack

LONGEST_PAUSE = 30.0  # s
LOST = ("failed", "closed")


class Refused(Exception):
    """The API said no: `code` is stable. `retry_after` seconds from now it may say yes, if ever."""

    def __init__(self, status: int, problem: dict[str, Any], retry_after: str | None) -> None:
        super().__init__(problem.get("detail", f"HTTP {status}"))
        self.code = problem.get("code", f"http_{status}")
        self.retry_after = float(retry_after) if retry_after else None


class Connection:
    """One connection to a room: talks and hears with a microphone, only hears without one."""

    def __init__(self, http: ClientSession, media: dict[str, str]) -> None:
        self._http = http
        self._media = media
        self._location = ""
        # The media worker is reached directly: no STUN or TURN server is needed.
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.over = asyncio.Event()

    @classmethod
    async def open(
        cls,
        http: ClientSession,
        media: dict[str, str],
        microphone: MediaStreamTrack | None,
        on_event: Callable[[dict[str, Any]], None],
        on_track: Callable[[MediaStreamTrack], None],
    ) -> Self:
        """Send the offer, take the answer."""
        self = cls(http, media)
        peer = self._peer
        if microphone:
            peer.addTransceiver(microphone, direction="sendrecv")
        else:
            peer.addTransceiver("audio", direction="recvonly")
        peer.on("track", on_track)
        peer.on("connectionstatechange", self._changed)
        channel = peer.createDataChannel("events", ordered=True)
        channel.on("message", lambda text: self._told(text, on_event))
        channel.on("close", self.over.set)
        await peer.setLocalDescription(await peer.createOffer())
        try:
            await self._offer()
        except BaseException:
            await self.close()
            raise
        return self

    async def close(self) -> None:
        """Hang up: the others see it at once."""
        if self._location:
            with contextlib.suppress(ClientError):
                await self._http.delete(self._location, headers=bearer(self._media["token"]))
        await self._peer.close()

    async def _offer(self) -> None:
        headers = bearer(self._media["token"]) | {"Content-Type": "application/sdp"}
        offer = self._peer.localDescription.sdp
        async with self._http.post(self._media["url"], data=offer, headers=headers) as answer:
            await expect(answer)
            # An ETag comes with it, for If-Match of an ICE restart; aiortc can't restart ICE.
            self._location = urljoin(self._media["url"], answer.headers["Location"])
            description = RTCSessionDescription(sdp=await answer.text(), type="answer")
        await self._peer.setRemoteDescription(description)

    def _told(self, text: str, on_event: Callable[[dict[str, Any]], None]) -> None:
        """A message holds one event, or a list of them."""
        told = json.loads(text)
        for event in told if isinstance(told, list) else [told]:
            if event["type"] == "token.renewed":
                self._media.update(token=event["token"], expires_at=event["expires_at"])
                continue
            on_event(event)
            if event["type"] in ("moved", "ended"):
                self.over.set()

    def _changed(self) -> None:
        if self._peer.connectionState in LOST:
            self.over.set()


class Room:
    """A room, and how it is stayed in."""

    def __init__(self, http: ClientSession, api: str, room_id: str, token: str | None) -> None:
        self._http = http
        self._url = f"{api}/rooms/{room_id}"
        self._token = token
        self._media: dict[str, str] | None = None
        self._ended = False

    async def connect(
        self,
        *,
        microphone: MediaStreamTrack | None = None,
        on_event: Callable[[dict[str, Any]], None],
        on_track: Callable[[MediaStreamTrack], None],
    ) -> Connection:
        """Join, and connect with the room token that this gives, or with the one from before."""

        def told(event: dict[str, Any]) -> None:
            self._ended = self._ended or event["type"] == "ended"
            on_event(event)

        if self._media is None:
            headers = bearer(self._token) if self._token else {}
            async with self._http.post(f"{self._url}/join", json={}, headers=headers) as answer:
                await expect(answer)
                self._media = (await answer.json())["media"]
        return await Connection.open(self._http, self._media, microphone, told, on_track)

    async def stay(self, **how: Any) -> None:
        """Until it ends; a lost connection, or a worker that moves the room, is made up for."""
        pause = 0.0
        while not self._ended:
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause or 0.5)
            try:
                connection = await self.connect(**how)
            except ClientError:
                continue
            except Refused as refusal:
                # What `join` refuses is final; what the media door refuses, a new token may mend.
                if self._media is None and refusal.retry_after is None:
                    raise
                self._media = None
                pause = max(pause, refusal.retry_after or 0)
                continue
            try:
                await connection.over.wait()
            finally:
                await connection.close()
            pause = 0.0


def bearer(token: str) -> dict[str, str]:
    """The Authorization header of RFC 6750."""
    return {"Authorization": f"Bearer {token}"}


async def expect(answer: ClientResponse) -> None:
    """Refused, with what the problem details say, unless the answer is a success."""
    if not answer.ok:
        problem = await answer.json(content_type=None)
        raise Refused(answer.status, problem, answer.headers.get("Retry-After"))


async def main() -> None:
    """Stay in the room that the command line names."""
    parser = argparse.ArgumentParser(description="Join a room.")
    parser.add_argument("api")
    parser.add_argument("room_id")
    parser.add_argument("--token")
    parser.add_argument("--talk")
    parser.add_argument("--record", default="heard.wav")
    given = parser.parse_args()
    recorder = MediaRecorder(given.record)
    recording: list[asyncio.Task[None]] = []

    def record(track: MediaStreamTrack) -> None:
        recorder.addTrack(track)
        recording.append(asyncio.create_task(recorder.start()))

    microphone = MediaPlayer(given.talk, loop=True).audio if given.talk else None
    async with ClientSession() as http:
        room = Room(http, given.api, given.room_id, given.token)
        try:
            await room.stay(microphone=microphone, on_event=print, on_track=record)
        finally:
            await recorder.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
