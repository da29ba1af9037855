"""A peer's way through the edge: which addresses are its own, and where to send now. Pure."""

from collections.abc import Callable

from media_workers.transport.mmsg import Address, address_of
from media_workers.transport.rate import Allowance
from media_workers.transport.stun import BindingRequest

MAX_ADDRESSES = 4
QUIET_SECONDS = 3.0
"""After so long without a check, the nominated address may be left without USE-CANDIDATE."""

_ID_LENGTH = 12
_REMEMBERED_IDS = 512  # 21 minutes of a browser's checks


class Path:
    """Takes authenticated checks, decides on the address; the edge feeds `received` from there.

    The client's choice counts: a check with USE-CANDIDATE moves the path. One without it does so
    only before anything is nominated, or when the selected address has been quiet (a client that
    nominated long ago and was rebound by its NAT does not know that it has to nominate again).

    A transaction id is good for one address: a captured check that is replayed from elsewhere is
    refused, and when replayed from an address of ours it neither moves the path nor gives consent.
    """

    def __init__(
        self,
        *,
        received: Callable[[bytes, float], None],
        moved: Callable[[], None],
        now: float,
    ) -> None:
        self.received = received
        self.moved = moved
        self.name: bytes | None = None
        self.address: Address | None = None
        self.names: list[bytes] = []
        self.consented_at = now
        self.checks = Allowance(rate=100, burst=500, now=now)
        self.datagrams = Allowance(rate=1000, burst=1000, now=now)
        self._nominated = False
        self._selected_at = now
        self._transaction_ids = bytearray(_ID_LENGTH * _REMEMBERED_IDS)
        self._next_id = 0

    def knows(self, request: BindingRequest) -> bool:
        """Whether this check has come before, so that it is a copy, and void."""
        # The ids are random: that one is found across two others will not happen.
        return request.transaction_id in self._transaction_ids

    def check(self, request: BindingRequest, name: bytes, now: float) -> None:
        """Take an authenticated check that came from `name` and is not known yet."""
        at = self._next_id * _ID_LENGTH
        self._transaction_ids[at : at + _ID_LENGTH] = request.transaction_id
        self._next_id = (self._next_id + 1) % _REMEMBERED_IDS

        self.consented_at = now
        if name not in self.names:
            self.names.append(name)
        if name != self.name and (
            self.name is None
            or request.use_candidate
            or not self._nominated
            or now - self._selected_at >= QUIET_SECONDS
        ):
            self.name = name
            self.address = address_of(name)
        if name == self.name:
            self._selected_at = now
            self._nominated = self._nominated or request.use_candidate

    def surplus(self) -> bytes | None:
        """Forget and return the oldest address that is not in use, if there are too many."""
        if len(self.names) <= MAX_ADDRESSES:
            return None
        oldest = next(name for name in self.names if name != self.name)
        self.names.remove(oldest)
        return oldest

    def restarted(self) -> None:
        """The client uses new credentials (ICE restart): an earlier nomination no longer binds."""
        self._nominated = False

    def forget(self) -> None:
        """The path is closed: nothing is sent any more."""
        self.name = None
        self.address = None
        self.names.clear()
        self.received = self.moved = _nobody  # or the peer and its path hold each other


def _nobody(*_: object) -> None:
    """Nobody is told."""
