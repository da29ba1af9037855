"""The peers of one room: by id, and which of an account's is the one that counts."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from media_workers.peers.peer import Peer
from media_workers.rooms.quality import HearerReport

MAX_PENDING = 3
"""Connections that one account may have under way at once."""

SWEEP = 10
"""A peer's deadlines are looked after in every tenth tick, each peer in its turn."""


def _new_etag() -> str:
    return f'"{secrets.token_hex(8)}"'


@dataclass(slots=True)
class Seat:
    """One peer. `etag` names its ICE session (RFC 9725 section 4.3.1), with its quotes."""

    peer: Peer
    opened_at: datetime
    wants_captions: bool = True
    wants_quality: bool = False
    report: HearerReport | None = None
    etag: str = field(default_factory=_new_etag)

    def restarted(self) -> None:
        """Another ICE session has begun."""
        self.etag = _new_etag()


class Seats:
    """Peers from their offer to their end. An account is present by at most one of them."""

    def __init__(self) -> None:
        self._seats: dict[str, Seat] = {}
        self._by_account: dict[str, list[Peer]] = {}
        self._present: dict[str, Peer] = {}
        self._turn = 0
        self._tenths: list[dict[str, Seat]] = [{} for _ in range(SWEEP)]

    def __len__(self) -> int:
        return len(self._seats)

    def __iter__(self) -> Iterator[Seat]:
        return iter(list(self._seats.values()))

    def add(self, seat: Seat) -> list[Peer]:
        """Take a new peer; returns its account's oldest unfinished ones, if they are too many."""
        peers = self._by_account.setdefault(seat.peer.account_id, [])
        peers.append(seat.peer)
        self._seats[seat.peer.peer_id] = self._tenth(seat.peer.peer_id)[seat.peer.peer_id] = seat
        pending = [peer for peer in peers if not peer.connected]
        return pending[:-MAX_PENDING]

    def find(self, peer_id: str, account_id: str) -> Seat | None:
        """The seat, if it is this account's."""
        seat = self._seats.get(peer_id)
        return seat if seat is not None and seat.peer.account_id == account_id else None

    def of(self, account_id: str) -> list[Peer]:
        """All of an account's peers, connected or not."""
        return list(self._by_account.get(account_id, ()))

    def present(self, account_id: str) -> Peer | None:
        """The peer by which the account hears and is heard."""
        return self._present.get(account_id)

    @property
    def everyone(self) -> list[Peer]:
        """One peer for each account that is present."""
        return list(self._present.values())

    @property
    def captioned(self) -> list[Peer]:
        """Those of everyone who want captions."""
        return [peer for peer in self.everyone if self._seats[peer.peer_id].wants_captions]

    @property
    def measuring(self) -> list[Peer]:
        """Those of everyone who want to know how the room's connections do."""
        return [peer for peer in self.everyone if self._seats[peer.peer_id].wants_quality]

    @property
    def reports(self) -> list[HearerReport]:
        """What everyone's clients have last said of the sound that they get."""
        seats = (self._seats[peer.peer_id] for peer in self.everyone)
        return [seat.report for seat in seats if seat.report is not None]

    def connected(self, peer: Peer) -> Peer | None:
        """The peer takes its account's place; returns the one that had it until now."""
        before = self._present.get(peer.account_id)
        self._present[peer.account_id] = peer
        return before

    def remove(self, peer: Peer) -> bool:
        """The peer is gone, or not counted any more; whether its account is absent by that."""
        if self._seats.pop(peer.peer_id, None) is None:
            return False
        del self._tenth(peer.peer_id)[peer.peer_id]
        peers = self._by_account[peer.account_id]
        peers.remove(peer)
        if not peers:
            del self._by_account[peer.account_id]
        if self._present.get(peer.account_id) is not peer:
            return False
        del self._present[peer.account_id]
        return True

    def sweep(self, now: float) -> None:
        """Let a tenth of the peers look after their deadlines."""
        self._turn = (self._turn + 1) % SWEEP
        for seat in list(self._tenths[self._turn].values()):
            seat.peer.tick(now)

    def _tenth(self, peer_id: str) -> dict[str, Seat]:
        """Those who are swept together: to look at all, if only to pass by, costs 0.1 ms a tick."""
        return self._tenths[hash(peer_id) % SWEEP]
