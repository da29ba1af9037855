"""A talker whose packets carry Opus with FEC, a network that does what the test says, listeners."""

import os
import random
import socket
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from pylibsrtp import Policy, Session

from bench.support import uplink
from bench.support.uplink import OPUS, RED, Arrivals, Packets, Pcm, packets, payloads
from media_workers.audio.fanout import Fanout
from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE, Encoder
from media_workers.audio.receive import SpeakerReceiver
from media_workers.audio.rtp import build_rtp
from tests.media_workers.audio.listener import PROFILES, Client

TICK = 0.02
SPEECH = Path(__file__).parents[2] / "fixtures" / "speech.wav"


@pytest.fixture(scope="session")
def speech() -> Pcm:
    """7 s of speech (espeak-ng) at 48 kHz, whole frames of 20 ms."""
    with wave.open(str(SPEECH)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        factor = SAMPLE_RATE // file.getframerate()
    at = np.arange(len(samples) * factor) / factor
    pcm = np.interp(at, np.arange(len(samples)), samples).astype(np.int16)
    return pcm[: len(pcm) // FRAME_SIZE * FRAME_SIZE]


@pytest.fixture(scope="session")
def tone() -> Callable[..., Pcm]:
    """So many seconds of a sine at `dbfs` (RMS)."""

    def make(seconds: float, *, hertz: float = 440.0, dbfs: float = -20.0) -> Pcm:
        at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
        amplitude = 32768 * 2**0.5 * 10 ** (dbfs / 20)
        return (amplitude * np.sin(2 * np.pi * hertz * at)).astype(np.int16)

    return make


@pytest.fixture(scope="session")
def talk(speech: Pcm) -> Callable[..., Packets]:
    """Packets of someone who says `pcm`, or the speech over and over for some seconds."""
    cache: dict[tuple[object, ...], list[bytes]] = {}

    def make(
        seconds: float = 0.0,
        *,
        pcm: Pcm | None = None,
        samples: int = FRAME_SIZE,
        channels: int = 1,
        loss: int = 10,
        sequence_number: int = 1000,
        timestamp: int = 5000,
        ssrc: int = 1,
    ) -> Packets:
        key = (seconds, samples, channels, loss) if pcm is None else None
        opus = cache.get(key) if key else None
        if opus is None:
            said = np.resize(speech, round(seconds * SAMPLE_RATE)) if pcm is None else pcm
            if said.ndim < channels:
                said = np.repeat(said[:, None], channels, axis=1)
            encoder = Encoder(channels=channels)
            encoder.set_expected_loss(loss)
            opus = payloads(said, encoder, samples=samples)
            if key:
                cache[key] = opus
        return packets(
            opus,
            samples=samples,
            sequence_number=sequence_number,
            timestamp=timestamp,
            ssrc=ssrc,
        )

    return make


@pytest.fixture(scope="session")
def with_red() -> Callable[[Packets], Packets]:
    """The packets as a browser sends them with RFC 2198: each repeats the one before."""
    return uplink.with_red


@pytest.fixture(scope="session")
def lose() -> Callable[..., Packets]:
    """All packets but an exact share of them, at random places."""

    def make(packets: Packets, share: float, seed: int = 1) -> Packets:
        lost = set(random.Random(seed).sample(range(len(packets)), round(len(packets) * share)))
        return [packet for number, packet in enumerate(packets) if number not in lost]

    return make


@pytest.fixture(scope="session")
def arrive() -> Callable[..., Arrivals]:
    """When each packet arrives, were it sent as its timestamp says, 30 ms on the way.

    `jitter`: mean of an exponential delay more (seconds). `drift`: how much the sender's clock is
    slow. `delay`: seconds more for a packet by its time of sending.
    """

    def make(
        packets: Packets,
        *,
        jitter: float = 0.0,
        drift: float = 0.0,
        delay: Callable[[float], float] = lambda sent: 0.0,
        seed: int = 2,
    ) -> Arrivals:
        dice = random.Random(seed)
        arrivals = []
        for packet in packets:
            age = (packet.timestamp - packets[0].timestamp) & 0xFFFFFFFF
            sent = age / SAMPLE_RATE * (1 + drift)
            late = dice.expovariate(1 / jitter) if jitter else 0.0
            arrivals.append((sent + 0.03 + late + delay(sent), build_rtp(packet)))
        return sorted(arrivals, key=lambda arrival: arrival[0])

    return make


@dataclass
class Heard:
    """What a receiver gave, tick for tick."""

    receiver: SpeakerReceiver
    frames: list[Pcm | None] = field(default_factory=list)

    @property
    def pcm(self) -> Pcm:
        silence = np.zeros(FRAME_SIZE, np.int16)
        return np.concatenate([silence if f is None else f for f in self.frames])


@pytest.fixture(scope="session")
def hear() -> Callable[..., Heard]:
    """Plays arrivals to a receiver that is asked every 20 ms from `start` on, until `end`.

    `batched`: the socket is read only then, too, as the worker does.
    """

    def run(
        arrivals: Sequence[tuple[float, bytes]],
        *,
        start: float = 0.007,
        end: float | None = None,
        receiver: SpeakerReceiver | None = None,
        batched: bool = False,
    ) -> Heard:
        heard = Heard(receiver or SpeakerReceiver(OPUS, RED))
        coming = iter(arrivals)
        following = next(coming, None)
        last = end if end is not None else arrivals[-1][0] + 0.3
        for number in range(round((last - start) / TICK)):
            now = start + number * TICK
            while following is not None and following[0] <= now:
                heard.receiver.receive(following[1], now if batched else following[0])
                following = next(coming, None)
            heard.frames.append(heard.receiver.pull(now))
        return heard

    return run


@pytest.fixture(scope="session")
def onsets() -> Callable[[Pcm], list[float]]:
    """When sound begins after silence (seconds), to 2.5 ms."""

    def find(pcm: Pcm, threshold: float = 1500.0) -> Iterable[float]:
        loud = np.abs(pcm.astype(np.int32)).reshape(-1, 120).max(axis=1) > threshold
        quiet_for = 40
        for block, is_loud in enumerate(loud):
            if is_loud and quiet_for >= 40:
                yield block * 120 / SAMPLE_RATE
            quiet_for = 0 if is_loud else quiet_for + 1

    return lambda pcm: list(find(pcm))


@pytest.fixture(scope="session")
def frames_of() -> Callable[[Pcm], Iterator[Pcm]]:
    """The samples in frames of 20 ms."""
    return lambda pcm: iter(pcm[: len(pcm) // FRAME_SIZE * FRAME_SIZE].reshape(-1, FRAME_SIZE))


@pytest.fixture
def client() -> Iterator[Callable[..., Client]]:
    """`client(ssrc)`: a listener's end, not yet added to a fan-out."""
    sockets = []

    def make(ssrc: int, tag_length: int = 16) -> Client:
        profile, key_size = PROFILES[tag_length]
        key = os.urandom(key_size)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        sockets.append(sock)
        tx, rx = (
            Session(Policy(key=key, ssrc_type=kind, srtp_profile=profile))
            for kind in (Policy.SSRC_ANY_OUTBOUND, Policy.SSRC_ANY_INBOUND)
        )
        return Client(ssrc, tag_length, sock, tx, rx)

    yield make
    for sock in sockets:
        sock.close()


@pytest.fixture
def sock() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


@pytest.fixture
def fanout(sock: socket.socket) -> Fanout:
    return Fanout(sock.fileno())
