"""Every listener gets every packet, readable with his own keys and in one unbroken sequence."""

import os
from collections.abc import Callable

import numpy as np

from media_workers.audio.fanout import MAX_PAYLOAD, Fanout
from tests.media_workers.audio.listener import Client, add


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
    fanout._state["sequence_number"] = 0xFFFF - 300  # as it is after some 20 minutes
    for tick in range(1000):
        fanout.send(b"x")
        if tick == 500:
            fanout.remove(leaver.slot)  # which moves the other in the middle of a roll-over period
        if tick % 50 == 0:
            stayer.listen()
            leaver.listen()
    stayer.listen()

    assert len(stayer.packets) == 1000
    assert len(leaver.packets) == 501
    assert {packet.sequence_number > 0x8000 for packet in leaver.packets} == {True, False}
    assert stayer.is_unbroken()
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
