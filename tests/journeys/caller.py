"""A stock aiortc client in a room: talks by playing a tone, hears, and gets the room's events."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urljoin

import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

SAMPLE_RATE = 48_000
LOUD = 300  # RMS of int16 samples; a tone comes at thousands, silence at less than ten
WINDOW = 0.2  # s of sound that one look takes in


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms as they were heard, and when."""

    at: float
    samples: Any

    @property
    def rms(self) -> float:
        return float(np.sqrt(np.mean(np.square(self.samples.astype(np.float64)))))


class Caller:
    """One connection of a member to a room."""

    def __init__(self, stack: Any, media: dict[str, str]) -> None:
        self.stack = stack
        self.media = media
        self.location = ""
        self.etag = ""
        self.events: list[dict[str, Any]] = []
        self.frames: list[Frame] = []
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._more = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def call(
        cls, stack: Any, media: dict[str, str], microphone: MediaStreamTrack | None = None
    ) -> Self:
        """Connect with what `join` answered as `media`."""
        caller = cls(stack, media)
        answer = await caller.offer(microphone)
        assert answer.status == 201, answer.body
        caller.location = urljoin(media["url"], answer.headers["Location"])
        caller.etag = answer.headers["ETag"]
        description = RTCSessionDescription(sdp=answer.body.decode(), type="answer")
        await caller.connection.setRemoteDescription(description)
        await caller.event("room.state")
        return caller

    async def offer(self, microphone: MediaStreamTrack | None) -> Any:
        """The media door's answer to this client's offer."""
        connection = self.connection
        if microphone:
            connection.addTransceiver(microphone, direction="sendrecv")
        else:
            connection.addTransceiver("audio", direction="recvonly")
        connection.on("track", lambda track: self._own(self._hear(track)))
        connection.on("connectionstatechange", lambda: self._own(self._note(None)))
        channel = connection.createDataChannel("events")
        channel.on("message", lambda text: self._own(self._note(json.loads(text))))
        await connection.setLocalDescription(await connection.createOffer())
        return await self.ask("POST", self.media["url"], connection.localDescription.sdp)

    async def ask(self, method: str, url: str, body: str = "", **headers: str) -> Any:
        """One request to the media door."""
        given = {
            "Authorization": f"Bearer {self.media['token']}",
            "Content-Type": "application/sdp",
        } | headers
        return await asyncio.to_thread(
            self.stack.api, method, url, body=body.encode(), headers=given
        )

    async def event(self, kind: str, *, seconds: float = 10, **parts: Any) -> dict[str, Any]:
        """The first event of this type, and with these members, past ones included."""

        def found() -> dict[str, Any] | None:
            return next(
                (
                    event
                    for event in self.events
                    if event["type"] == kind and parts.items() <= event.items()
                ),
                None,
            )

        await self._until(found, seconds, f"{kind} {parts}")
        event = found()
        assert event
        return event

    async def hears(self, *frequencies: float, seconds: float = 10) -> float:
        """Exactly these tones, together; when it was so first."""

        def heard() -> bool:
            return self.tones() == sorted(frequencies)

        await self._until(heard, seconds, f"the tones {frequencies}")
        return self.frames[-1].at

    async def falls_silent(self, *, seconds: float = 10) -> None:
        """Half a second without sound has been heard."""

        def silent() -> bool:
            return all(frame.rms < LOUD for frame in self.frames[-25:])

        await self._until(silent, seconds, "silence")

    def tones(self) -> list[float]:
        """The frequencies, to 10 Hz, that the last sound had in it; weaker ones are left out."""
        recent = self.frames[-int(WINDOW / 0.02) :]
        if len(recent) < int(WINDOW / 0.02) or min(frame.rms for frame in recent) < LOUD:
            return []
        samples = np.concatenate([frame.samples for frame in recent]).astype(np.float64)
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        peaks = (spectrum[1:-1] > spectrum[:-2]) & (spectrum[1:-1] >= spectrum[2:])
        strong = np.flatnonzero(peaks & (spectrum[1:-1] > spectrum.max() / 5)) + 1
        return sorted({round(peak * SAMPLE_RATE / len(samples), -1) for peak in strong.tolist()})

    async def hang_up(self) -> Any:
        """The polite way out: the door's answer to DELETE."""
        answer = await self.ask("DELETE", self.location)
        await self.close()
        return answer

    async def vanish(self) -> None:
        """As a closed tab does: nothing is said, nothing is answered any more."""
        for transceiver in self.connection.getTransceivers():
            await transceiver.sender.transport.transport._connection.close()

    async def gone(self, *, seconds: float = 10) -> None:
        """Returns once the other side has ended the connection."""
        await self._until(
            lambda: self.connection.connectionState in ("closed", "failed"), seconds, "gone"
        )

    async def close(self) -> None:
        """Free what this client holds."""
        with contextlib.suppress(ConnectionError):
            await self.connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _hear(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0]
                async with self._more:
                    self.frames.append(Frame(asyncio.get_running_loop().time(), samples))
                    self._more.notify_all()

    async def _note(self, event: dict[str, Any] | None) -> None:
        """Something happened: an event of the room, or to the connection."""
        async with self._more:
            if event is not None:
                self.events.append(event)
            self._more.notify_all()

    async def _until(self, holds: Any, seconds: float, what: str) -> None:
        try:
            async with asyncio.timeout(seconds), self._more:
                await self._more.wait_for(holds)
        except TimeoutError:
            heard = (self.tones(), [round(frame.rms) for frame in self.frames[-10:]])
            raise AssertionError(f"not {what} but {heard}, {self.events[-5:]}") from None

    def _own(self, work: Any) -> None:
        self._tasks.add(asyncio.get_running_loop().create_task(work))
