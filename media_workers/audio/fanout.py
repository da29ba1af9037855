"""One packet to every listener of a room, each with its own header and keys, every 20 ms.

numpy writes all RTP headers at once, libsrtp (through pylibsrtp's own binding) protects each packet
where it lies, and sendmmsg hands all of them to the kernel. Listeners are kept without holes: the
last one takes the place of one who leaves.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import starmap
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pylibsrtp
from pylibsrtp._binding import ffi as srtp_ffi
from pylibsrtp._binding import lib as srtp_lib

from media_workers.audio.opus import FRAME_SIZE
from media_workers.audio.rtp import RTP_HEADER_SIZE, sender_report
from media_workers.transport.mmsg import Address, Sender, Tally, runs, sockaddr

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOT_SIZE = 512
MAX_TAG = 16
MAX_PAYLOAD = SLOT_SIZE - RTP_HEADER_SIZE - MAX_TAG
"""484 bytes: 190 kbit/s in packets of 20 ms. Larger slots hold as much more."""

FIRST_CAPACITY = 16
MAX_LISTENERS = 4096
REPORT_EVERY = 250
"""Ticks between two sender reports to the same listener: 5 s."""

CNAME = "stoa"


NO_EXCEPTIONS: Mapping[int, bytes] = MappingProxyType({})

RTP_HEADER = np.dtype(
    [
        ("first", np.uint8),
        ("second", np.uint8),
        ("sequence_number", ">u2"),
        ("timestamp", ">u4"),
        ("ssrc", ">u4"),
    ]
)
STATE = np.dtype(
    [
        ("sequence_number", np.uint16),  # of the next packet
        ("offset", np.uint32),  # the listener's timestamps are the room's clock and this
        ("payload_type", np.uint8),
        ("pausing", np.bool_),  # got nothing in the last tick: the next packet has the marker
        ("tag_length", np.uint8),
        ("packets", np.uint32),
        ("octets", np.uint32),
        ("report_phase", np.uint16),
    ],
    align=True,
)


class FanoutFull(Exception):
    """There are `MAX_LISTENERS` already."""


@dataclass(slots=True)
class Listener:
    """Where a listener's entries are, and the SRTP session that has to outlive them."""

    index: int
    srtp: pylibsrtp.Session


class Fanout:
    """The listeners of one room. Call `send` or `skip` once a tick; nothing here blocks.

    `tally` counts packets: sent, dropped for want of room in the socket (give that a send buffer
    of some megabytes), failed for the destination's sake. `unprotected` counts those that libsrtp
    refused to encrypt, which are not sent either.
    """

    _sender: Sender
    _state: "NDArray[np.void]"
    _headers: "NDArray[np.void]"
    _sizes: "NDArray[np.int32]"
    _protected: list[tuple[Any, Any, Any]]

    def __init__(self, fd: int, *, slot_size: int = SLOT_SIZE, tally: Tally | None = None) -> None:
        self.tally = tally or Tally()
        self.unprotected = 0
        self._fd = fd
        self._slot_size = slot_size
        self._listeners: dict[int, Listener] = {}
        self._slots: list[int] = []  # by index
        self._next_slot = 0
        self._clock = 0
        self._report_phase = 0
        self._allocate(FIRST_CAPACITY)

    def __len__(self) -> int:
        return len(self._slots)

    def add(
        self,
        *,
        srtp: pylibsrtp.Session,
        tag_length: int,
        ssrc: int,
        payload_type: int,
        address: Address,
    ) -> int:
        """A new listener's slot id, never used again. FanoutFull if there is no room.

        Sequence number and timestamp start at random (RFC 3550 section 5.1), the former in the
        lower half: whoever misses the first packets must not misjudge the roll-over (RFC 3711
        section 3.3.1).
        """
        index = len(self._slots)
        if index == MAX_LISTENERS:
            raise FanoutFull
        if tag_length > MAX_TAG:
            raise ValueError(f"a tag of {tag_length} bytes does not fit")
        if index == len(self._state):
            self._allocate(2 * index)
        slot = self._next_slot
        self._next_slot += 1
        self._state[index] = (
            secrets.randbits(15),
            secrets.randbits(32),
            payload_type,
            True,
            tag_length,
            0,
            0,
            slot % REPORT_EVERY,
        )
        self._headers["ssrc"][index] = ssrc
        self._sender.set_address(index, sockaddr(address))
        self._slots.append(slot)
        self._listeners[slot] = Listener(index, srtp)
        self._protected.append(self._to_protect(index, srtp))
        return slot

    def move(self, slot: int, address: Address) -> None:
        """Sends to another address from now on. KeyError if the slot is gone."""
        self._sender.set_address(self._listeners[slot].index, sockaddr(address))

    def remove(self, slot: int) -> None:
        """Sends nothing more to this listener. KeyError if the slot is gone."""
        index = self._listeners.pop(slot).index
        last = len(self._slots) - 1
        if index != last:
            moved = self._listeners[self._slots[last]]
            moved.index = index
            self._slots[index] = self._slots[last]
            self._protected[index] = self._to_protect(index, moved.srtp)
            self._state[index] = self._state[last]
            self._headers["ssrc"][index] = self._headers["ssrc"][last]
            self._sender.copy_address(index, self._sender, last)
        self._slots.pop()
        self._protected.pop()

    def send(
        self, payload: bytes, *, instead: Mapping[int, bytes] = NO_EXCEPTIONS, frames: int = 1
    ) -> int:
        """Sends `payload`, which lasts for so many ticks, to every listener; how many packets went.

        `instead` has other payloads for some slots. An empty payload is none: nothing is sent to
        those whom it is for, as with `skip`.
        """
        count = len(self._slots)
        self._write_headers(count)
        self._clock += FRAME_SIZE * (frames - 1)
        exceptions = {
            self._listeners[slot].index: other
            for slot, other in instead.items()
            if slot in self._listeners
        }
        went = np.zeros(count, np.bool_)
        octets = np.full(count, len(payload), np.uint32)
        if payload:
            self._write_payload(slice(count), payload)
        for start, stop in runs(count, sorted(exceptions)) if payload else ():
            went[start:stop] = True
            self._protect(start, stop, len(payload), went)
        for index, other in exceptions.items():
            if other:
                self._write_payload(slice(index, index + 1), other)
                went[index] = True
                octets[index] = len(other)
                self._protect(index, index + 1, len(other), went)
        state = self._state[:count]
        state["sequence_number"] += went
        state["packets"] += went
        state["octets"] += octets * went
        state["pausing"] = ~went
        holes = () if went.all() else np.flatnonzero(~went).tolist()
        return self._sender.send(count, holes)

    def skip(self) -> None:
        """A tick in which nobody is sent anything: the timestamps go on."""
        self._clock += FRAME_SIZE
        self._state["pausing"][: len(self._slots)] = True

    def sender_reports(self, now_ntp: int) -> list[tuple[int, bytes]]:
        """The slots whose SR is due in this tick, with a compound packet yet to be protected.

        Call it once a tick: everybody's turn comes every 5 s. `now_ntp`: 64 bits, seconds since
        1900 in the upper half.
        """
        state = self._state[: len(self._slots)]
        due = (state["report_phase"] == self._report_phase) & (state["packets"] > 0)
        self._report_phase = (self._report_phase + 1) % REPORT_EVERY
        return [
            (
                self._slots[index],
                sender_report(
                    ssrc=int(self._headers["ssrc"][index]),
                    ntp=now_ntp,
                    timestamp=(int(state["offset"][index]) + self._clock) & 0xFFFFFFFF,
                    packets=int(state["packets"][index]),
                    octets=int(state["octets"][index]),
                    cname=CNAME,
                ),
            )
            for index in np.flatnonzero(due).tolist()
        ]

    def _write_headers(self, count: int) -> None:
        self._clock += FRAME_SIZE
        headers, state = self._headers[:count], self._state[:count]
        headers["second"] = state["payload_type"] | state["pausing"].view(np.uint8) << 7
        headers["sequence_number"] = state["sequence_number"]
        headers["timestamp"] = state["offset"] + np.uint32(self._clock & 0xFFFFFFFF)

    def _write_payload(self, where: slice, payload: bytes) -> None:
        if len(payload) > self._slot_size - RTP_HEADER_SIZE - MAX_TAG:
            raise ValueError(f"a payload of {len(payload)} bytes does not fit")
        size = RTP_HEADER_SIZE + len(payload)
        self._sender.buffer[where, RTP_HEADER_SIZE:size] = np.frombuffer(payload, np.uint8)
        self._sender.lengths[where] = self._state["tag_length"][where] + np.uintp(size)

    def _protect(self, start: int, stop: int, payload_size: int, went: "NDArray[np.bool_]") -> None:
        """Encrypts the packets in `[start, stop)` where they lie, and strikes those that fail."""
        self._sizes[start:stop] = RTP_HEADER_SIZE + payload_size
        part = slice(start, stop)
        # starmap() calls it without a step of the interpreter's own in between.
        statuses = list(starmap(srtp_lib.srtp_protect, self._protected[part]))
        if any(statuses):
            went[part] = np.equal(statuses, 0)
            self.unprotected += len(statuses) - statuses.count(0)

    def _to_protect(self, index: int, srtp: pylibsrtp.Session) -> tuple[Any, Any, Any]:
        """What `srtp_protect` takes: the session, the packet's place, and its length's."""
        packet = self._sender.buffer.ctypes.data + index * self._slot_size
        length = self._sizes.ctypes.data + index * self._sizes.itemsize
        session = srtp._srtp[0]  # noqa: SLF001 - its own `protect` copies each packet twice
        return session, srtp_ffi.cast("void *", packet), srtp_ffi.cast("int *", length)

    def _allocate(self, capacity: int) -> None:
        """Makes room for so many listeners, and moves those that are there."""
        count = len(self._slots)
        sender, state = Sender(self._fd, capacity, self._slot_size), np.zeros(capacity, STATE)
        headers = sender.buffer[:, :RTP_HEADER_SIZE].view(RTP_HEADER)[:, 0]
        headers["first"] = 0x80
        if count:
            state[:count] = self._state
            headers["ssrc"][:count] = self._headers["ssrc"]
            sender.copy_address(slice(count), self._sender, slice(count))
        sender.tally = self.tally
        self._sender, self._state, self._headers = sender, state, headers
        self._sizes = np.zeros(capacity, np.int32)
        self._protected = [
            self._to_protect(index, self._listeners[slot].srtp)
            for index, slot in enumerate(self._slots)
        ]
