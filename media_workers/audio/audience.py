"""All hearers of a room, by how much sound they want in a packet; to use like one fan-out."""

from collections.abc import Iterator, Mapping

import pylibsrtp

from media_workers.audio.bundle import FRAME_TIME, PACKET_TIMES, Bundles
from media_workers.audio.fanout import NO_EXCEPTIONS, SLOT_SIZE, Fanout
from media_workers.transport.mmsg import Address, Tally


class Audience:
    """A fan-out for each packet time that is asked for. Call `send` or `skip` once a tick.

    Nothing here blocks. `tally` counts packets as in `Fanout`.
    """

    def __init__(self, fd: int) -> None:
        self.tally = Tally()
        self._fd = fd
        self._fanout = Fanout(fd, tally=self.tally)
        self._bundles: dict[int, Bundles] = {}  # by the place in PACKET_TIMES

    def __len__(self) -> int:
        return sum(map(len, self._fanouts()))

    @property
    def unprotected(self) -> int:
        """Packets that libsrtp refused to encrypt."""
        return sum(fanout.unprotected for fanout in self._fanouts())

    def add(
        self,
        *,
        srtp: pylibsrtp.Session,
        tag_length: int,
        ssrc: int,
        payload_type: int,
        address: Address,
        packet_time: int = FRAME_TIME,
    ) -> int:
        """A new listener's slot id, never used again. `packet_time` is one of `PACKET_TIMES`.

        Raises FanoutFull.
        """
        kind = PACKET_TIMES.index(packet_time)
        if kind and kind not in self._bundles:
            frames = packet_time // FRAME_TIME
            fanout = Fanout(self._fd, slot_size=SLOT_SIZE * frames, tally=self.tally)
            self._bundles[kind] = Bundles(fanout, frames)
        slot = self._of(kind).add(
            srtp=srtp, tag_length=tag_length, ssrc=ssrc, payload_type=payload_type, address=address
        )
        return _outer(kind, slot)

    def move(self, slot: int, address: Address) -> None:
        """Sends to another address from now on. KeyError if the slot is gone."""
        inner, kind = divmod(slot, len(PACKET_TIMES))
        self._of(kind).move(inner, address)

    def remove(self, slot: int) -> None:
        """Sends nothing more to this listener. KeyError if the slot is gone."""
        inner, kind = divmod(slot, len(PACKET_TIMES))
        self._of(kind).remove(inner)

    def send(self, payload: bytes, *, instead: Mapping[int, bytes] = NO_EXCEPTIONS) -> int:
        """As `Fanout.send`; `instead` is only for those who get 20 ms at once."""
        inside = {slot // len(PACKET_TIMES): other for slot, other in instead.items()}
        sent = self._fanout.send(payload, instead=inside)
        for bundles in self._bundles.values():
            sent += bundles.send(payload) if payload else bundles.skip()
        return sent

    def skip(self) -> int:
        """A tick in which nobody is sent anything new; how many packets had waited for it."""
        self._fanout.skip()
        return sum(bundles.skip() for bundles in self._bundles.values())

    def sender_reports(self, now_ntp: int) -> list[tuple[int, bytes]]:
        """As `Fanout.sender_reports`."""
        reports = [(_outer(0, slot), it) for slot, it in self._fanout.sender_reports(now_ntp)]
        for kind, bundles in self._bundles.items():
            reports += [(_outer(kind, slot), it) for slot, it in bundles.sender_reports(now_ntp)]
        return reports

    def _of(self, kind: int) -> Fanout:
        return self._bundles[kind].fanout if kind else self._fanout

    def _fanouts(self) -> Iterator[Fanout]:
        yield self._fanout
        for bundles in self._bundles.values():
            yield bundles.fanout


def _outer(kind: int, slot: int) -> int:
    """Slot ids of all fan-outs in one range."""
    return slot * len(PACKET_TIMES) + kind
