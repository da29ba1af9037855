"""The way in through a data channel: what an SCTP association says, unsoundly."""

import struct
from typing import Any

from aiortc.rtcsctptransport import (
    AbortChunk,
    CookieEchoChunk,
    DataChunk,
    ErrorChunk,
    ForwardTsnChunk,
    HeartbeatChunk,
    InitChunk,
    ReconfigChunk,
    SackChunk,
    ShutdownChunk,
)
from google_crc32c import value as crc32c

from tests.media_workers.abuse.mutation import combined, mutated
from tests.media_workers.abuse.targets import LONGEST, Target

WHOLE = 3


class Sctp(Target):
    """Chunks of every kind, in order and at the right place, but for what is changed in them."""

    data = True

    def make(self) -> bytes:
        ours = self.peer._association
        if self.random.random() < 0.2:
            self.peer.send_message("something to acknowledge")
        chunks = combined(self.random, [self._changed(bytes(self._chunk())) for _ in range(3)])
        if self.random.random() < 0.3:
            chunks = mutated(self.random, chunks)
        header = struct.pack("!HHL", 5000, 5000, ours._local_verification_tag)
        return header + struct.pack("<L", crc32c(header + bytes(4) + chunks)) + chunks

    def send(self) -> None:
        packet = self.make()
        if self.random.random() < 0.1:
            packet = mutated(self.random, packet)
        self.client.dtls.send(packet[:8000])

    def _changed(self, chunk: bytes) -> bytes:
        """The chunk, or one with another body and the length that goes with it."""
        if self.random.random() < 0.5:
            return chunk
        body = mutated(self.random, chunk[4:])[:LONGEST]
        return chunk[:2] + struct.pack("!H", 4 + len(body)) + body + bytes(-len(body) % 4)

    def _chunk(self) -> Any:
        ours, random = self.peer._association, self.random
        following = (ours._last_received_tsn or 0) + random.choice((1, 1, 1, 2, 9))
        match random.choices(range(10), weights=(8, 6, 2, 1, 1, 2, 2, 1, 0.2, 0.2))[0]:
            case 0:
                chunk = DataChunk(flags=random.choice((WHOLE, WHOLE, 0, 1, 2, 7)))
                chunk.tsn = following & 0xFFFFFFFF
                chunk.stream_id = random.choice((0, 0, 0, 1, 2, 99))
                chunk.stream_seq = random.choice((0, 1, 2))
                chunk.protocol = random.choice((50, 51, 53, 56, 57))
                chunk.user_data = random.choice(
                    (b"text", bytes([2]), struct.pack("!BBHLHH6s", 3, 0, 0, 0, 6, 0, b"events"))
                )
            case 1:
                chunk = SackChunk()
                chunk.cumulative_tsn = ours._last_sacked_tsn + random.choice((0, 1, 2))
                chunk.cumulative_tsn &= 0xFFFFFFFF
                chunk.advertised_rwnd = random.choice((0, 1500, 1 << 20))
                chunk.gaps = random.choice(([], [(2, 3)], [(2, 2), (4, 9)]))
            case 2:
                chunk = HeartbeatChunk()
                chunk.params = [(1, random.randbytes(8))]
            case 3:
                chunk = InitChunk()
                chunk.initiate_tag, chunk.advertised_rwnd = 1, 1 << 17
                chunk.outbound_streams = chunk.inbound_streams = 65535
                chunk.initial_tsn = following & 0xFFFFFFFF
                chunk.params = [(0xC000, b""), (0x8008, bytes([192, 130]))]
            case 4:
                chunk = CookieEchoChunk(body=random.randbytes(24))
            case 5:
                chunk = ReconfigChunk()
                request = struct.pack("!LLL", following & 0xFFFFFFFF, 0, 0)
                chunk.params = [(random.choice((13, 16, 17)), request + struct.pack("!H", 0))]
            case 6:
                chunk = ForwardTsnChunk()
                chunk.cumulative_tsn = following & 0xFFFFFFFF
                chunk.streams = random.choice(([], [(0, 1)], [(0, 1), (1, 9)]))
            case 7:
                chunk = ErrorChunk()
                chunk.params = [(1, bytes(4))]
            case 8:
                chunk = ShutdownChunk()
                chunk.cumulative_tsn = ours._last_sacked_tsn
            case _:
                chunk = AbortChunk()
        return chunk
