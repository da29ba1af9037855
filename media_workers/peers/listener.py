"""What a peer tells whoever owns it."""

from typing import TYPE_CHECKING, Protocol

from media_workers.transport.rtcp import ReportBlock

if TYPE_CHECKING:
    from media_workers.peers.peer import Peer


class PeerListener(Protocol):
    """What a peer tells its session. All calls come from the event loop, and none may block.

    An exception in one of them ends the peer with reason `fault`, and nothing else.
    """

    def peer_connected(self, peer: "Peer") -> None:
        """DTLS is done: `srtp_tx`, `tag_length` and `address` are there."""

    def channel_opened(self, peer: "Peer") -> None:
        """`send_message` works from now on."""

    def message_received(self, peer: "Peer", text: str) -> None:
        """The client said something on `events` (at most 20 a second, 16 KiB each)."""

    def rtp_received(self, peer: "Peer", packet: bytes, now: float) -> None:
        """One decrypted RTP packet: authentic, not a replay, its content unchecked."""

    def receiver_report(self, peer: "Peer", block: ReportBlock, now: float) -> None:
        """How the client receives `peer.ssrc` (RFC 3550 6.4)."""

    def address_changed(self, peer: "Peer") -> None:
        """`peer.address` is another one from now on; also called for the first address."""

    def peer_closed(self, peer: "Peer", reason: str) -> None:
        """Called once. left, consent_lost, handshake_timeout, fault, or what `close` was told."""
