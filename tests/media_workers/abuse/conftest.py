"""A stage with real peers and real sound."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE, Decoder, Encoder
from media_workers.audio.rtp import RtpPacket, build_rtp
from media_workers.rooms.sound import Sound

TICK = 0.02
OPUS = 111
AUDIBLE = 600  # peak of int16


class Voice:
    """A sine, as the RTP packets of 20 ms that a client sends."""

    def __init__(self, client: Any, ssrc: int) -> None:
        at = np.arange(SAMPLE_RATE)
        wave = 9000 * np.sin(2 * np.pi * 440 * at / SAMPLE_RATE)
        self._frames = wave.astype(np.int16).reshape(-1, FRAME_SIZE)
        self._encoder = Encoder()
        self._client = client
        self._ssrc = ssrc
        self._numbers = itertools.count()

    def packet(self) -> bytes:
        """The next one, not yet protected."""
        number = next(self._numbers)
        return build_rtp(
            RtpPacket(
                payload_type=OPUS,
                marker=False,
                sequence_number=number & 0xFFFF,
                timestamp=number * FRAME_SIZE & 0xFFFFFFFF,
                ssrc=self._ssrc,
                payload=self._encoder.encode(self._frames[number % len(self._frames)]),
            )
        )

    def protected(self) -> bytes:
        """The next one as SRTP."""
        return bytes(self._client.dtls.srtp_tx.protect(self.packet()))

    def speak(self) -> None:
        self._client.send(self.protected())


class Stage:
    """Two who may speak and one who listens, over one edge; `pass_ticks` is their time."""

    def __init__(self, lab: Any) -> None:
        self.lab = lab
        self.sound = Sound(lab.sock.fileno())
        self.members: dict[str, tuple[Any, Any, Any]] = {}
        self.voices: dict[str, Voice] = {}
        self.frames: list[dict[str, Any]] = []
        self._decoder = Decoder()

    async def let_in(self, name: str, offer: str) -> None:
        peer, client, heard = await self.lab.connect(offer, data=False)
        peer.account_id = name
        self.members[name] = peer, client, heard
        self.sound.add_hearer(peer)
        if peer.direction.client_sends:
            self.sound.let_in(peer, self.lab.now)
            self.voices[name] = Voice(client, ssrc=len(self.voices) + 1)

    def client(self, name: str) -> Any:
        return self.members[name][1]

    def dropped(self, name: str) -> dict[str, int]:
        return dict(self.members[name][0].dropped)

    def pass_ticks(self, count: int, *speakers: str, each: Callable[[], Any] = int) -> int:
        """20 ms at a time: these speak, `each` is done; how many frames the listener heard."""
        audible = 0
        for _ in range(count):
            for name in speakers:
                self.voices[name].speak()
            each()
            self.lab.now += TICK
            self.lab.edge.poll(self.lab.now)
            for peer, client, heard in self.members.values():
                client.check()
                for packet in heard.rtp:
                    self.sound.rtp_received(peer, packet, self.lab.now)
                heard.rtp.clear()
            self.sound.tick(self.lab.now, self.lab.now)
            self.frames.append(dict(self.sound.levelled))
            audible += self._listen()
        return audible

    def _listen(self) -> int:
        _, client, _ = self.members["lena"]
        client.read()
        audible = 0
        for packet in client.take(range(128, 192)):
            if packet[1] & 0x7F == OPUS:
                payload = client.dtls.srtp_rx.unprotect(packet)[12:]
                audible += bool(np.abs(self._decoder.decode(bytes(payload))).max() > AUDIBLE)
        return audible


@pytest.fixture
async def stage(lab: Any, offer_text: Callable[..., str]) -> Stage:
    """ada and bob may speak, lena listens."""
    stage = Stage(lab)
    for name in ("ada", "bob"):
        await stage.let_in(name, offer_text(data=False))
    await stage.let_in("lena", offer_text(data=False, direction="recvonly"))
    return stage
