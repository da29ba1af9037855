"""A speaker's way in: RTP packets as they arrive, 20 ms of sound whenever the mixer asks."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from media_workers.audio import opus
from media_workers.audio.jitter import JitterBuffer, Kind, Slot
from media_workers.audio.levels import SILENCE, level_dbfs
from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE, Decoder, OpusError, silence
from media_workers.audio.reception import Reception
from media_workers.audio.rtp import RedBlock, ReportBlock, RtpPacket, parse_rtp, split_red
from media_workers.audio.timescale import ALIKE, LONGEST, lengthen, shorten
from media_workers.transport.rate import Allowance

if TYPE_CHECKING:
    from media_workers.audio.opus import Pcm

RATE = 75.0
"""Packets of 20 ms a second: half as much again as real time. Longer ones count for more."""

BURST = 50.0
"""A second of sound may come at once, after the network has stalled."""

LEAST_COST = 0.25
"""Shorter packets count as 5 ms, since each has a cost of its own."""

SSRC_SILENCE = 0.5
"""Seconds for which a stream has to be silent before another SSRC may take its place."""

SLOTS_A_PULL = 12
"""No more are decoded in one tick; frames of 2.5 ms take eight."""

HURRY = 2 * FRAME_SIZE
TOO_LATE, TOO_EARLY = 1.05 * FRAME_SIZE, -0.25 * FRAME_SIZE
CHANGE_EVERY = 3
"""Ticks between two changes of tempo, unless in a hurry."""

COUNTED_AS = {
    Kind.PACKET: "real",
    Kind.RECOVERED: "recovered",
    Kind.FEC: "recovered",
    Kind.CONCEAL: "concealed",
    Kind.SILENCE: "silent",
}


class Dropped(Exception):
    """Why a packet is of no use, in a word."""


class SpeakerReceiver:
    """One speaker's stream. Whatever arrives, `receive` raises nothing and `pull` is on time.

    `counts`: stretches of sound by where they came from (real, recovered, concealed, silent; red:
    those of the recovered that were redundant copies) and `dropped_...` packets by reason; at
    reports, the packets `expected` and `lost`. `audio_level`: of the last 20 ms, in dBFS.
    """

    def __init__(
        self, opus_payload_type: int, red_payload_type: int | None = None, channels: int = 1
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.audio_level = SILENCE
        self._opus_payload_type = opus_payload_type
        self._red_payload_type = red_payload_type
        self._allowance: Allowance | None = None
        self._reception: Reception | None = None
        self._heard = 0.0
        self._buffer = JitterBuffer()
        self._channels = channels
        self._decoder = Decoder(channels)
        self._pcm = silence(0, channels)
        self._since_change = 0

    def receive(self, rtp: bytes | memoryview, now: float) -> None:
        """Takes a decrypted RTP packet."""
        try:
            self._receive(rtp, now)
        except Dropped as reason:
            self.counts[f"dropped_{reason}"] += 1

    def pull(self, now: float) -> "Pcm | None":
        """The next 960 samples; None when there is nothing to hear. Call it every 20 ms."""
        self._fill(now)
        self._steer(now)
        frame, self._pcm = self._pcm[:FRAME_SIZE], self._pcm[FRAME_SIZE:]
        if not frame.any():
            self.audio_level = SILENCE
            return None
        if len(frame) < FRAME_SIZE:
            frame = np.concatenate([frame, silence(FRAME_SIZE - len(frame), self._channels)])
        self.audio_level = level_dbfs(frame)
        return frame

    @property
    def delay(self) -> float:
        """Seconds that sound waits in the jitter buffer, by its target when last asked for some."""
        return max(0.0, self._buffer.target + self._buffer.surplus) / SAMPLE_RATE

    def report_block(self) -> ReportBlock | None:
        """For the receiver report to the speaker; its loss is counted from call to call."""
        if self._reception is None:
            return None
        block = self._reception.report()
        expected, lost = self._reception.interval
        self.counts.update(expected=expected, lost=lost)
        return block

    def _receive(self, rtp: bytes | memoryview, now: float) -> None:
        packet = parse_rtp(rtp)
        if packet is None:
            raise Dropped("not_rtp")
        primary, *redundant = reversed(self._blocks(packet))
        cost = max(_duration(primary.payload) / FRAME_SIZE, LEAST_COST)
        self._reception = self._adopt(packet.ssrc, now)
        self._reception.add(packet.sequence_number, packet.timestamp, now)
        self._allowance = self._allowance or Allowance(rate=RATE, burst=BURST, now=now)
        if not self._allowance.take(now, cost):
            raise Dropped("flood")
        self._heard = now
        late, duplicates = self._buffer.late, self._buffer.duplicates
        self._buffer.push(packet.timestamp, packet.sequence_number, primary.payload, now)
        for age, block in enumerate(redundant, start=1):
            self._push_redundant(packet, age, block, now)
        if self._buffer.late > late:
            raise Dropped("late")
        if self._buffer.duplicates > duplicates:
            raise Dropped("duplicate")

    def _blocks(self, packet: RtpPacket) -> list[RedBlock]:
        """What is inside, the primary last."""
        if packet.payload_type == self._opus_payload_type:
            return [RedBlock(packet.payload_type, 0, packet.payload)]
        if packet.payload_type != self._red_payload_type:
            raise Dropped("payload_type")
        blocks = split_red(packet.payload)
        if blocks is None or any(b.payload_type != self._opus_payload_type for b in blocks):
            raise Dropped("bad_red")
        return blocks

    def _push_redundant(self, packet: RtpPacket, age: int, block: RedBlock, now: float) -> None:
        if not block.payload or not block.timestamp_offset:
            return
        try:
            self._buffer.push(
                (packet.timestamp - block.timestamp_offset) & 0xFFFFFFFF,
                (packet.sequence_number - age) & 0xFFFF,
                block.payload,
                now,
                redundant=True,
            )
        except OpusError:
            self.counts["dropped_bad_copy"] += 1

    def _adopt(self, ssrc: int, now: float) -> Reception:
        """The statistics of the stream that is heard, which may become this one."""
        if self._reception is not None and ssrc == self._reception.ssrc:
            return self._reception
        if self._reception is not None and now - self._heard < SSRC_SILENCE:
            raise Dropped("second_ssrc")
        self._buffer.reset()
        self._decoder = Decoder(self._channels)
        return Reception(ssrc)

    def _fill(self, now: float) -> None:
        for _ in range(SLOTS_A_PULL):
            if len(self._pcm) >= FRAME_SIZE:
                return
            slot = self._buffer.pop(now, len(self._pcm))
            if slot.kind is Kind.NOTHING:
                return
            self.counts[COUNTED_AS[slot.kind]] += 1
            self.counts["red"] += slot.kind is Kind.RECOVERED
            self._pcm = np.concatenate([self._pcm, self._render(slot)])

    def _render(self, slot: Slot) -> "Pcm":
        if slot.kind is Kind.SILENCE:
            return silence(slot.samples, self._channels)
        try:
            if slot.kind is Kind.CONCEAL:
                return self._decoder.conceal(slot.samples)
            if slot.kind is Kind.FEC:
                return self._decoder.recover(slot.payload, slot.samples)
            return self._decoder.decode(slot.payload)[slot.skip :]
        except OpusError:
            self.counts["decoder_failed"] += 1
            self._decoder = Decoder(self._channels)
            return silence(slot.samples, self._channels)

    def _steer(self, now: float) -> None:
        """Brings the delay towards its target by playing faster or slower.

        What is queued beyond whole frames can go without need of a packet sooner than now; more
        only if the packets come early enough for that.
        """
        self._since_change += 1
        if len(self._pcm) < FRAME_SIZE:
            return
        surplus = self._buffer.surplus
        hurry = abs(surplus) > HURRY
        if self._since_change < CHANGE_EVERY and not hurry:
            return
        if surplus < TOO_EARLY:
            change = lengthen
        elif surplus > TOO_LATE or (surplus > 0 and len(self._pcm) % FRAME_SIZE >= LONGEST):
            change = shorten
        else:
            return
        changed = change(self._pcm[:FRAME_SIZE], alike=0.0 if hurry else ALIKE)
        if changed is not None:
            self._since_change = 0
            self._pcm = np.concatenate([changed, self._pcm[FRAME_SIZE:]])
            self._fill(now)


def _duration(payload: bytes) -> int:
    if not payload:
        raise Dropped("empty")
    try:
        return opus.duration(payload)
    except OpusError:
        raise Dropped("not_opus") from None
