"""Every listener gets every packet, readable with his own keys and in one unbroken sequence."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from aiortc import rtp as oracle
from pylibsrtp import Policy, Session

from media_workers.audio.fanout import (
    MAX_LISTENERS,
    MAX_PAYLOAD,
    REPORT_EVERY,
    Fanout,
    FanoutFull,
)
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


@pytest.fixture
def client() -> Iterator[Callable[..., Client]]:
    sockets = []

    def make(ssrc: int, tag_length: int = 16) -> Client:
        profile, key_size = PROFILES[tag_length]
        key = os.urandom(key_size)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        sockets.append(sock)
        tx, rx = (
            Session(Policy(key=key, ssrc_type=kind, srtp_profile=profile))
            for kind in (Policy.SSRC_ANY_OUTBOUND, Policy.SSRC_ANY_INBOUND)
        )
        return Client(ssrc, tag_length, sock, tx, rx)

    yield make
    for sock in sockets:
        sock.close()


@pytest.fixture
def sock() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


@pytest.fixture
def fanout(sock: socket.socket) -> Fanout:
    return Fanout(sock.fileno())


def add(fanout: Fanout, client: Client) -> Client:
    client.slot = fanout.add(
        srtp=client.tx,
        tag_length=client.tag_length,
        ssrc=client.ssrc,
        payload_type=96 + client.ssrc % 30,
        address=client.sock.getsockname(),
    )
    return client


def test_each_listener_reads_each_packet_with_his_own_header(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    clients = [add(fanout, client(ssrc, tag)) for ssrc in range(1, 20) for tag in (16, 10)]
    payloads = [os.urandom(size) for size in (1, 80, 200, MAX_PAYLOAD, 3)]

    assert [fanout.send(payload) for payload in payloads] == [len(clients)] * 5

    for one in clients:
        heard = one.listen()
        assert [packet.payload for packet in heard] == payloads
        assert {packet.ssrc for packet in heard} == {one.ssrc}
        assert {packet.payload_type for packet in heard} == {96 + one.ssrc % 30}
        assert one.is_unbroken()
        assert heard[0].sequence_number < 0x8000
    assert len({one.packets[0].timestamp for one in clients}) > 1


def test_coming_going_and_moving_breaks_nobodys_sequence(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    dice = np.random.default_rng(3)
    present = [add(fanout, client(ssrc)) for ssrc in range(1, 31)]
    gone: list[Client] = []
    for tick in range(200):
        what = dice.integers(4)
        if what == 0 and len(present) > 1:
            leaver = present.pop(int(dice.integers(len(present))))
            fanout.remove(leaver.slot)
            gone.append(leaver)
        elif what == 1 and len(present) + len(gone) < 90:
            present.append(add(fanout, client(100 + tick)))
        elif what == 2:
            mover = present[int(dice.integers(len(present)))]
            elsewhere = client(0)
            mover.listen()
            mover.sock = elsewhere.sock
            fanout.move(mover.slot, mover.sock.getsockname())
        payload = tick.to_bytes(2)

        assert fanout.send(payload) == len(present)

        for one in present:
            assert [packet.payload for packet in one.listen()] == [payload]
        assert not any(one.listen() for one in gone)
    assert all(one.is_unbroken() for one in (*present, *gone))
    assert len(fanout) == len(present)


def test_the_sequence_number_wraps_and_is_read_on(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    leaver, stayer = add(fanout, client(1)), add(fanout, client(2, tag_length=10))
    before = None
    for tick in range(70_000):
        fanout.send(b"x")
        if tick == 35_000:
            fanout.remove(leaver.slot)  # which moves the other in the middle of a roll-over period
        if tick % 50 == 0:
            for packet in stayer.listen():
                assert before is None or (packet.sequence_number - before) & 0xFFFF == 1
                before = packet.sequence_number
            leaver.listen()
    stayer.listen()

    assert len(stayer.packets) == 70_000
    assert len(leaver.packets) == 35_001
    assert leaver.is_unbroken()


def test_some_hear_something_else_and_some_nothing(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    clients = [add(fanout, client(ssrc)) for ssrc in range(1, 8)]
    first, fourth, last = clients[0], clients[3], clients[6]

    fanout.send(b"hello")
    for one in clients:
        one.listen()
    sent = fanout.send(
        b"for all", instead={last.slot: b"a longer one for the last", first.slot: b"", 999: b"?"}
    )
    again = fanout.send(b"again", instead={fourth.slot: b"own"})

    assert (sent, again) == (6, 7)
    assert [p.payload for p in last.listen()] == [b"a longer one for the last", b"again"]
    assert [p.payload for p in fourth.listen()] == [b"for all", b"own"]
    (after,) = first.listen()
    assert (after.payload, after.marker) == (b"again", True)
    assert after.timestamp == (first.packets[0].timestamp + 2 * 960) & 0xFFFFFFFF
    for one in clients[1:]:
        one.listen()
        assert one.is_unbroken()
        assert [packet.marker for packet in one.packets] == [True, False, False]


def test_a_growing_room_breaks_nobodys_sequence(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    clients = []
    for ssrc in range(140):
        clients.append(add(fanout, client(ssrc)))
        fanout.send(b"x")

    for number, one in enumerate(clients):
        assert len(one.listen()) == 140 - number
        assert one.is_unbroken()
        assert {packet.ssrc for packet in one.packets} == {number}


def test_with_nothing_for_all_only_the_exceptions_are_sent(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    one, other = add(fanout, client(1)), add(fanout, client(2))

    assert fanout.send(b"", instead={other.slot: b"own"}) == 1

    assert one.listen() == []
    assert [packet.payload for packet in other.listen()] == [b"own"]


def test_after_a_silence_the_time_has_gone_on_and_the_marker_is_set(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    one = add(fanout, client(1))
    fanout.send(b"a")
    fanout.send(b"b")
    for _ in range(20):
        fanout.skip()
    fanout.send(b"c")
    fanout.send(b"d")

    heard = one.listen()

    assert [packet.marker for packet in heard] == [True, False, True, False]
    steps = np.diff([packet.sequence_number for packet in heard])
    assert steps.tolist() == [1, 1, 1]
    ages = [(packet.timestamp - heard[0].timestamp) & 0xFFFFFFFF for packet in heard]
    assert ages == [0, 960, 22 * 960, 23 * 960]


def test_everyone_is_sent_a_report_every_5_s_spread_over_the_ticks(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    clients = {one.slot: one for one in (add(fanout, client(ssrc)) for ssrc in range(1, 60))}
    for _ in range(2):
        fanout.send(b"seven b")
    fanout.send(b"seven b", instead={0: b"nine byte"})
    reports = [fanout.sender_reports(0xE0000000 << 32) for _ in range(2 * REPORT_EVERY)]

    assert max(map(len, reports)) == 1
    slots = [slot for due in reports for slot, _ in due]
    assert sorted(slots) == sorted([*clients, *clients])
    for slot, data in (item for due in reports for item in due):
        report, description = oracle.RtcpPacket.parse(data)
        one = clients[slot]
        one.listen()
        assert report.ssrc == description.chunks[0].ssrc == one.ssrc
        assert report.sender_info.packet_count == 3
        assert report.sender_info.octet_count == (23 if slot == 0 else 21)
        assert report.sender_info.rtp_timestamp == one.packets[-1].timestamp
        assert report.sender_info.ntp_timestamp == 0xE0000000 << 32


def test_who_was_sent_nothing_is_sent_no_report(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    add(fanout, client(1))

    assert not any(fanout.sender_reports(0) for _ in range(REPORT_EVERY))


def test_what_cannot_be_encrypted_is_not_sent_in_the_clear(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    good, bad = add(fanout, client(1)), client(2)
    bad.tx = Session(Policy(key=bytes(30), ssrc_type=Policy.SSRC_SPECIFIC, ssrc_value=3))
    add(fanout, bad)

    assert fanout.send(b"secret") == 1

    assert fanout.unprotected == 1
    assert bad.listen() == []
    assert [packet.payload for packet in good.listen()] == [b"secret"]


def test_one_unreachable_listener_costs_the_others_nothing(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    one, lost, other = (add(fanout, client(ssrc)) for ssrc in (1, 2, 3))
    fanout.move(lost.slot, ("255.255.255.255", 9))  # broadcast is not permitted

    assert fanout.send(b"x") == 2

    assert (len(one.listen()), len(other.listen())) == (1, 1)
    assert (fanout.tally.sent, fanout.tally.failed, fanout.tally.dropped) == (2, 1, 0)


def test_an_unknown_slot_is_an_error(fanout: Fanout, client: Callable[..., Client]) -> None:
    slot = add(fanout, client(1)).slot
    fanout.remove(slot)

    with pytest.raises(KeyError):
        fanout.remove(slot)
    with pytest.raises(KeyError):
        fanout.move(slot, ("127.0.0.1", 9))
    assert add(fanout, client(1)).slot != slot


def test_a_payload_too_large_is_refused(fanout: Fanout, client: Callable[..., Client]) -> None:
    add(fanout, client(1))

    with pytest.raises(ValueError, match="485 bytes"):
        fanout.send(bytes(MAX_PAYLOAD + 1))


def test_there_is_room_for_four_thousand_and_no_more_than_the_bound(
    fanout: Fanout, client: Callable[..., Client]
) -> None:
    sink = client(0)
    for ssrc in range(MAX_LISTENERS):
        fanout.add(
            srtp=Session(Policy(key=bytes(30), ssrc_type=Policy.SSRC_ANY_OUTBOUND)),
            tag_length=10,
            ssrc=ssrc,
            payload_type=111,
            address=sink.sock.getsockname(),
        )

    assert fanout.send(bytes(80)) == len(fanout) == 4096
    with pytest.raises(FanoutFull):
        add(fanout, sink)


def test_an_empty_room_costs_no_call(fanout: Fanout) -> None:
    assert fanout.send(b"x") == 0
