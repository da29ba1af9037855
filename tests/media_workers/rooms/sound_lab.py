"""A room's sound on loopback, and hearers who decrypt and decode what they get."""

import socket
from dataclasses import replace
from typing import Any

import numpy as np
import pylibsrtp

from core.profiles import Profile
from media_workers.audio.opus import Decoder, Encoder
from media_workers.audio.rtp import RtpPacket, build_rtp, parse_rtp
from media_workers.rooms.sound import Sound
from media_workers.transport.sdp import Direction

WALL = 1_893_499_200.0


class Ear:
    """A hearer on loopback who hears, and talks if he has a voice."""

    def __init__(self, account_id: str, direction: Direction, offer: Any) -> None:
        self.peer_id = f"peer_{account_id}"
        self.account_id = account_id
        self.offer = offer(direction)
        self.direction = direction
        self.payload_type = 111
        self.ssrc = 1000 + len(account_id)
        self.tag_length = 16
        self.rtcp: list[bytes] = []
        key = bytes(28)
        policy = {"key": key, "srtp_profile": pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM}
        outbound, inbound = pylibsrtp.Policy.SSRC_ANY_OUTBOUND, pylibsrtp.Policy.SSRC_ANY_INBOUND
        self.srtp_tx = pylibsrtp.Session(pylibsrtp.Policy(ssrc_type=outbound, **policy))
        self.srtp_rx = pylibsrtp.Session(pylibsrtp.Policy(ssrc_type=inbound, **policy))
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        self.address = self.sock.getsockname()

    def send_rtcp(self, packet: bytes) -> None:
        self.rtcp.append(packet)

    def packets(self) -> list[Any]:
        got = []
        while True:
            try:
                data = self.sock.recv(2048)
            except BlockingIOError:
                return got
            got.append(parse_rtp(self.srtp_rx.unprotect(data)))


class Said:
    """A client's sound: these samples, in packets of 20 ms, and then silence."""

    def __init__(self, pcm: Any, **settings: Any) -> None:
        encoder = Encoder(channels=pcm.ndim, **settings)
        frames = [
            *pcm.reshape(-1, 960, *pcm.shape[1:]),
            *np.zeros_like(pcm[: 960 * 100]).reshape(-1, 960, *pcm.shape[1:]),
        ]
        self._payloads = [encoder.encode(frame) for frame in frames]
        self._sent = 0

    def packet(self) -> bytes:
        number, self._sent = self._sent, self._sent + 1
        return build_rtp(
            RtpPacket(
                payload_type=111,
                marker=False,
                sequence_number=number,
                timestamp=number * 960,
                ssrc=7,
                payload=self._payloads[number],
            )
        )


class Lossy:
    """Another's sound, of which every third packet is lost."""

    def __init__(self, voice: Any) -> None:
        self._voice = voice
        self._count = 0

    def packet(self) -> bytes:
        self._count += 1
        packet = self._voice.packet()
        return b"" if self._count % 3 == 0 else packet


class SoundLab:
    def __init__(self, offer: Any, profile: Profile = Profile.VOICE) -> None:
        self.offer = offer
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sound = Sound(self.sock.fileno(), profile)
        self.levelled: list[Any] = []
        self.ears: list[Ear] = []
        self.now = 1000.0
        self.audible: list[frozenset[str]] = []

    def hearer(self, account_id: str, packet_time: int = 20) -> Ear:
        return self._ear(account_id, Direction.RECVONLY, packet_time)

    def speaker(self, account_id: str) -> Ear:
        ear = self._ear(account_id, Direction.SENDRECV)
        self.sound.let_in(ear, self.now)
        return ear

    def run(self, ticks: int, talkers: dict[Ear, Any] | None = None) -> None:
        for _ in range(ticks):
            for ear, voice in (talkers or {}).items():
                self.sound.rtp_received(ear, voice.packet(), self.now)
            self.now += 0.02
            self.audible.append(self.sound.tick(self.now, WALL + self.now))
            self.levelled.append(self.sound.levelled)

    def close(self) -> None:
        for ear in self.ears:
            ear.sock.close()
        self.sock.close()

    def _ear(self, account_id: str, direction: Direction, packet_time: int = 20) -> Ear:
        ear = Ear(account_id, direction, self.offer)
        ear.offer = replace(ear.offer, packet_time=packet_time)
        self.ears.append(ear)
        self.sound.add_hearer(ear)
        return ear


def sine(seconds: float, hertz: float = 440.0, dbfs: float = -20.0) -> Any:
    at = np.arange(round(seconds * 48_000)) / 48_000
    amplitude = 32768 * 2**0.5 * 10 ** (dbfs / 20)
    return (amplitude * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def heard(packets: list[Any]) -> bytes:
    """Every sample of a stream."""
    decoder = Decoder()
    return b"".join(decoder.decode(packet.payload).tobytes() for packet in packets)


def loudness(packets: list[Any]) -> float:
    decoder = Decoder()
    pcm = np.concatenate([decoder.decode(packet.payload) for packet in packets])
    return float(np.sqrt(np.mean(pcm.astype(float) ** 2)))
