"""A listener's end of the fan-out."""

import socket
from dataclasses import dataclass, field
from itertools import pairwise

from pylibsrtp import Policy, Session

from media_workers.audio.fanout import Fanout
from media_workers.audio.rtp import RtpPacket, parse_rtp

PROFILES = {
    16: (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28),
    10: (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30),
}


@dataclass
class Client:
    """A listener's end: a socket, the keys, and what has been heard."""

    ssrc: int
    tag_length: int
    sock: socket.socket
    tx: Session
    rx: Session
    packets: list[RtpPacket] = field(default_factory=list)
    slot: int = -1

    def listen(self) -> list[RtpPacket]:
        """What arrived since the last time, decrypted. Raises if any of it is not readable."""
        new = []
        while True:
            try:
                data = self.sock.recv(2048)
            except BlockingIOError:
                break
            packet = parse_rtp(self.rx.unprotect(data))
            assert packet is not None
            new.append(packet)
        self.packets += new
        return new

    def is_unbroken(self) -> bool:
        return all(
            (b.sequence_number - a.sequence_number) & 0xFFFF == 1
            and (b.timestamp - a.timestamp) & 0xFFFFFFFF == 960
            for a, b in pairwise(self.packets)
        )


def add(fanout: Fanout, client: Client) -> Client:
    client.slot = fanout.add(
        srtp=client.tx,
        tag_length=client.tag_length,
        ssrc=client.ssrc,
        payload_type=96 + client.ssrc % 30,
        address=client.sock.getsockname(),
    )
    return client
