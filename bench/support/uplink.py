"""A speaker's way to the worker, in one process: packets that really carry FEC, a path that fails.

Nothing here knows a clock: a path says when each packet arrives, so that a minute of talk takes as
long as its decoding. What is random is drawn from a seed.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE, Encoder
from media_workers.audio.rtp import RtpPacket, build_rtp

OPUS, RED = 111, 63
FIRST_TIMESTAMP = 5000
PACKET_SECONDS = FRAME_SIZE / SAMPLE_RATE

Pcm = NDArray[np.int16]
Packets = list[RtpPacket]
Arrivals = list[tuple[float, bytes]]


def payloads(pcm: Pcm, encoder: Encoder, *, samples: int = FRAME_SIZE) -> list[bytes]:
    """What an encoder makes of sound, mono or stereo (samples x 2), a packet an item.

    Under a faint noise (-70 dBFS) no two are the same, not even those of pauses.
    """
    noise = np.random.default_rng(3).integers(-16, 17, pcm.shape, np.int16)
    said = np.clip(pcm.astype(np.int32) + noise, -32768, 32767).astype(np.int16)
    ends = range(samples, len(said) + 1, samples)
    return [encoder.encode(said[end - samples : end]) for end in ends]


def packets(
    opus: Sequence[bytes],
    *,
    samples: int = FRAME_SIZE,
    sequence_number: int = 1000,
    timestamp: int = FIRST_TIMESTAMP,
    ssrc: int = 1,
) -> Packets:
    """RTP packets of one stream without gaps."""
    return [
        RtpPacket(
            payload_type=OPUS,
            marker=False,
            sequence_number=(sequence_number + number) & 0xFFFF,
            timestamp=(timestamp + number * samples) & 0xFFFFFFFF,
            ssrc=ssrc,
            payload=payload,
        )
        for number, payload in enumerate(opus)
    ]


def with_red(sent: Packets) -> Packets:
    """The packets as a browser sends them with RFC 2198: each repeats the one before."""
    wrapped = sent[:1]
    for before, packet in pairwise(sent):
        offset = (packet.timestamp - before.timestamp) & 0xFFFFFFFF
        header = (0x80 | OPUS) << 24 | offset << 10 | len(before.payload)
        payload = header.to_bytes(4) + bytes([OPUS]) + before.payload + packet.payload
        wrapped.append(replace(packet, payload_type=RED, payload=payload))
    return wrapped


@dataclass(frozen=True, kw_only=True)
class LossyPath:
    """How packets fare on their way; all times in seconds, all shares 0..1.

    `burst`: mean number of packets lost in a row (Gilbert's two states); 0 loses each packet by
    itself. `jitter`: up to so much more delay, evenly spread, from `shaky[0]` to `shaky[1]`; more
    than 20 ms of it also changes the order. `drift`: how much the sender's clock is slow.
    """

    loss: float = 0.0
    burst: float = 0.0
    delay: float = 0.01
    jitter: float = 0.0
    shaky: tuple[float, float] = (0.0, float("inf"))
    duplicates: float = 0.0
    drift: float = 0.0
    seed: int = 1

    def carry(self, sent: Packets) -> Arrivals:
        """When what arrives does so, and the bytes; packets leave when their last sample is in."""
        dice = random.Random(self.seed)
        arrivals: Arrivals = []
        lost = False
        for packet in sent:
            lost = dice.random() < self._chance(after_loss=lost)
            for _ in range(0 if lost else 1 + (dice.random() < self.duplicates)):
                age = (packet.timestamp - sent[0].timestamp) & 0xFFFFFFFF
                left = (age / SAMPLE_RATE + PACKET_SECONDS) * (1 + self.drift)
                shakes = self.shaky[0] <= left < self.shaky[1]
                late = dice.uniform(0, self.jitter) if shakes else 0.0
                arrivals.append((left + self.delay + late, build_rtp(packet)))
        return sorted(arrivals, key=lambda arrival: arrival[0])

    def _chance(self, *, after_loss: bool) -> float:
        """Of the next packet's loss."""
        if not self.burst:
            return self.loss
        return 1 - 1 / self.burst if after_loss else self.loss / (1 - self.loss) / self.burst
