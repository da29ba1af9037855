"""Our SCTP association and aiortc's own, over DTLS in memory."""

import asyncio
import contextlib
import struct
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from aiortc.rtcdatachannel import RTCDataChannel, RTCDataChannelParameters
from aiortc.rtcsctptransport import DataChunk, RTCSctpCapabilities, RTCSctpTransport
from google_crc32c import value as crc32c

from media_workers.transport.deadlines import Deadlines
from media_workers.transport.sctp import Association

STRING, DCEP = 51, 50
FIRST, LAST, WHOLE = 2, 1, 3


def drive(coroutine: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(StopIteration):
        coroutine.send(None)


class Call:
    """Our association and aiortc's, joined by the wire; the clock is the test's."""

    def __init__(self, wire: Any) -> None:
        wire.connect()
        self.wire = wire
        self.now = 50.0
        self.heard: list[str] = []
        self.dropped: Counter[str] = Counter()
        self.opened = 0
        self.received: list[str] = []
        self.ours = Association(
            wire.server,
            opened=self._opened,
            message_received=lambda text, now: self.heard.append(text),
            dropped=self.dropped,
            now=self.now,
        )
        self.theirs = RTCSctpTransport(wire.client)
        self.theirs._loop = Deadlines(self.now)
        self.ours.connect(port=5000, max_message_size=65536)
        drive(self.theirs.start(RTCSctpCapabilities(16384), 5000))

    def open(self, label: str = "events", **parameters: Any) -> RTCDataChannel:
        channel = RTCDataChannel(self.theirs, RTCDataChannelParameters(label=label, **parameters))
        channel.on("message", self.received.append)
        return channel

    async def settle(self) -> None:
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            up, down = self.wire.carry()
            for packet in up:
                self.ours.receive(packet, self.now)
            for packet in down:
                drive(self.theirs._handle_data(packet))
            quiet = 0 if up or down else quiet + 1

    async def later(self, seconds: float) -> None:
        self.now += seconds
        self.ours.tick(self.now)
        self.theirs._loop.expire(self.now)
        await self.settle()

    def send_raw(self, chunks: bytes) -> None:
        """A packet with a good tag and checksum, whatever is in it."""
        header = struct.pack("!HHL", 5000, 5000, self.ours._local_verification_tag)
        checksum = crc32c(header + bytes(4) + chunks)
        self.wire.client.send(header + struct.pack("<L", checksum) + chunks)

    def data(
        self,
        text: bytes,
        *,
        flags: int = WHOLE,
        ahead: int = 0,
        stream: int = 0,
        kind: int = STRING,
    ) -> bytes:
        """A DATA chunk of the client's, and the next TSN used up if it is not one ahead."""
        chunk = DataChunk(flags=flags)
        chunk.tsn = self.theirs._local_tsn + ahead & 0xFFFFFFFF
        chunk.stream_id, chunk.protocol, chunk.user_data = stream, kind, text
        chunk.stream_seq = self.theirs._outbound_stream_seq.get(stream, 0)
        if not ahead:
            self.theirs._local_tsn = chunk.tsn + 1 & 0xFFFFFFFF
        return bytes(chunk)

    def _opened(self) -> None:
        self.opened += 1
