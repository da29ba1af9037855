"""Reports are spread, room is bounded, and what fails for one listener costs the others nothing."""

from collections.abc import Callable

import pytest
from aiortc import rtp as oracle
from pylibsrtp import Policy, Session

from media_workers.audio.fanout import MAX_LISTENERS, MAX_PAYLOAD, REPORT_EVERY, Fanout, FanoutFull
from tests.media_workers.audio.listener import Client, add


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
