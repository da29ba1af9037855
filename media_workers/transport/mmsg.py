"""Many UDP datagrams in one system call: recvmmsg(2) and sendmmsg(2) through cffi, no compiler.

The kernel's structures live in numpy arrays, so that thousands of entries are filled in at once.
Off Linux the same classes fall back to one recvfrom or sendto a datagram.
"""

import errno
import socket
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from cffi import FFI

if TYPE_CHECKING:
    from numpy.typing import NDArray

Address = tuple[str, int] | tuple[str, int, int, int]
HAS_MMSG = sys.platform == "linux"
MSG_DONTWAIT = getattr(socket, "MSG_DONTWAIT", 0)
UIO_MAXIOV = 1024  # the most messages that one sendmmsg takes
SOCKADDR_SIZE = 28  # sockaddr_in6, the larger of the two
NOT_NOW = {errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS, errno.ENOMEM}

MSGHDR = np.dtype(
    [
        ("name", np.uintp),
        ("namelen", np.uint32),
        ("iov", np.uintp),
        ("iovlen", np.uintp),
        ("control", np.uintp),
        ("controllen", np.uintp),
        ("flags", np.int32),
    ],
    align=True,
)
MMSGHDR = np.dtype([("header", MSGHDR), ("length", np.uint32)], align=True)
IOVEC = np.dtype([("base", np.uintp), ("length", np.uintp)], align=True)

ffi = FFI()
ffi.cdef(
    "int sendmmsg(int, void *, unsigned int, int);"
    "int recvmmsg(int, void *, unsigned int, int, void *);"
    "ssize_t sendto(int, const void *, size_t, int, const void *, unsigned int);"
)
libc: Any = ffi.dlopen(None)


def sockaddr(address: Address) -> bytes:
    """The kernel's `sockaddr_in` (16 bytes) or `sockaddr_in6` (28) for a numeric address."""
    host, port = address[0], address[1]
    if ":" not in host:
        return _family(socket.AF_INET, 16) + struct.pack("!H4s8x", port, socket.inet_aton(host))
    flow, scope = (address[2], address[3]) if len(address) == 4 else (0, 0)  # noqa: PLR2004 - IPv6
    packed = socket.inet_pton(socket.AF_INET6, host)
    return (
        _family(socket.AF_INET6, 28)
        + struct.pack("!HI16s", port, flow, packed)
        + struct.pack("=I", scope)
    )


def address_of(name: bytes) -> Address:
    """The inverse of `sockaddr`."""
    (port,) = struct.unpack_from("!H", name, 2)
    if name.startswith(_family(socket.AF_INET, 16)):
        return socket.inet_ntoa(name[4:8]), port
    (flow,) = struct.unpack_from("!I", name, 4)
    (scope,) = struct.unpack_from("=I", name, 24)
    return socket.inet_ntop(socket.AF_INET6, name[8:24]), port, flow, scope


def _family(family: int, size: int) -> bytes:
    """The first two bytes: Linux has a 16-bit family there, BSD and macOS a length before it."""
    return struct.pack("=H", family) if HAS_MMSG else bytes([size, family])


def runs(count: int, holes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The stretches `[start, stop)` of `range(count)` between the sorted `holes`."""
    start = 0
    for hole in holes:
        if hole > start:
            yield start, hole
        start = hole + 1
    if start < count:
        yield start, count


class Messages:
    """An array of mmsghdr, each with one iovec over one slot of `buffer`."""

    def __init__(self, count: int, slot_size: int) -> None:
        self.buffer = np.zeros((count, slot_size), np.uint8)
        self.names = np.zeros((count, SOCKADDR_SIZE), np.uint8)
        self.iovecs = np.zeros(count, IOVEC)
        self.headers = np.zeros(count, MMSGHDR)
        index = np.arange(count, dtype=np.uintp)
        self.iovecs["base"] = self.buffer.ctypes.data + slot_size * index
        self.iovecs["length"] = slot_size
        header = self.headers["header"]
        header["name"] = self.names.ctypes.data + SOCKADDR_SIZE * index
        header["namelen"] = SOCKADDR_SIZE
        header["iov"] = self.iovecs.ctypes.data + IOVEC.itemsize * index
        header["iovlen"] = 1
        self._first = self.headers.ctypes.data

    def at(self, index: int) -> Any:
        """A pointer to the mmsghdr at `index`, for the system call."""
        return ffi.cast("void *", self._first + MMSGHDR.itemsize * index)


class Receiver:
    """Drains a UDP socket in batches, without ever blocking."""

    BATCH = 256
    SLOT_SIZE = 2048  # a longer datagram arrives cut to this, still far beyond any that is accepted

    def __init__(self, sock: socket.socket, *, use_mmsg: bool = HAS_MMSG) -> None:
        self.socket = sock
        self.use_mmsg = use_mmsg
        self.messages = Messages(self.BATCH if use_mmsg else 0, self.SLOT_SIZE)
        self.first = self.messages.at(0)
        self.lengths = self.messages.headers["length"]
        self.data = self.messages.buffer.reshape(-1).data
        self.names = self.messages.names.reshape(-1).data

    def receive(self) -> list[tuple[bytes, bytes]]:
        """Up to a batch of `(datagram, sockaddr it came from)`; fewer than a batch: all is read.

        The second is the same for the same address (`sockaddr`), so it serves as a key.
        """
        if not self.use_mmsg:
            return self._receive_one_by_one()
        count = libc.recvmmsg(self.socket.fileno(), self.first, self.BATCH, MSG_DONTWAIT, ffi.NULL)
        if count <= 0:
            return []
        # namelen goes in and comes out: after the first datagram it is that of the socket's family.
        name_size = int(self.messages.headers["header"]["namelen"][0])
        datagrams = []
        at = name_at = 0
        for length in self.lengths[:count].tolist():
            datagrams.append(
                (
                    self.data[at : at + length].tobytes(),
                    self.names[name_at : name_at + name_size].tobytes(),
                )
            )
            at += self.SLOT_SIZE
            name_at += SOCKADDR_SIZE
        return datagrams

    def _receive_one_by_one(self) -> list[tuple[bytes, bytes]]:
        datagrams: list[tuple[bytes, bytes]] = []
        try:
            while len(datagrams) < self.BATCH:
                data, address = self.socket.recvfrom(self.SLOT_SIZE, MSG_DONTWAIT)
                datagrams.append((data, sockaddr(address)))
        except OSError:  # drained, or an ICMP error that macOS hands to unconnected sockets
            pass
        return datagrams


@dataclass(slots=True)
class Tally:
    """What became of the datagrams handed to a `Sender`."""

    sent: int = 0
    dropped: int = 0  # the kernel had no room for them
    failed: int = 0  # refused for their destination's sake: no route, not permitted


class Sender:
    """Datagrams that go out together, each with its own place in memory and its own destination.

    Fill `buffer[i]` and `lengths[i]`, name the destination once with `set_address`, then `send`.
    """

    def __init__(self, fd: int, count: int, slot_size: int, *, use_mmsg: bool = HAS_MMSG) -> None:
        self.fd = fd
        self.use_mmsg = use_mmsg
        self.messages = Messages(count, slot_size)
        self.buffer: NDArray[np.uint8] = self.messages.buffer
        self.lengths: NDArray[np.uintp] = self.messages.iovecs["length"]
        self.tally = Tally()
        self._first = 0

    def set_address(self, index: int, name: bytes) -> None:
        """Sends entry `index` to this `sockaddr` from now on."""
        self.messages.names[index, : len(name)] = np.frombuffer(name, np.uint8)
        self.messages.headers["header"]["namelen"][index] = len(name)

    def copy_address(self, to: int | slice, other: "Sender", at: int | slice) -> None:
        """Sends the entries `to` where `other` sends those `at`."""
        self.messages.names[to] = other.messages.names[at]
        name_sizes = self.messages.headers["header"]["namelen"]
        name_sizes[to] = other.messages.headers["header"]["namelen"][at]

    def send(self, count: int, holes: Iterable[int] = ()) -> int:
        """Sends entries `0..count` but the (sorted) `holes`; how many the kernel took.

        Never blocks. When the kernel has no more room the rest is dropped and counted, and the
        next call begins with those who went short.
        """
        stretches = list(runs(count, holes))
        first, self._first = self._first, 0
        ordered = [(max(start, first), stop) for start, stop in stretches if stop > first]
        ordered += [(start, min(stop, first)) for start, stop in stretches if start < first]
        total = sum(stop - start for start, stop in ordered)
        sent = failed = 0
        for start, stop in ordered:
            at = start
            while at < stop:
                taken, error = self._send_some(at, min(stop - at, UIO_MAXIOV))
                sent += taken
                at += taken
                if error in NOT_NOW:
                    self._first = at
                    break
                if error:  # this destination's own trouble must not cost the others theirs
                    failed += 1
                    at += 1
            if at < stop:
                break
        self.tally.sent += sent
        self.tally.failed += failed
        self.tally.dropped += total - sent - failed
        return sent

    def _send_some(self, at: int, count: int) -> tuple[int, int]:
        """How many the kernel took, and if none: the errno of the first."""
        if self.use_mmsg:
            taken = libc.sendmmsg(self.fd, self.messages.at(at), count, MSG_DONTWAIT)
        else:
            taken = self._send_one(at)
        if taken > 0:
            return taken, 0
        return 0, 0 if ffi.errno == errno.EINTR else ffi.errno

    def _send_one(self, at: int) -> int:
        header, iovec = self.messages.headers["header"][at], self.messages.iovecs[at]
        base, name = (ffi.cast("void *", int(x)) for x in (iovec["base"], header["name"]))
        size, name_size = int(iovec["length"]), int(header["namelen"])
        return 1 if libc.sendto(self.fd, base, size, MSG_DONTWAIT, name, name_size) >= 0 else 0
