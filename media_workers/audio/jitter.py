"""The jitter buffer: puts packets back in order and says, each time it is asked, what comes next.

It is driven by time and not by arrival. The playhead is the RTP timestamp (unwrapped, in samples)
up to which everything has been handed out. Its delay is how much older it is than the newest
sample that the fastest packet would bring now; the target for that delay is the measured jitter
plus the time it takes for a lost packet's repair to arrive.
"""

from dataclasses import dataclass
from enum import Enum, auto

from media_workers.audio import opus
from media_workers.audio.opus import FRAME_SIZE, SAMPLE_RATE
from media_workers.audio.transit import Transit

MAX_PACKETS = 64
MAX_TARGET = SAMPLE_RATE // 4
MAX_SURPLUS = SAMPLE_RATE // 5
"""Beyond 200 ms too much delay the playhead jumps; below, the listener's ear is spared."""

MAX_REPAIR = 3 * FRAME_SIZE
MARGIN = FRAME_SIZE // 4
HOLD = 5 * FRAME_SIZE
"""How long an empty buffer is bridged by concealment; then the sender counts as paused."""

CLOCK_JUMP = SAMPLE_RATE
"""A transit that changes by more than a second is another clock, not jitter."""

LOSSY = 0.04


class Kind(Enum):
    """What to do for the next samples."""

    PACKET = auto()  # decode `payload`, and leave out its first `skip` samples
    RECOVERED = auto()  # the same; it is a copy that came as redundancy
    FEC = auto()  # recover `samples` from the error correction in `payload`
    CONCEAL = auto()  # make up `samples`
    SILENCE = auto()  # nothing was said for `samples`
    NOTHING = auto()  # not playing: the sender has paused, or the buffer is filling


@dataclass(frozen=True, slots=True)
class Slot:
    """The next stretch of sound."""

    kind: Kind
    samples: int = 0
    payload: bytes = b""
    skip: int = 0


@dataclass(slots=True)
class Packet:
    timestamp: int
    sequence_number: int
    payload: bytes
    end: int
    redundant: bool


NOTHING = Slot(Kind.NOTHING)


class JitterBuffer:
    """Packets of one stream, at most `MAX_PACKETS`; of any duration, with any timestamps.

    `surplus`: how far the delay was from its target (samples) when `pop` was last asked.
    """

    def __init__(self) -> None:
        self.late = 0
        self.duplicates = 0
        self.overflowed = 0
        self.jumps = 0
        self.surplus = 0.0
        self.transit = Transit()
        self._packets: dict[int, Packet] = {}
        self._playing = False
        self._playhead = 0
        self._newest = 0  # the highest timestamp so far, unwrapped
        self._newest_sequence_number = 0
        self._last_sequence_number = 0  # the last that was handed out
        self._held = 0  # samples made up while the playhead waited
        self._bridged = 0  # samples made up since the last packet
        self._loss = 0.0
        self._redundancy = False
        self._packet_duration = FRAME_SIZE

    @property
    def target(self) -> int:
        """The delay that the buffer steers for (samples)."""
        wait = self._packet_duration
        if self._redundancy and self._loss > LOSSY:
            wait += self._packet_duration  # a copy's own error correction comes one packet later
        return min(int(self.transit.spread) + min(wait, MAX_REPAIR) + MARGIN, MAX_TARGET)

    def push(
        self,
        timestamp: int,
        sequence_number: int,
        payload: bytes,
        now: float,
        *,
        redundant: bool = False,
    ) -> None:
        """Takes a packet as it arrives. OpusError if the payload is no Opus packet.

        `timestamp` (32 bits) and `sequence_number` (16 bits) are as on the wire; a redundant copy
        carries those of the packet that it stands in for.
        """
        duration = opus.duration(payload)
        if redundant:
            self._redundancy = True
            unwrapped = self._unwrap(timestamp)
        else:
            self._packet_duration = duration
            unwrapped = self._note_arrival(timestamp, sequence_number, now)
        packet = Packet(unwrapped, sequence_number, payload, unwrapped + duration, redundant)
        if packet.end <= self._playhead:
            self.late += not redundant
        elif unwrapped in self._packets:
            self.duplicates += not (redundant or self._packets[unwrapped].redundant)
        else:
            self._packets[unwrapped] = packet
            if len(self._packets) > MAX_PACKETS:
                del self._packets[min(self._packets)]
                self.overflowed += 1

    def pop(self, now: float, queued: int = 0) -> Slot:
        """What comes next. `queued`: samples already there for the 20 ms that are due."""
        if not self._playing and not self._start(now):
            return NOTHING
        self.surplus = self.transit.of(self._playhead, now) - self.target
        if self.surplus > MAX_SURPLUS:
            self._playhead += int(self.surplus)
            self.surplus = 0.0
            self.jumps += 1
        packet = self._next()
        if packet is None:
            return self._hold(FRAME_SIZE - queued)
        gap = self._close_gap(packet)
        if gap > 0:
            return self._bridge(packet, gap)
        del self._packets[packet.timestamp]
        self._playhead = packet.end
        self._last_sequence_number = packet.sequence_number
        self._bridged = 0
        kind = Kind.RECOVERED if packet.redundant else Kind.PACKET
        return Slot(kind, packet.end - packet.timestamp + gap, packet.payload, skip=-gap)

    def reset(self) -> None:
        """Forgets the stream; the counters stay."""
        self._packets.clear()
        self._playing = False
        self._playhead = 0
        self.transit.forget()

    def _unwrap(self, timestamp: int) -> int:
        step = (timestamp - self._newest) & 0xFFFFFFFF
        return self._newest + (step - (step >> 31 << 32))

    def _note_arrival(self, timestamp: int, sequence_number: int, now: float) -> int:
        unwrapped = self._unwrap(timestamp)
        if self.transit.known:
            transit = self.transit.of(unwrapped, now)
            idle = not self._playing and not self._packets
            if abs(transit) > CLOCK_JUMP:
                self.reset()
            elif idle and transit > self.transit.spread + 2 * FRAME_SIZE:
                self.transit.forget()  # it paused, and jitter does not explain how late this is
        if not self.transit.known and not self._playhead:
            # A new clock starts one cycle up, so that what came a little before is above zero too.
            self._newest = unwrapped = timestamp + (1 << 32)
            self._newest_sequence_number = sequence_number
        self.transit.add(unwrapped, now)
        self._newest = max(self._newest, unwrapped)
        ahead = (sequence_number - self._newest_sequence_number) & 0xFFFF
        if 0 < ahead < 1 << 15:
            self._newest_sequence_number = sequence_number
            self._loss += ((ahead - 1) / ahead - self._loss) * min(ahead, 20) / 100
        elif ahead:
            self._loss = max(self._loss - 0.01, 0.0)  # it was taken for lost, and was overtaken
        return unwrapped

    def _start(self, now: float) -> bool:
        if not self._packets or not self.transit.known:
            return False
        first = min(self._packets)
        if self.transit.of(first, now) < self.target:
            return False
        self._playing = True
        self._playhead = max(self._playhead, first)
        self._last_sequence_number = (self._packets[first].sequence_number - 1) & 0xFFFF
        self._held = self._bridged = 0
        return True

    def _next(self) -> Packet | None:
        """The earliest packet that reaches beyond the playhead; those that don't are dropped."""
        while self._packets:
            packet = self._packets[min(self._packets)]
            if packet.end > self._playhead:
                return packet
            del self._packets[packet.timestamp]
        return None

    def _hold(self, samples: int) -> Slot:
        """Nothing is there, and late or lost is not known yet: the playhead waits."""
        self._held += samples
        if self._held > HOLD:
            self._playing = False
            return NOTHING
        return Slot(Kind.CONCEAL, samples)

    def _close_gap(self, packet: Packet) -> int:
        """Samples from the playhead to the packet, less what was made up while waiting for it."""
        gap = packet.timestamp - self._playhead
        if gap > 0:
            caught_up = min(self._held, gap)
            self._playhead += caught_up
            gap -= caught_up
        self._held = 0
        return gap

    def _bridge(self, packet: Packet, gap: int) -> Slot:
        """The next part of a gap in front of a packet; its end from the packet, if that repeats it.

        A gap in the timestamps alone is none in the sound: the sender had nothing to say (DTX).
        """
        reach = opus.frame_duration(packet.payload)
        paused = packet.sequence_number == (self._last_sequence_number + 1) & 0xFFFF
        if gap == reach and not paused and opus.has_fec(packet.payload):
            slot = Slot(Kind.FEC, gap, packet.payload)
        else:
            kind = Kind.CONCEAL if self._bridged < HOLD else Kind.SILENCE
            slot = Slot(kind, min(FRAME_SIZE, gap - reach if gap > reach else gap))
        self._playhead += slot.samples
        self._bridged += slot.samples
        return slot
