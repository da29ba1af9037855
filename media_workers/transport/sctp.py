"""The data channel: aiortc's SCTP association, hardened, without tasks or timers, with short cuts.

The two things that happen all day, a small message out and a SACK for everything in, are handled
here in a few microseconds each; loss, fragments, set-up and resets fall through to aiortc.
(It still starts a task, gone after a loop pass, when an association comes up or a timer fires.)
"""

import itertools
import struct
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from aiortc.rtcsctptransport import (
    DATA_CHANNEL_OPEN,
    USERDATA_MAX_LENGTH,
    WEBRTC_DCEP,
    WEBRTC_STRING,
    DataChunk,
    RTCSctpCapabilities,
)
from google_crc32c import value as crc32c

from media_workers.transport.bounded_sctp import (
    TSN_MASK,
    BoundedTransport,
    ProtocolViolation,
)
from media_workers.transport.chunks import SACK, cost_of
from media_workers.transport.deadlines import Deadlines
from media_workers.transport.dtls import DtlsTransport
from media_workers.transport.rate import Allowance
from media_workers.transport.sdp import MAX_MESSAGE_SIZE

LABEL = "events"
MAX_BUFFERED = 64 * 1024
MAX_WAITING = 1024
MAX_CHANNELS = 4

_QUICK_QUEUE = 64
_SACK_LENGTH = 28
_ESTABLISHED = BoundedTransport.State.ESTABLISHED
_CLOSED = BoundedTransport.State.CLOSED


class _WholeMessage(DataChunk):  # type: ignore[misc]  # aiortc is not looked into
    """A message in one DATA chunk, just sent. What aiortc counts per chunk starts as defaults."""

    _acked = _abandoned = _retransmit = False
    _expiry = _max_retransmits = None
    _in_flight = True
    _misses = 0
    _sent_count = 1

    def __init__(self, *, tsn: int, stream_id: int, stream_seq: int, user_data: bytes) -> None:
        self.flags = 3  # first and last fragment, ordered
        self.tsn = tsn
        self.stream_id = stream_id
        self.stream_seq = stream_seq
        self.protocol = WEBRTC_STRING
        self.user_data = user_data
        self._book_size = len(user_data)
        self._sent_time = time.time()


class Association(BoundedTransport):
    """One SCTP association and its `events` channel, which the client opens (ordered, reliable).

    Packets that are not handled count in `dropped`. Anything that `receive` or `tick` raises means
    that the association is beyond repair. Must be made inside a running loop.
    """

    _flight_size: int
    _local_tsn: int

    def __init__(
        self,
        dtls: DtlsTransport,
        *,
        opened: Callable[[], None],
        message_received: Callable[[str, float], None],
        dropped: Counter[str],
        now: float,
    ) -> None:
        super().__init__(dtls)
        self._dropped = dropped
        self._opened = opened
        self._message_received = message_received
        self._loop = Deadlines(now)  # all that aiortc asks of a loop is call_later
        self._allowance = Allowance(rate=1000, burst=1000, now=now)
        self._channel: Any = None  # aiortc's RTCDataChannel
        self._was_established = False

    @property
    def is_open(self) -> bool:
        """Whether `send` may work."""
        return self._channel is not None and bool(self._channel.readyState == "open")

    @property
    def ended(self) -> bool:
        """Whether the association was up and the client has ended or lost it."""
        return self._was_established and self._association_state is _CLOSED

    def connect(self, *, port: int, max_message_size: int) -> None:
        """Begin, towards the client's SCTP port. Both sides begin at once (RFC 8841 9.3)."""
        _drive(self.start(RTCSctpCapabilities(max_message_size), port))

    def receive(self, packet: bytes, now: float) -> None:
        """Take one packet out of DTLS."""
        self._loop.now = now
        if self._everything_acknowledged(packet):
            return
        cost = cost_of(packet)
        if not cost:
            self._dropped["sctp_malformed"] += 1
            return
        if not self._allowance.take(now, cost):
            self._dropped["sctp_flood"] += 1
            return
        _drive(self._handle_data(packet))
        self._was_established = self._was_established or self._association_state is _ESTABLISHED

    def tick(self, now: float) -> None:
        """Let timers expire."""
        self._loop.expire(now)

    def send(self, text: str) -> bool:
        """Send on `events`; False if it is not open, or 64 KiB or 1024 messages wait already."""
        if not self.is_open:
            return False
        user_data = text.encode()
        if not user_data:
            return False
        if self._quick(len(user_data)):
            self._send_at_once(user_data)
            return True
        limit = min(self._remote_max_message_size or MAX_BUFFERED, MAX_BUFFERED)
        if len(user_data) > limit or not self._has_room(len(user_data)):
            return False
        channel = self._channel
        channel._addBufferedAmount(len(user_data))  # noqa: SLF001 - as aiortc's send does
        self._data_channel_queue.append((channel, WEBRTC_STRING, user_data))
        _drive(self._data_channel_flush())
        return True

    def abort(self) -> None:
        """End it, and tell the client. Repeatable."""
        _drive(self.stop())
        self._channel = None  # or the two hold each other

    def _has_room(self, length: int) -> bool:
        """Whether so many bytes more may wait for the client, counting what it must still ack."""
        queue, outbound, sent = self._data_channel_queue, self._outbound_queue, self._sent_queue
        if len(queue) + len(outbound) + len(sent) >= MAX_WAITING:
            return False
        waiting = sum(len(user_data) for _, _, user_data in queue)
        waiting += sum(len(chunk.user_data) for chunk in itertools.chain(outbound, sent))
        return waiting + length <= MAX_BUFFERED

    def _quick(self, length: int) -> bool:
        """Whether a message can go out now, as one chunk, with nothing before it."""
        return (
            length <= USERDATA_MAX_LENGTH
            and self._association_state is _ESTABLISHED
            and not self._outbound_queue
            and not self._data_channel_queue
            and self._fast_recovery_exit is None
            and len(self._sent_queue) < _QUICK_QUEUE
            and self._flight_size + length <= self._cwnd
        )

    def _send_at_once(self, user_data: bytes) -> None:
        """What aiortc's queues come to for such a message, in a fifth of the time."""
        stream_id = self._channel.id
        chunk = _WholeMessage(
            tsn=self._local_tsn,
            stream_id=stream_id,
            stream_seq=self._outbound_stream_seq.get(stream_id, 0),
            user_data=user_data,
        )
        packet = bytearray(
            struct.pack(
                "!HHLL",
                self._local_port,
                self._remote_port,
                self._remote_verification_tag,
                0,
            )
        )
        packet += bytes(chunk)
        struct.pack_into("<L", packet, 8, crc32c(bytes(packet)))
        self._local_tsn = chunk.tsn + 1 & TSN_MASK
        self._outbound_stream_seq[stream_id] = chunk.stream_seq + 1 & 0xFFFF
        self._sent_queue.append(chunk)
        self._flight_size += len(user_data)
        if self._t3_handle is None:
            self._t3_start()
        self.transport.send(packet)

    def _everything_acknowledged(self, packet: bytes) -> bool:
        """Handle a packet if it is a lone SACK that leaves nothing in flight."""
        if (
            len(packet) != _SACK_LENGTH
            or packet[12] != SACK
            or packet[24:28] != bytes(4)
            or not self._sent_queue
            or self._outbound_queue
            or self._data_channel_queue
            or self._fast_recovery_exit is not None
            or self._forward_tsn_chunk is not None
            or self._forward_tsn_streams
        ):
            return False
        tag, checksum = struct.unpack_from("!L", packet, 4)[0], packet[8:12]
        acknowledged = struct.unpack_from("!L", packet, 16)[0]
        if (
            tag != self._local_verification_tag
            or acknowledged != self._sent_queue[-1].tsn
            or checksum != struct.pack("<L", crc32c(packet[:8] + bytes(4) + packet[12:]))
        ):
            return False
        first = self._sent_queue[0]
        if first._sent_count == 1:  # noqa: SLF001 - Karn's rule, as aiortc has it
            self._update_rto(time.time() - first._sent_time)  # noqa: SLF001
        if self._cwnd <= self._flight_size and self._cwnd <= self._ssthresh:  # slow start
            self._cwnd += min(self._flight_size, USERDATA_MAX_LENGTH)
        self._sent_queue.clear()
        self._flight_size = 0
        self._last_sacked_tsn = self._advanced_peer_ack_tsn = acknowledged
        self._t3_cancel()
        return True

    async def _receive(self, stream_id: int, pp_id: int, data: bytes) -> None:
        if len(data) > MAX_MESSAGE_SIZE:
            raise ProtocolViolation("a message longer than we said we take")
        try:
            if pp_id == WEBRTC_DCEP:
                await self._receive_dcep(stream_id, data)
            elif (
                pp_id == WEBRTC_STRING and self.is_open and stream_id == self._channel.id
            ):  # an empty or a binary one says nothing that we know
                self._message_received(data.decode(), self._loop.now)
        except UnicodeDecodeError as error:
            raise ProtocolViolation("not UTF-8") from error

    async def _receive_dcep(self, stream_id: int, data: bytes) -> None:
        """Data Channel Establishment (RFC 8832): know `events` when it opens."""
        is_open_message = data[:1] == bytes([DATA_CHANNEL_OPEN])
        if is_open_message == (stream_id in self._data_channels):
            raise ProtocolViolation("DCEP out of place")  # OPEN of an open channel, ACK of none
        if is_open_message and len(self._data_channels) >= MAX_CHANNELS:
            raise ProtocolViolation("too many channels")
        await super()._receive(stream_id, WEBRTC_DCEP, data)
        channel = self._data_channels.get(stream_id)
        if (
            is_open_message
            and not self.is_open
            and channel is not None
            and channel.label == LABEL
            and channel.ordered
            and channel.maxRetransmits is None
            and channel.maxPacketLifeTime is None
        ):
            self._channel = channel
            self._opened()


def _drive(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine of aiortc's to its end: it can't suspend, for our sending never does."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("aiortc waited for something")
