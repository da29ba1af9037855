"""A lean client of the media door: as little work as a listener or a speaker can do."""

import asyncio
import secrets
import socket
import struct
import time
from collections.abc import Callable

import urllib3
from pylibsrtp import Error as SrtpError

from media_workers.audio.opus import FRAME_SIZE
from media_workers.audio.rtp import ReportBlock, receiver_report
from media_workers.transport.dtls import Certificate, DtlsTransport
from media_workers.transport.mmsg import Address
from media_workers.transport.sdp import Fingerprint
from media_workers.transport.stun import binding_request
from support.elsewhere import ELSEWHERE
from support.sockets import BELOW_RTP, attach

CHECK_EVERY = 2.5  # s, as Chromium does
REPORT_EVERY = 5.0
PAYLOAD_TYPE = 111
HTTP = urllib3.PoolManager(maxsize=16, retries=False, timeout=60)
COME_AGAIN = urllib3.Retry(
    connect=0, read=0, status=5, status_forcelist=[503], allowed_methods=None, raise_on_status=False
)


class Client:
    """One connection. `received` is called with each RTP packet, still protected, and the time.

    Without it sound ends in the kernel, as if the listener were on another machine. `ptime`: the
    milliseconds that the client wants in a packet.
    """

    def __init__(
        self,
        certificate: Certificate,
        media: dict[str, str],
        *,
        sends: bool = False,
        received: Callable[[bytes, float], None] | None = None,
        ptime: int | None = None,
    ) -> None:
        self.packets = 0
        self.connected = asyncio.Event()
        self._received = received
        self._sends = sends
        self._ptime = ptime
        self._certificate = certificate
        self._ufrag = secrets.token_hex(4)
        self._ssrc = secrets.randbits(32)
        self._sequence_number = self._timestamp = 0
        lines = self._exchange(media).decode().splitlines()
        value = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
        self._username = f"{value['a=ice-ufrag']}:{self._ufrag}".encode()
        self._password = value["a=ice-pwd"].encode()
        algorithm, _, digest = value["a=fingerprint"].partition(" ")
        self._remote_ssrc = int(value["a=ssrc"].split()[0])
        candidate = value["a=candidate"].split()
        self._server = (candidate[4], int(candidate[5]))
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((self._server[0] if received or sends else ELSEWHERE, 0))
        self._dtls = DtlsTransport(
            certificate, Fingerprint(algorithm, digest), send=self._send, role="client"
        )

    @property
    def address(self) -> Address:
        """Where it takes what it is sent."""
        address: Address = self._socket.getsockname()
        return address

    async def run(self) -> None:
        """Connect, and keep the connection until cancelled."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._socket, self._read)
        try:
            self._check()
            self._dtls.begin()
            reported = time.monotonic()
            while True:
                await asyncio.sleep(CHECK_EVERY)
                self._check()
                if time.monotonic() - reported >= REPORT_EVERY and self.connected.is_set():
                    reported = time.monotonic()
                    self._send(self._dtls.srtp_tx.protect_rtcp(self._report()))
        finally:
            loop.remove_reader(self._socket)
            self._dtls.close()
            self._socket.close()

    def send_frame(self, payload: bytes) -> None:
        """One Opus frame of 20 ms."""
        header = struct.pack(
            ">BBHII", 0x80, PAYLOAD_TYPE, self._sequence_number, self._timestamp, self._ssrc
        )
        self._sequence_number = (self._sequence_number + 1) % 65536
        self._timestamp = (self._timestamp + FRAME_SIZE) % 2**32
        self._send(self._dtls.srtp_tx.protect(header + payload))

    def payload(self, packet: bytes) -> bytes:
        """What a received packet holds; empty if it is not for us."""
        try:
            return bytes(self._dtls.srtp_rx.unprotect(packet)[12:])
        except SrtpError:
            return b""

    def _exchange(self, media: dict[str, str]) -> bytes:
        answer = HTTP.request(
            "POST",
            media["url"],
            body=self._offer(),
            retries=COME_AGAIN,
            headers={
                "Authorization": f"Bearer {media['token']}",
                "Content-Type": "application/sdp",
            },
        )
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {answer.data!r}")
        return answer.data

    def _offer(self) -> str:
        fingerprint = self._certificate.fingerprint
        lines = (
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            f"m=audio 9 UDP/TLS/RTP/SAVPF {PAYLOAD_TYPE}",
            "c=IN IP4 0.0.0.0",
            "a=mid:0",
            f"a={'sendrecv' if self._sends else 'recvonly'}",
            "a=rtcp-mux",
            f"a=rtpmap:{PAYLOAD_TYPE} opus/48000/2",
            f"a=fmtp:{PAYLOAD_TYPE} minptime=10;useinbandfec=1",
            f"a=ice-ufrag:{self._ufrag}",
            f"a=ice-pwd:{secrets.token_hex(12)}",
            f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}",
            "a=setup:active",
            *([f"a=ptime:{self._ptime}"] if self._ptime else []),
        )
        return "\r\n".join(lines) + "\r\n"

    def _report(self) -> bytes:
        """All is well."""
        block = ReportBlock(
            ssrc=self._remote_ssrc, fraction_lost=0, packets_lost=0, highest_sequence=0, jitter=48
        )
        return receiver_report(ssrc=self._ssrc, blocks=[block], cname="bench")

    def _check(self) -> None:
        self._send(
            binding_request(username=self._username, password=self._password, use_candidate=True)
        )

    def _send(self, data: bytes) -> None:
        self._socket.sendto(data, self._server)

    def _opened(self) -> None:
        """DTLS is done."""
        if self._received is None:
            attach(self._socket, BELOW_RTP)

    def _sctp_received(self, message: bytes) -> None:
        """A packet of the data channel; nothing to a client without events."""

    def _read(self) -> None:
        while True:
            try:
                data = self._socket.recv(2048)
            except BlockingIOError:
                return
            if 20 <= data[0] < 64:
                for message in self._dtls.receive(data):
                    self._sctp_received(message)
                if self._dtls.connected and not self.connected.is_set():
                    self.connected.set()
                    self._opened()
            elif data[0] >= 128 and not 64 <= data[1] & 127 < 96:
                self.packets += 1
                if self._received is not None:
                    self._received(data, time.perf_counter())
