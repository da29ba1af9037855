"""What came of each 20 ms that a speaker said: at our receiver, at aiortc's, and how it sounds.

Both are given the same packets, read from the socket every 20 ms as a worker does, and both are
compared with the same packets decoded without loss, slot by slot of the speaker's own clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from aiortc.codecs.opus import OpusDecoder
from aiortc.jitterbuffer import JitterBuffer as StockBuffer
from aiortc.rtp import RtpPacket as StockPacket
from numpy.typing import NDArray

from media_workers.audio.jitter import Kind, Slot
from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE, Decoder, has_fec
from media_workers.audio.receive import SpeakerReceiver

from .uplink import FIRST_TIMESTAMP, OPUS, RED, Arrivals, Pcm

TICK = 0.02
CODECS = 2 * 312 / SAMPLE_RATE
"""Seconds that the speaker's encoder and ours look ahead (6.5 ms each)."""

PHASE = 0.007
"""Of our ticks, against the speaker's: seconds."""

MISSED = "MISSED"
AFTER = 25
"""Slots after the last packet, until everything has been played."""

BARK_EDGES = (100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700)
BARK_EDGES += (3150, 3700, 4400, 5300, 6400, 7700)
"""Hz: Zwicker's critical bands, as far as speech sampled at 16 kHz reaches."""

FLOOR = 40.0
"""dB below a talk's loudest band beneath which nothing is heard any more."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """A talk as it was heard. By slot: `kinds` and `delays` (mouth to ear, seconds; NaN: unheard).

    `pcm` is what was played for each slot, on the speaker's clock; `gaps` are the ticks in which
    the mixer was given nothing between the first sound and the last.
    """

    kinds: list[str]
    delays: NDArray[np.float64]
    pcm: Pcm
    gaps: int

    def share(self, slots: Sequence[int], *kinds: str) -> float:
        """Of these slots, those that were of such a kind."""
        return sum(self.kinds[slot] in kinds for slot in slots) / len(slots)


class Ear(SpeakerReceiver):
    """Our receiver, which writes down what it plays for which slot, and when."""

    def __init__(self, opus: Sequence[bytes]) -> None:
        super().__init__(OPUS, RED)
        slots = len(opus) + AFTER
        self.kinds = [MISSED] * slots
        self.delays = np.full(slots, np.nan)
        self.heard = np.zeros(slots * FRAME_SIZE, np.int16)
        self._now = 0.0
        self._number_of = {payload: number for number, payload in enumerate(opus)}
        self._origin: int | None = None  # the playhead at the start of the first slot

    def pull(self, now: float) -> Pcm | None:
        """As ever."""
        self._now = now
        return super().pull(now)

    def _render(self, slot: Slot) -> Pcm:
        pcm = super()._render(slot)
        # While the playhead waits, what is made up stands for what comes next.
        end = self._buffer._playhead + self._buffer._held
        if slot.payload:
            number = self._number_of[slot.payload] - (slot.kind is Kind.FEC)
            self._origin = end - (number + 1) * FRAME_SIZE
            at = self._now + len(self._pcm) / SAMPLE_RATE
            self.delays[number] = at - TICK * number + CODECS
            self.kinds[number] = slot.kind.name
        if self._origin is not None:
            end -= self._origin
            self.heard[end - len(pcm) : end] = pcm
            if self.kinds[(end - 1) // FRAME_SIZE] == MISSED:
                self.kinds[(end - 1) // FRAME_SIZE] = slot.kind.name
        return pcm


def ours(opus: Sequence[bytes], arrivals: Arrivals) -> Fate:
    """By our receiver."""
    ear = Ear(opus)
    sounding = []
    for now, packets in ticks(len(opus), arrivals):
        for packet in packets:
            ear.receive(packet, now)
        sounding.append(ear.pull(now) is not None)
    first, last = sounding.index(True), len(sounding) - sounding[::-1].index(True)
    gaps = sounding[first:last].count(False)
    count = len(opus)
    heard = ear.heard[: count * FRAME_SIZE]
    return Fate(kinds=ear.kinds[:count], delays=ear.delays[:count], pcm=heard, gaps=gaps)


def stock(opus: Sequence[bytes], arrivals: Arrivals) -> Fate:
    """By aiortc's audio jitter buffer and decoder, as its RTCRtpReceiver puts them together.

    Its track yields a frame when one comes out; it is played then, or 20 ms after the one before.
    """
    buffer, decoder = StockBuffer(capacity=16, prefetch=4), OpusDecoder()
    kinds = [MISSED] * len(opus)
    delays = np.full(len(opus), np.nan)
    pcm = np.zeros(len(opus) * FRAME_SIZE, np.int16)
    free_at, gaps = 0.0, 0
    for now, packets in ticks(len(opus), arrivals):
        for data in packets:
            packet = StockPacket.parse(data)
            packet._data = packet.payload
            _, frame = buffer.add(packet)
            for decoded in decoder.decode(frame) if frame else ():
                number = (frame.timestamp - FIRST_TIMESTAMP) // FRAME_SIZE
                at = max(now, free_at)
                gaps += round((at - free_at) / TICK) if free_at else 0
                free_at = at + TICK
                kinds[number] = Kind.PACKET.name
                delays[number] = at - TICK * number + CODECS
                heard = decoded.to_ndarray().reshape(-1, 2)[:, 0]
                pcm[number * FRAME_SIZE : (number + 1) * FRAME_SIZE] = heard
    return Fate(kinds=kinds, delays=delays, pcm=pcm, gaps=gaps)


def ticks(slots: int, arrivals: Arrivals) -> Iterator[tuple[float, list[bytes]]]:
    """Every 20 ms: the time, and what has arrived since the last."""
    taken = 0
    for number in range(slots + AFTER):
        now = PHASE + number * TICK
        start = taken
        while taken < len(arrivals) and arrivals[taken][0] <= now:
            taken += 1
        yield now, [data for _, data in arrivals[start:taken]]


def voiced(opus: Sequence[bytes]) -> list[int]:
    """Slots that carry voice: the encoder's own voice activity detector repeats no others."""
    return [number for number in range(50, len(opus) - 5) if has_fec(opus[number + 1])]


def clean(opus: Sequence[bytes]) -> Pcm:
    """The packets decoded without loss."""
    decoder = Decoder()
    return np.concatenate([decoder.decode(payload) for payload in opus])


def distance(heard: Pcm, said: Pcm, slots: Sequence[int]) -> float:
    """Log-spectral distance in Bark bands (dB, RMS over bands, mean over the slots)."""
    got, wanted = bands(heard), bands(said)
    floor = wanted.max() - FLOOR
    difference = np.maximum(got, floor) - np.maximum(wanted, floor)
    return float(np.sqrt((difference**2).mean(axis=1))[list(slots)].mean())


def bands(pcm: Pcm) -> NDArray[np.float64]:
    """Slots x bands, dB: windows of 40 ms around each slot."""
    padded = np.pad(pcm.astype(np.float64), FRAME_SIZE // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * FRAME_SIZE)[::FRAME_SIZE]
    power = np.abs(np.fft.rfft(frames * np.hanning(2 * FRAME_SIZE), axis=1)) ** 2
    return 10 * np.log10(power @ filters() + 1.0)


@cache
def filters() -> NDArray[np.float64]:
    """Bins x bands: which frequency belongs where."""
    hertz = np.fft.rfftfreq(2 * FRAME_SIZE, 1 / SAMPLE_RATE)
    band = np.searchsorted(BARK_EDGES, hertz, side="right") - 1
    return (band[:, None] == np.arange(len(BARK_EDGES) - 1)).astype(np.float64)
