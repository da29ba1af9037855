"""Every connection of a worker, from its offer to its end, counted."""

from collections import Counter

from media_workers.peers.peer import Peer


class Connections:
    """The peers there are, and what came of those there were. `closed` counts them by reason."""

    def __init__(self) -> None:
        self.closed: Counter[str] = Counter()
        self._peers: set[Peer] = set()
        self._handshakes: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()

    @property
    def pending(self) -> int:
        """Peers with a handshake under way."""
        return sum(peer.srtp_tx is None for peer in self._peers)

    def handshakes(self) -> Counter[str]:
        """Handshakes by outcome: `connected`, or why the peer was closed before that."""
        return self._handshakes + Counter(connected=len(self._peers) - self.pending)

    def dropped(self) -> Counter[str]:
        """What peers have dropped, by reason."""
        dropped = self._dropped.copy()
        for peer in self._peers:
            dropped.update(peer.dropped)
        return dropped

    async def live(self, peer: Peer) -> None:
        """The peer's life."""
        self._peers.add(peer)
        try:
            await peer.run()
        finally:
            self._peers.discard(peer)
            reason = peer.closed_reason or "closed"
            self.closed[reason] += 1
            self._handshakes[reason if peer.srtp_tx is None else "connected"] += 1
            self._dropped += peer.dropped
