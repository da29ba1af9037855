"""aiortc's SCTP association, but with bounds on what a client can make it keep or do."""

from aiortc.rtcsctptransport import DataChunk, InboundStream, RTCSctpTransport

MAX_STREAMS = 16
MAX_FRAGMENTS = 128
WINDOW = 64
"""DATA so many TSNs ahead of the first gap is dropped unacknowledged: it will be sent again."""

TSN_MASK = 0xFFFFFFFF


class ProtocolViolation(Exception):
    """The client did what no working client does; its connection is not worth keeping."""


class BoundedTransport(RTCSctpTransport):  # type: ignore[misc]  # aiortc is not looked into
    """Raises ProtocolViolation where a client goes beyond them."""

    _last_received_tsn: int | None

    def _mark_received(self, tsn: int) -> bool:
        """Whether DATA is not to be handled. Linear in what it fills in, where aiortc sorts."""
        if self._last_received_tsn is None:
            raise ProtocolViolation("DATA before INIT")
        ahead = tsn - self._last_received_tsn & TSN_MASK
        if ahead == 0 or ahead > TSN_MASK // 2 or tsn in self._sack_misordered:
            self._sack_duplicates.append(tsn)
            return True
        if ahead > WINDOW:
            return True
        self._sack_misordered.add(tsn)
        following = self._last_received_tsn + 1 & TSN_MASK
        while following in self._sack_misordered:
            self._sack_misordered.remove(following)
            self._last_received_tsn = following
            following = following + 1 & TSN_MASK
        return False

    def _get_inbound_stream(self, stream_id: int) -> InboundStream:
        if stream_id not in self._inbound_streams and len(self._inbound_streams) >= MAX_STREAMS:
            raise ProtocolViolation("too many streams")
        return super()._get_inbound_stream(stream_id)

    async def _receive_data_chunk(self, chunk: DataChunk) -> None:
        await super()._receive_data_chunk(chunk)
        stream = self._inbound_streams.get(chunk.stream_id)
        if stream is not None and len(stream.reassembly) > MAX_FRAGMENTS:
            raise ProtocolViolation("a message without end")
