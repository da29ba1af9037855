"""One UDP socket for all peers of a process: an ICE-lite agent that admits validated addresses.

A datagram is answered if it is a Binding request by a known user with a good MESSAGE-INTEGRITY, and
passed to a peer if it looks like DTLS or SRTP and comes from an address that such a request came
from. Everything else is dropped and counted in `counters`, by name.
"""

import asyncio
import hmac
import secrets
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from media_workers.transport.mmsg import Address, Receiver, address_of
from media_workers.transport.path import Path
from media_workers.transport.stun import integrity_key, parse_binding_request, success_response

MAX_DATAGRAM = 1500

# What the first byte says (RFC 7983), and how short the shortest can be.
_STUN = range(4)
_DTLS = range(20, 64)
_DTLS_HEADER = 13
_SRTP = range(128, 192)
_SRTP_HEADER = 12

_BATCHES = 8
"""Read at most so many batches a poll: the rest of a flood waits in (and overflows) the kernel."""

CHECKS_A_POLL = 40
"""Checks from known addresses that are answered in a tick: 2 ms, and what 5,000 listeners send.

Of each path one may wait.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Credentials:
    ufrag: bytes
    key: hmac.HMAC
    remote_ufrag: bytes
    path: Path


class Edge:
    """Owns reading the socket (non-blocking, bound, UDP); the caller closes it afterwards.

    `poll` is called on every media tick. `advertised_address` is what answers tell clients.
    """

    def __init__(self, sock: socket.socket, *, advertised_address: Address) -> None:
        self.advertised_address = advertised_address
        self.counters: Counter[str] = Counter()
        self._sock = sock
        self._receiver = Receiver(sock)
        self._by_ufrag: dict[bytes, _Credentials] = {}
        self._by_path: dict[Path, list[_Credentials]] = {}
        self._by_name: dict[bytes, Path] = {}
        self._checks: dict[Path, tuple[bytes, bytes]] = {}
        self._prompting = 0

    def new_credentials(self, path: Path, *, remote_ufrag: str) -> tuple[str, str]:
        """Make and register an ICE user fragment and password for a path: (ufrag, password)."""
        ufrag, password = secrets.token_hex(8), secrets.token_hex(16)
        self.register(ufrag, password, remote_ufrag, path)
        return ufrag, password

    def register(self, ufrag: str, password: str, remote_ufrag: str, path: Path) -> None:
        """Answer checks by this user. With earlier ones, those hold until the first check by this.

        At most two are kept: the ones in use and the newest.
        """
        credentials = _Credentials(
            ufrag=ufrag.encode(),
            key=integrity_key(password.encode()),
            remote_ufrag=remote_ufrag.encode(),
            path=path,
        )
        known = self._by_path.setdefault(path, [])
        for unused in known[1:]:
            del self._by_ufrag[unused.ufrag]
        known[1:] = [credentials]
        self._by_ufrag[credentials.ufrag] = credentials

    def unregister(self, path: Path) -> None:
        """Forget a path, its credentials and its addresses. Repeatable."""
        for credentials in self._by_path.pop(path, ()):
            del self._by_ufrag[credentials.ufrag]
        for name in path.names:
            self._release(name, path)
        self._checks.pop(path, None)
        path.forget()

    def poll(self, now: float) -> None:
        """Read what waits in the socket and pass it on, without blocking."""
        for _ in range(_BATCHES):
            batch = self._receiver.receive()
            for data, name in batch:
                self._datagram_received(data, name, now)
            if len(batch) < Receiver.BATCH:
                break
        for path in list(islice(self._checks, CHECKS_A_POLL)):
            if check := self._checks.pop(path, None):  # one before may have closed the path
                self._check_received(*check, now)

    @contextmanager
    def prompt(self) -> Iterator[None]:
        """Read at once what arrives, not only on the tick: for the round trips of a handshake.

        A wake-up costs as much as reading ten datagrams, so this is for short whiles.
        """
        loop = asyncio.get_running_loop()
        if not self._prompting:
            loop.add_reader(self._sock, lambda: self.poll(loop.time()))
        self._prompting += 1
        try:
            yield
        finally:
            self._prompting -= 1
            if not self._prompting:
                loop.remove_reader(self._sock)

    def sendto(self, data: bytes, address: Address) -> None:
        """Send, or drop and count if the socket buffer is full or the kernel refuses."""
        try:
            self._sock.sendto(data, address)
        except BlockingIOError:
            self.counters["send_buffer_full"] += 1
        except OSError:  # unreachable, say: nothing that sending to another peer would suffer from
            self.counters["send_failed"] += 1

    def _datagram_received(self, data: bytes, name: bytes, now: float) -> None:
        length = len(data)
        if not length or length > MAX_DATAGRAM:
            self.counters["oversize" if length else "empty"] += 1
            return
        path = self._by_name.get(name)
        if data[0] in _STUN:
            if path is not None and path not in self._checks:
                self._checks[path] = data, name
                return
            if path is not None:
                self._check_received(*self._checks.pop(path), now)
            self._check_received(data, name, now)
            return
        if path is None:
            self.counters["unknown_source"] += 1
        elif not (
            (data[0] in _DTLS and length >= _DTLS_HEADER)
            or (data[0] in _SRTP and length >= _SRTP_HEADER)
        ):
            self.counters["malformed"] += 1
        elif not path.datagrams.take(now):
            self.counters["flood"] += 1
        else:
            path.received(data, now)

    def _check_received(self, data: bytes, name: bytes, now: float) -> None:
        request = parse_binding_request(data)
        if request is None:
            self.counters["stun_malformed"] += 1
            return
        ufrag, _, remote_ufrag = request.username.partition(b":")
        user = self._by_ufrag.get(ufrag)
        if user is None or user.remote_ufrag != remote_ufrag:
            self.counters["stun_unknown_user"] += 1
            return
        # Only who knows the password can use up what the path is allowed.
        path = user.path
        if not request.verify(user.key):
            self.counters["stun_wrong_password"] += 1
            return
        known = path.knows(request)
        if known and name not in path.names:
            self.counters["stun_replayed"] += 1
            return
        if not path.checks.take(now):
            self.counters["stun_flood"] += 1
            return
        self._settle_credentials(user)
        before = path.name
        if not known:
            path.check(request, name, now)
        self._by_name[name] = path
        while (surplus := path.surplus()) is not None:
            self._release(surplus, path)
        self.counters["checks"] += 1
        address = path.address if name == path.name and path.address else address_of(name)
        self.sendto(success_response(request, name, user.key), address)
        if path.name != before:
            path.moved()

    def _settle_credentials(self, user: _Credentials) -> None:
        """Whoever checks with the newest credentials has them: the ones before are void."""
        known = self._by_path[user.path]
        if user is known[-1] and len(known) > 1:
            for old in known[:-1]:
                del self._by_ufrag[old.ufrag]
            del known[:-1]
            user.path.restarted()

    def _release(self, name: bytes, path: Path) -> None:
        """Give up an address, unless it has become another path's: a NAT gives ports out again."""
        if self._by_name.get(name) is path:
            del self._by_name[name]
