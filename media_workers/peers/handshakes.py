"""How many handshakes may be half done: an offer is answered, DTLS is not. Time is handed in.

Each costs memory for as long as its deadline, whether the client means it or not. Who has begun too
many is told to wait: an account by its id; guests, who are somebody else each time, by the network
that they come from.
"""

from dataclasses import dataclass

from core.errors import TooMany, Unavailable
from core.ids import is_guest
from core.networks import network_of
from core.placement import RETRY_AFTER
from media_workers.peers.peer import HANDSHAKE_SECONDS, Peer

MAX_HALF_OPEN = 2000
MAX_OF_ACCOUNT = 8
MAX_OF_NETWORK = 200
"""Guests behind one address: a school may come at once, and leaves room for others."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who begins handshakes, and how many of them may be half done."""

    name: str
    most: int = MAX_OF_ACCOUNT


@dataclass(frozen=True, slots=True)
class _Handshake:
    caller: Caller
    peer: Peer
    until: float


class Handshakes:
    """Those of one worker.

    One counts until it is done or its ten seconds are over, closed or not: what closes it may be
    the next one.
    """

    def __init__(self) -> None:
        self._begun: list[_Handshake] = []

    def check(self, caller: Caller, now: float) -> None:
        """Nothing if one more may begin. TooMany `too_many`, Unavailable `no_capacity`."""
        self._begun = [one for one in self._begun if one.peer.srtp_tx is None and now < one.until]
        if len(self._begun) >= MAX_HALF_OPEN:
            raise Unavailable(
                "no_capacity", "Too many are coming in just now.", retry_after=RETRY_AFTER
            )
        own = [one.until for one in self._begun if one.caller == caller]
        if len(own) >= caller.most:
            raise TooMany(
                "too_many",
                "Too many connections were begun and not finished.",
                retry_after=max(1, round(min(own) - now)),
            )

    def begin(self, caller: Caller, peer: Peer, now: float) -> None:
        """One has begun."""
        self._begun.append(_Handshake(caller, peer, now + HANDSHAKE_SECONDS))


def caller_of(account_id: str, address: str | None) -> Caller:
    """By what a member counts: the account, or the network of a guest whose address is known.

    `address` may be in brackets, as in a Forwarded header (RFC 7239 section 6).
    """
    if address is None or not is_guest(account_id):
        return Caller(account_id)
    try:
        return Caller(network_of(address.strip("[]")), MAX_OF_NETWORK)
    except ValueError:
        return Caller(account_id)
