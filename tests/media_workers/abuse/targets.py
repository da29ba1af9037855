"""The ways into a worker, each with what a sound client says there and how to say it unsoundly.

Everything goes through a real socket to a real edge and peer; what is encrypted is changed before
it is, so that it gets as far as a member's own packets do.
"""

import contextlib
import struct
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pylibsrtp

from media_workers.audio.opus import FRAME_SIZE, Encoder
from media_workers.audio.receive import SpeakerReceiver
from media_workers.audio.rtp import (
    ReportBlock,
    RtpPacket,
    build_rtp,
    goodbye,
    receiver_report,
    sender_report,
)
from media_workers.transport.sdp import SdpError, parse_offer, parse_trickle_fragment
from media_workers.transport.stun import (
    BINDING_REQUEST,
    ICE_CONTROLLING,
    MESSAGE_INTEGRITY,
    PRIORITY,
    USE_CANDIDATE,
    USERNAME,
    _attribute,
    _signed,
    integrity_key,
)
from tests.media_workers.abuse.mutation import combined, mutated, mutated_lines

OPUS, RED = 111, 63
SSRC = 7
VIDEO = b"m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=rtpmap:96 VP8/90000\r\n"
LONGEST = 1300
BETWEEN = 0.05
"""Seconds between two inputs, so that no rate is exceeded and everything is looked at."""


class Target:
    """`renew` before the first input, and when `over`; `send` an input; `take` does the work."""

    data = False
    renewed_every = 400

    def __init__(self, lab: Any, offer_text: Callable[..., str], random: Random) -> None:
        self.lab = lab
        self.offer_text = offer_text
        self.random = random
        self.peer: Any = None
        self.client: Any = None
        self.heard: Any = None
        self.dropped: Counter[str] = Counter()

    @property
    def over(self) -> bool:
        """The last input ended the connection."""
        return bool(self.peer.closed_reason)

    async def renew(self) -> None:
        self.forget()
        self.peer, self.client, self.heard = await self.lab.connect(
            self.offer_text(data=self.data), data=self.data
        )

    def forget(self) -> None:
        """Leave nothing behind of the last connection."""
        if self.client is not None:
            self.dropped += self.peer.dropped
            self.peer.close("done")
            self.client.close()
            self.lab.peers.remove(self.peer)
            self.lab.clients.remove(self.client)

    def send(self) -> None:
        self.client.send(self.make())

    def make(self) -> bytes:
        raise NotImplementedError

    def take(self) -> None:
        self.lab.now += BETWEEN
        self.lab.edge.poll(self.lab.now)
        self.peer.tick(self.lab.now)
        self.heard.events.clear()

    def drain(self) -> None:
        """What the worker has answered is of no interest, but must not fill the socket."""
        self.client.check(use_candidate=True)  # also keeps consent
        for sock in self.client.sockets:
            with contextlib.suppress(BlockingIOError):
                while True:
                    sock.recv(4096)


class Stun(Target):
    """Connectivity checks, half of them signed after they were changed."""

    def make(self) -> bytes:
        check = self.client.make_check(use_candidate=self.random.random() < 0.5)
        if self.random.random() < 0.5:
            return mutated(self.random, check)
        username = f"{self.client.ufrag}:{self.client.mine}".encode()
        attributes = [
            _attribute(kind, mutated(self.random, value) if self.random.random() < 0.2 else value)
            for kind, value in (
                (USERNAME, username),
                (PRIORITY, bytes(4)),
                (ICE_CONTROLLING, bytes(8)),
                (USE_CANDIDATE, b""),
                (self.random.getrandbits(16), self.random.randbytes(self.random.randrange(20))),
                (MESSAGE_INTEGRITY, bytes(20)),
            )
            if self.random.random() < (0.1 if kind == MESSAGE_INTEGRITY else 0.95)
        ]
        key = integrity_key(self.client.password.encode())
        transaction_id = self.random.randbytes(12)
        return _signed(BINDING_REQUEST, transaction_id, b"".join(attributes), key)

    def send(self) -> None:
        if self.random.random() < 0.1 and len(self.client.sockets) < 8:
            self.client.move()
        super().send()


class Srtp(Target):
    """Packets changed before they are protected; what SRTP refuses to protect, changed after."""

    def protected(self, plain: bytes, protect: Callable[[bytes], bytes], sound: bytes) -> bytes:
        with contextlib.suppress(pylibsrtp.Error):
            return protect(plain[:LONGEST])
        return mutated(self.random, sound)


class Rtp(Srtp):
    """A voice, plain or redundant, into the receiver and out of it every 20 ms."""

    async def renew(self) -> None:
        await super().renew()
        encoder = Encoder()
        self.frames = [
            encoder.encode(tone)
            for tone in (3000 * np.sin(np.arange(5 * FRAME_SIZE) / 9))
            .astype(np.int16)
            .reshape(5, FRAME_SIZE)
        ]
        self.receiver = SpeakerReceiver(OPUS, RED)
        self.number = 0

    def make(self) -> bytes:
        self.number += 1
        frame, before = self.random.choices(self.frames, k=2)
        redundant = struct.pack("!IB", (0x80 | OPUS) << 24 | 960 << 10 | len(before), OPUS)
        payload, kind = (
            (frame, OPUS) if self.random.random() < 0.5 else (redundant + before + frame, RED)
        )
        header = (kind, False, self.number & 0xFFFF, self.number * 960 & 0xFFFFFFFF, SSRC)
        sound = build_rtp(RtpPacket(*header, payload))
        if self.random.random() < 0.7:
            changed = build_rtp(RtpPacket(*header, mutated(self.random, payload)))
        else:
            changed = mutated(self.random, sound)
            changed = changed[:2] + sound[2:4] + changed[4:]  # SRTP takes no old numbers
            if self.random.random() < 0.9:
                changed = changed[:8] + sound[8:12] + changed[12:]  # nor ever more sources
        return self.protected(changed, self.client.dtls.srtp_tx.protect, sound)

    def take(self) -> None:
        super().take()
        for packet in self.heard.rtp:
            self.receiver.receive(packet, self.lab.now)
        self.heard.rtp.clear()
        self.receiver.pull(self.lab.now)
        self.receiver.report_block()


class Rtcp(Srtp):
    """Reports about us and others, compound and not."""

    def make(self) -> bytes:
        block = ReportBlock(
            ssrc=self.peer.ssrc, fraction_lost=26, packets_lost=100, highest_sequence=9, jitter=48
        )
        packets = [
            receiver_report(ssrc=SSRC, blocks=[block], cname="client"),
            receiver_report(ssrc=SSRC, blocks=[block] * 31, cname="client"),
            receiver_report(ssrc=SSRC, blocks=[], cname="client"),
            sender_report(
                ssrc=SSRC, ntp=1 << 40, timestamp=960, packets=9, octets=99, cname="client"
            ),
            goodbye(SSRC),
        ]
        sound = combined(self.random, packets)
        changed = sound[:8] + mutated(self.random, sound[8:])
        if self.random.random() < 0.5:
            changed = mutated(self.random, sound)
        return self.protected(changed, self.client.dtls.srtp_tx.protect_rtcp, sound)


class Dtls(Target):
    """A handshake's flights and records after it, at every stage of the association."""

    renewed_every = 12

    async def renew(self) -> None:
        self.forget()
        self.peer, self.client, self.heard = self.lab.join(self.offer_text(data=False))
        self.flight: list[bytes] = []
        self.client.dtls._send = self.flight.append
        self.client.check(use_candidate=True)
        self.client.dtls.begin()
        for _ in range(self.random.randrange(3)):
            flight = self.flight[:]
            for datagram in flight:
                self.client.send(datagram)
            super().take()
            self.flight.clear()
            self.client.read()
        if self.client.dtls.connected:
            self.client.dtls.send(b"application data")
        self.flight = self.flight or [b"\x16\xfe\xfd" + bytes(10)]

    def make(self) -> bytes:
        return mutated(self.random, self.random.choice(self.flight))


class Sdp(Target):
    """Offers and fragments; of those that are taken for sound, a peer is made."""

    over = False

    async def renew(self) -> None:
        self.corpus = [
            self.offer_text().encode(),
            self.offer_text(data=False, direction="recvonly").encode(),
            self.offer_text(data=False).encode() + VIDEO,
            b"a=ice-ufrag:fresh\r\na=ice-pwd:" + b"p" * 22 + b"\r\nm=audio 9 RTP/AVP 0\r\na=mid:0",
        ]

    def forget(self) -> None:
        pass

    def drain(self) -> None:
        pass

    def make(self) -> bytes:
        change = mutated if self.random.random() < 0.3 else mutated_lines
        return change(self.random, self.random.choice(self.corpus))

    def send(self) -> None:
        self.text = self.make()

    def take(self) -> None:
        with contextlib.suppress(SdpError):
            parse_trickle_fragment(self.text)
        with contextlib.suppress(SdpError):
            parse_offer(self.text)
            peer, client, _ = self.lab.join(self.text)
            peer.close("done")
            client.close()
            self.lab.peers.remove(peer)
            self.lab.clients.remove(client)
