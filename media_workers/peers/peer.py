"""One client's connection: ICE, DTLS, SRTP and the `events` data channel behind one object."""

import asyncio
import logging
import math
import secrets
from collections import Counter
from typing import TYPE_CHECKING

from aiortc.rtp import is_rtcp

from media_workers.peers.listener import PeerListener
from media_workers.transport.bounded_sctp import ProtocolViolation
from media_workers.transport.dtls import Certificate, DtlsTransport
from media_workers.transport.edge import Edge
from media_workers.transport.mmsg import Address
from media_workers.transport.path import Path
from media_workers.transport.rate import Allowance
from media_workers.transport.rtcp import report_blocks
from media_workers.transport.sctp import Association
from media_workers.transport.sdp import Direction, Fragment, Offer, SdpError
from media_workers.transport.sdp_answer import answer, answer_fragment
from media_workers.transport.srtp import SrtpReceiver

if TYPE_CHECKING:
    import pylibsrtp

HANDSHAKE_SECONDS = 10.0
CONSENT_SECONDS = 15.0
"""RFC 7675 allows 30; a browser checks every 2.5 s, and a closed tab must leave within 15 s."""

_FIRST_RTP_BYTE = 128  # RFC 7983; the edge passes DTLS and SRTP only

_log = logging.getLogger(__name__)


class Peer:
    """A client from its accepted offer to its end. Registers with the edge when made.

    The owner calls `tick` about every 20 ms and runs `run` in a task of its own; whatever the
    client sends arrives through the edge. `srtp_tx` and `tag_length` (bytes that SRTP adds to a
    packet) are None and 0 until connected. `dropped` counts by reason what was not passed on.
    """

    def __init__(
        self,
        *,
        peer_id: str,
        account_id: str,
        offer: Offer,
        edge: Edge,
        certificate: Certificate,
        listener: PeerListener,
        now: float,
        stereo: bool = False,
        consent_seconds: float = CONSENT_SECONDS,
    ) -> None:
        self.peer_id = peer_id
        self.account_id = account_id
        self.offer = offer
        self.direction: Direction = offer.direction
        self.payload_type = offer.opus_payload_type
        self.ssrc = 1 + secrets.randbelow(0xFFFFFFFF)
        self.srtp_tx: pylibsrtp.Session | None = None
        self.tag_length = 0
        self.dropped: Counter[str] = Counter()
        self.closed_reason: str | None = None
        self._edge = edge
        self._listener = listener
        self._deadline = now + HANDSHAKE_SECONDS
        self._consent_seconds = consent_seconds
        self._srtp_rx: SrtpReceiver | None = None
        self._messages = Allowance(rate=20, burst=40, now=now)
        self._settled = asyncio.Event()
        self._closed = asyncio.Event()
        self._path = Path(received=self._datagram_received, moved=self._moved, now=now)
        self._dtls = DtlsTransport(certificate, offer.fingerprint, send=self._send, ssrc=self.ssrc)
        self._association: Association | None = None
        self._remote_ufrag = offer.ice_ufrag
        ice_ufrag, ice_pwd = edge.new_credentials(self._path, remote_ufrag=offer.ice_ufrag)
        self.answer = answer(
            offer,
            ice_ufrag=ice_ufrag,
            ice_pwd=ice_pwd,
            fingerprint=certificate.fingerprint,
            address=edge.advertised_address,
            ssrc=self.ssrc,
            stereo=stereo,
        )

    @property
    def address(self) -> Address | None:
        """Where media goes now: the validated address that the client has selected."""
        return self._path.address

    @property
    def connected(self) -> bool:
        """Whether DTLS is done and the peer not closed."""
        return self.srtp_tx is not None and self.closed_reason is None

    @property
    def channel_open(self) -> bool:
        """Whether `events` is open."""
        return self._association is not None and self._association.is_open

    async def run(self) -> None:
        """Live until closed; while the handshake is under way the socket is read without delay.

        Cancelling it closes the peer.
        """
        try:
            with self._edge.prompt():
                await self._settled.wait()
            await self._closed.wait()
        finally:
            self.close("closed")

    def restart_ice(self, fragment: Fragment) -> str:
        """Take new ICE credentials (RFC 9725 4.3.3) and answer with ours; DTLS goes on as it is.

        The old ones hold until the first check with the new. Empty if the fragment restarts nothing
        and only trickles candidates, which are of no use to an ICE-lite agent (answer 204).
        Raises SdpError: 404 after the end, 406 if the client comes with another certificate.
        """
        if self.closed_reason is not None:
            raise SdpError(404, "the session has ended")
        if fragment.fingerprint is not None and fragment.fingerprint != self.offer.fingerprint:
            raise SdpError(406, "a new certificate needs a new session")
        if fragment.ice_ufrag == self._remote_ufrag:
            return ""
        self._remote_ufrag = fragment.ice_ufrag
        ice_ufrag, ice_pwd = self._edge.new_credentials(self._path, remote_ufrag=fragment.ice_ufrag)
        return answer_fragment(
            self.offer,
            ice_ufrag=ice_ufrag,
            ice_pwd=ice_pwd,
            address=self._edge.advertised_address,
        )

    def send_message(self, text: str) -> bool:
        """Send on `events`; False if it is not open or 64 KiB wait already (dropped, counted)."""
        if self._association is None or not self._association.send(text):
            self.dropped["message_unsent"] += 1
            return False
        return True

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send one compound RTCP packet; counted and dropped before connected."""
        if not self.connected or self.srtp_tx is None:
            self.dropped["rtcp_unsent"] += 1
            return
        self._send(self.srtp_tx.protect_rtcp(packet))

    def tick(self, now: float) -> None:
        """Keep the deadlines: handshake, consent (RFC 7675), DTLS and SCTP retransmission."""
        if self.closed_reason is not None:
            return
        try:
            if not self.connected:
                if now >= self._deadline:
                    self.close("handshake_timeout")
                else:
                    self._dtls.retransmit()
            elif now >= self._path.consented_at + self._consent_seconds:
                self.close("consent_lost")
            elif self._association is not None:
                self._association.tick(now)
                self._heed_association()
            if now >= self._deadline:
                self._settled.set()
                self._deadline = math.inf
        except Exception:  # noqa: BLE001 - whatever is wrong with one peer ends that peer only
            self._fail()

    def close(self, reason: str) -> None:
        """End the connection and tell the client (ABORT, close_notify). Repeatable.

        Its parts let go of each other, so that it is freed without the garbage collector.
        """
        if self.closed_reason is not None:
            return
        self.closed_reason = reason
        try:
            if self._association is not None:
                self._association.abort()
            self._dtls.close()
        finally:
            self._association = None
            self._edge.unregister(self._path)
            self._settled.set()
            self._closed.set()
        _log.info("peer.closed peer_id=%s reason=%s", self.peer_id, reason)
        try:
            self._listener.peer_closed(self, reason)
        except Exception:  # noqa: BLE001 - as above; the peer is closed either way
            _log.exception("peer.listener_failed peer_id=%s", self.peer_id)

    def _datagram_received(self, data: bytes, now: float) -> None:
        """From a validated address. Whatever goes wrong with it ends this peer only."""
        if self.closed_reason is not None:
            return
        try:
            if data[0] < _FIRST_RTP_BYTE:
                self._dtls_received(data, now)
            elif self._srtp_rx is None:
                self.dropped["rtp_early"] += 1
            else:
                self._srtp_received(self._srtp_rx, data, now)
        except ProtocolViolation as violation:
            _log.warning("peer.violated peer_id=%s detail=%r", self.peer_id, str(violation))
            self.close("fault")
        except Exception:  # noqa: BLE001 - whatever is wrong with one peer ends that peer only
            self._fail()

    def _dtls_received(self, data: bytes, now: float) -> None:
        packets = self._dtls.receive(data)
        if self._dtls.failed:
            self.close("fault")
            return
        if self.srtp_tx is None and self._dtls.connected:
            self._dtls_connected(now)
        for packet in packets:
            if self._association is not None:
                self._association.receive(packet, now)
        if self._dtls.closed:
            self.close("left")
        self._heed_association()

    def _dtls_connected(self, now: float) -> None:
        self.srtp_tx = self._dtls.srtp_tx
        self._srtp_rx = SrtpReceiver(self._dtls.srtp_rx, self.dropped, now=now)
        self.tag_length = self._dtls.tag_length
        if self.offer.sctp_port is not None:
            self._association = Association(
                self._dtls,
                opened=self._channel_opened,
                message_received=self._message_received,
                dropped=self.dropped,
                now=now,
            )
            self._association.connect(
                port=self.offer.sctp_port, max_message_size=self.offer.max_message_size
            )
        else:
            self._settled.set()
        _log.info("peer.connected peer_id=%s", self.peer_id)
        self._listener.peer_connected(self)

    def _srtp_received(self, srtp: SrtpReceiver, data: bytes, now: float) -> None:
        if is_rtcp(data):
            packet = srtp.rtcp(data, now)
            for block in report_blocks(packet or b""):
                if block.ssrc == self.ssrc:
                    self._listener.receiver_report(self, block, now)
        elif not self.direction.client_sends or data[1] & 0x7F not in self.offer.payload_types:
            self.dropped["rtp_unwanted"] += 1
        else:
            packet = srtp.rtp(data, now)
            if packet is not None:
                self._listener.rtp_received(self, packet, now)

    def _channel_opened(self) -> None:
        self._settled.set()
        self._listener.channel_opened(self)

    def _message_received(self, text: str, now: float) -> None:
        if self._messages.take(now):
            self._listener.message_received(self, text)
        else:
            self.dropped["message_flood"] += 1

    def _heed_association(self) -> None:
        """A client that ends its association has hung up."""
        if self._association is not None and self._association.ended:
            self.close("left")

    def _moved(self) -> None:
        try:
            self._listener.address_changed(self)
        except Exception:  # noqa: BLE001 - the session's trouble with this peer is not the edge's
            self._fail()

    def _send(self, data: bytes) -> None:
        if self._path.address is None:
            self.dropped["unsent"] += 1
        else:
            self._edge.sendto(data, self._path.address)

    def _fail(self) -> None:
        _log.exception("peer.failed peer_id=%s", self.peer_id)
        self.close("fault")
