"""Several frames in one packet, for listeners who asked for fewer packets (RFC 8866 `a=ptime`).

A packet costs the same whatever is in it, and 40 or 60 ms of sound take a half or a third of them.
The frames are those that everybody gets, put together as they are: nothing is encoded again.
"""

from collections.abc import Sequence

from media_workers.audio.fanout import Fanout

PACKET_TIMES = (20, 40, 60)
"""Milliseconds of sound in a packet."""

FRAME_TIME = 20
NTP_TICK = 2**32 * FRAME_TIME // 1000

_CODE = 0b11
_ARBITRARY, _VARIABLE = 3, 0x80  # RFC 6716 section 3.2.5
_ONE_BYTE = 252  # from here on, a length takes two


class Bundles:
    """A fan-out to listeners who get `frames` frames of 20 ms at once.

    Less than that is sent when silence begins, and when the next frame is of another kind, for all
    frames of a packet have one configuration.
    """

    def __init__(self, fanout: Fanout, frames: int) -> None:
        self.fanout = fanout
        self._frames = frames
        self._waiting: list[bytes] = []

    def send(self, frame: bytes) -> int:
        """The frame of a tick; how many packets the kernel took, of which the last may wait."""
        sent = self._flush() if self._waiting and not alike(self._waiting[0], frame) else 0
        self._waiting.append(frame)
        if len(self._waiting) == self._frames:
            sent += self._flush()
        return sent

    def skip(self) -> int:
        """A tick without a frame: what waits is sent, and then nothing."""
        sent = self._flush()
        self.fanout.skip()
        return sent

    def sender_reports(self, now_ntp: int) -> list[tuple[int, bytes]]:
        """As `Fanout.sender_reports`: its clock stands at the first of the frames that wait."""
        return self.fanout.sender_reports(now_ntp - NTP_TICK * len(self._waiting))

    def _flush(self) -> int:
        if not self._waiting:
            return 0
        sent = self.fanout.send(bundle(self._waiting), frames=len(self._waiting))
        self._waiting.clear()
        return sent


def alike(first: bytes, second: bytes) -> bool:
    """Whether two packets of one frame each may become one packet."""
    return not (first[0] ^ second[0]) & ~_CODE and not (first[0] | second[0]) & _CODE


def bundle(frames: Sequence[bytes]) -> bytes:
    """One packet out of packets of one frame each that are alike (RFC 6716 section 3.2.5)."""
    if len(frames) == 1:
        return frames[0]
    header = bytes([frames[0][0] | _ARBITRARY, _VARIABLE | len(frames)])
    lengths = b"".join(_length(len(frame) - 1) for frame in frames[:-1])
    return header + lengths + b"".join(frame[1:] for frame in frames)


def _length(size: int) -> bytes:
    """RFC 6716 section 3.2.1."""
    if size < _ONE_BYTE:
        return bytes([size])
    low = _ONE_BYTE + (size & 0b11)
    return bytes([low, size - low >> 2])
