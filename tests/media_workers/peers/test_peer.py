"""A peer from offer to end, at the hands of a raw client on loopback."""

import asyncio
import gc
import struct
import time
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pylibsrtp import Session

from media_workers.peers.peer import Peer
from media_workers.transport.sdp import SdpError, parse_trickle_fragment

pytestmark = pytest.mark.anyio

OfferText = Callable[..., str]
DTLS = range(20, 64)
SRTP = range(128, 192)
STUN = range(4)


def rtp(
    sequence_number: int = 1, *, ssrc: int = 7, payload: bytes = b"opus", payload_type: int = 111
) -> bytes:
    return struct.pack("!BBHII", 0x80, payload_type, sequence_number, 960, ssrc) + payload


def receiver_report(*, about: int, ssrc: int = 7, lost: int = 64, jitter: int = 480) -> bytes:
    return struct.pack("!BBHIIB3xIIII", 0x81, 201, 7, ssrc, about, lost, 0, jitter, 0, 0)


def fragment(ufrag: str, *extra: str) -> str:
    return "\r\n".join([f"a=ice-ufrag:{ufrag}", "a=ice-pwd:" + 24 * "q", *extra]) + "\r\n"


async def test_a_client_connects_and_its_channel_opens(lab: Any, offer_text: OfferText) -> None:
    peer, client, heard = await lab.connect(offer_text())

    assert [event[0] for event in heard.events] == ["address", "connected", "opened"]
    assert peer.address == client.address
    assert (peer.connected, peer.channel_open, peer.tag_length) == (True, True, 16)


async def test_a_client_connects_over_ipv6(ipv6_lab: Any, offer_text: OfferText) -> None:
    peer, client, _ = await ipv6_lab.connect(offer_text())

    assert peer.address is not None
    assert peer.address[:2] == client.address
    assert "c=IN IP6 ::1" in peer.answer
    assert peer.send_message("hello")


async def test_messages_go_both_ways(lab: Any, offer_text: OfferText) -> None:
    peer, client, heard = await lab.connect(offer_text())

    assert peer.send_message("from the room")
    assert peer.send_message("long " * 1000)
    client.channels[0].send("from the client")
    client.channels[0].send("x" * 16000)
    await lab.settle()

    assert client.messages == ["from the room", "long " * 1000]
    assert heard.of("message") == [("message", "from the client"), ("message", "x" * 16000)]


async def test_rtp_goes_both_ways(lab: Any, offer_text: OfferText) -> None:
    peer, client, heard = await lab.connect(offer_text())

    client.send(client.dtls.srtp_tx.protect(rtp()))
    lab.edge.sendto(peer.srtp_tx.protect(rtp(9, ssrc=peer.ssrc)), peer.address)
    await lab.settle()

    assert heard.rtp == [rtp()]
    (protected,) = client.take(SRTP)
    assert len(protected) == len(rtp()) + peer.tag_length
    assert client.dtls.srtp_rx.unprotect(protected) == rtp(9, ssrc=peer.ssrc)


async def test_a_report_about_our_ssrc_is_passed_on(lab: Any, offer_text: OfferText) -> None:
    peer, client, heard = await lab.connect(offer_text())

    client.send(client.dtls.srtp_tx.protect_rtcp(receiver_report(about=peer.ssrc)))
    client.send(client.dtls.srtp_tx.protect_rtcp(receiver_report(about=12345)))
    await lab.settle()

    assert heard.of("report") == [("report", 0.25, 0.01)]


async def test_rtcp_reaches_the_client(lab: Any, offer_text: OfferText) -> None:
    peer, client, _ = await lab.connect(offer_text())

    peer.send_rtcp(receiver_report(about=7, ssrc=peer.ssrc))
    await lab.settle()

    (protected,) = client.take(SRTP)
    assert client.dtls.srtp_rx.unprotect_rtcp(protected)[1] == 201


async def test_media_and_messages_before_the_connection_are_dropped_and_counted(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = lab.join(offer_text())
    client.check()
    client.send(rtp())
    await lab.settle()

    assert not peer.send_message("too early")
    peer.send_rtcp(receiver_report(about=7))

    assert heard.rtp == []
    assert peer.dropped == {"rtp_early": 1, "message_unsent": 1, "rtcp_unsent": 1}


async def test_who_offered_only_to_hear_is_not_heard(lab: Any, offer_text: OfferText) -> None:
    peer, client, heard = await lab.connect(offer_text(direction="recvonly"))

    client.send(client.dtls.srtp_tx.protect(rtp()))
    await lab.settle()

    assert heard.rtp == []
    assert peer.dropped == {"rtp_unwanted": 1}


async def test_replayed_and_forged_rtp_is_dropped_and_counted(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = await lab.connect(offer_text())
    packet = client.dtls.srtp_tx.protect(rtp())

    for datagram in (packet, packet, rtp() + bytes(16), packet[:-1], packet[:12]):
        client.send(datagram)
    await lab.settle()

    assert heard.rtp == [rtp()]
    assert peer.dropped == {"srtp_rejected": 4}
    assert peer.connected


async def test_an_empty_payload_is_passed_on_and_harms_nobody(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = await lab.connect(offer_text())

    client.send(client.dtls.srtp_tx.protect(rtp(payload=b"")))
    await lab.settle()

    assert heard.rtp == [rtp(payload=b"")]
    assert peer.connected


async def test_no_more_than_eight_ssrcs_are_let_in(lab: Any, offer_text: OfferText) -> None:
    peer, client, heard = await lab.connect(offer_text())

    for ssrc in range(12):
        client.send(client.dtls.srtp_tx.protect(rtp(ssrc=ssrc)))
    await lab.settle()

    assert len(heard.rtp) == 8
    assert peer.dropped == {"ssrc_surplus": 4}


async def test_a_flood_by_a_speaker_is_cut_before_it_is_decrypted(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = await lab.connect(offer_text())

    for number in range(600):
        client.send(client.dtls.srtp_tx.protect(rtp(number)))
        if number % 100 == 0:
            await lab.settle()
    await lab.settle()

    assert len(heard.rtp) == 200
    assert peer.dropped["rtp_flood"] == 400


async def test_a_picture_that_was_refused_and_is_sent_all_the_same_takes_nothing_from_the_voice(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = await lab.connect(offer_text())

    for number in range(100):
        for part in range(7):
            picture = rtp(7 * number + part, ssrc=8, payload_type=96)
            client.send(client.dtls.srtp_tx.protect(picture))
        client.send(client.dtls.srtp_tx.protect(rtp(number)))
        await lab.settle()

    assert heard.rtp == [rtp(number) for number in range(100)]
    assert peer.dropped == {"rtp_unwanted": 700}


async def test_a_client_that_closes_has_left(lab: Any, offer_text: OfferText) -> None:
    peer, client, heard = await lab.connect(offer_text())

    await client.association.stop()
    client.dtls.close()
    await lab.settle()

    assert heard.of("closed") == [("closed", "left")]
    assert not peer.connected


async def test_a_close_notify_alone_means_left_too(lab: Any, offer_text: OfferText) -> None:
    _, client, heard = await lab.connect(offer_text(data=False), data=False)

    client.dtls.close()
    await lab.settle()

    assert heard.of("closed") == [("closed", "left")]


async def test_closing_tells_the_client_and_leaves_nothing_behind(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = await lab.connect(offer_text())

    peer.close("removed")
    peer.close("closed")
    await lab.settle()

    assert client.channels[0].readyState == "closed"
    assert client.dtls.closed
    assert heard.of("closed") == [("closed", "removed")]
    assert peer.address is None
    client.check()
    client.send(client.dtls.srtp_tx.protect(rtp()))
    await lab.settle()
    assert lab.edge.counters["stun_unknown_user"] == 1
    assert lab.edge.counters["unknown_source"] == 1
    assert not peer.send_message("too late")


async def test_run_lasts_from_handshake_to_close(lab: Any, offer_text: OfferText) -> None:
    peer, client, _ = lab.join(offer_text())
    running = asyncio.create_task(peer.run())
    await lab.settle()

    client.check()
    client.dtls.begin()
    await lab.settle()
    assert not running.done()
    peer.close("closed")

    await asyncio.wait_for(running, 1)


async def test_cancelling_run_closes_the_peer(lab: Any, offer_text: OfferText) -> None:
    peer, _, heard = await lab.connect(offer_text())
    running = asyncio.create_task(peer.run())
    await lab.settle()

    running.cancel()
    await asyncio.wait([running])

    assert heard.of("closed") == [("closed", "closed")]
    assert not peer.connected


async def test_a_handshake_has_ten_seconds(lab: Any, offer_text: OfferText) -> None:
    _, client, heard = lab.join(offer_text())
    client.check()
    await lab.settle()

    lab.pass_time(9.9)
    assert not heard.of("closed")
    lab.pass_time(0.2)

    assert heard.of("closed") == [("closed", "handshake_timeout")]


async def test_consent_is_lost_after_fifteen_seconds_without_a_check(
    lab: Any, offer_text: OfferText
) -> None:
    _, client, heard = await lab.connect(offer_text())
    lab.pass_time(14.0)
    client.check()
    await lab.settle()

    lab.pass_time(14.9)
    assert not heard.of("closed")
    lab.pass_time(0.2)

    assert heard.of("closed") == [("closed", "consent_lost")]


async def test_media_is_no_consent(lab: Any, offer_text: OfferText) -> None:
    _, client, heard = await lab.connect(offer_text())

    for number in range(16):
        client.send(client.dtls.srtp_tx.protect(rtp(number)))
        await lab.settle()
        lab.pass_time(1.0)

    assert heard.of("closed") == [("closed", "consent_lost")]


async def test_one_check_moves_the_peer_without_a_handshake(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = await lab.connect(offer_text())
    client.take(DTLS)
    client.move()
    client.send(client.dtls.srtp_tx.protect(rtp(1)))
    await lab.settle()
    assert lab.edge.counters["unknown_source"] == 1

    client.check(use_candidate=True)
    client.send(client.dtls.srtp_tx.protect(rtp(2)))
    await lab.settle()
    peer.send_message("still here?")
    await lab.settle()

    assert peer.address == client.address
    assert heard.of("address")[-1] == ("address", client.address)
    assert heard.rtp == [rtp(2)]
    assert client.messages == ["still here?"]
    assert {datagram[0] for datagram in client.take(DTLS)} == {23}  # application data only


async def test_a_message_sent_into_the_void_arrives_after_the_move(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, _ = await lab.connect(offer_text())
    gone = client.sockets.pop()
    gone.close()
    client.move()
    peer.send_message("lost once")
    await lab.settle()

    client.check(use_candidate=True)
    await lab.settle()
    lab.pass_time(5.0)
    await lab.settle()

    assert client.messages == ["lost once"]


async def test_ice_restarts_with_new_credentials_and_the_same_dtls(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, _ = await lab.connect(offer_text())
    client.take(DTLS)
    old = {"ufrag": client.ufrag, "password": client.password, "mine": client.mine}

    answer = peer.restart_ice(parse_trickle_fragment(fragment("fresh")))
    client.check()  # the old ones hold until the new are used
    await lab.settle()
    assert lab.edge.counters["checks"] == 2
    lab.credentials(client, answer)
    client.mine = "fresh"
    client.move()
    client.check()
    await lab.settle()
    client.check(**old)
    peer.send_message("after the restart")
    await lab.settle()

    assert peer.address == client.address
    assert lab.edge.counters["stun_unknown_user"] == 1
    assert client.messages == ["after the restart"]
    assert {datagram[0] for datagram in client.take(DTLS)} == {23}


async def test_a_fragment_that_only_trickles_restarts_nothing(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, _ = await lab.connect(offer_text())

    assert peer.restart_ice(parse_trickle_fragment(fragment(client.mine))) == ""


async def test_a_restart_with_another_certificate_is_refused(
    lab: Any, offer_text: OfferText
) -> None:
    peer, _, _ = await lab.connect(offer_text())
    other = "a=fingerprint:sha-256 " + ":".join(["00"] * 32)

    with pytest.raises(SdpError) as refusal:
        peer.restart_ice(parse_trickle_fragment(fragment("fresh", other)))

    assert refusal.value.status == 406


async def test_nothing_restarts_after_the_end(lab: Any, offer_text: OfferText) -> None:
    peer, _, _ = await lab.connect(offer_text())
    peer.close("left")

    with pytest.raises(SdpError) as refusal:
        peer.restart_ice(parse_trickle_fragment(fragment("fresh")))

    assert refusal.value.status == 404


async def test_a_forged_hello_and_alert_from_elsewhere_do_not_disturb_a_handshake(
    lab: Any, offer_text: OfferText
) -> None:
    _, client, heard = lab.join(offer_text())
    stranger = lab.client()
    client.check()
    client.dtls.begin()
    lab.edge.poll(lab.now)

    stranger.dtls.begin()
    stranger.send(bytes.fromhex("15fefd000000000000000000020228"))  # fatal handshake_failure
    await lab.settle()

    assert heard.of("connected")
    assert lab.edge.counters["unknown_source"] == 2
    assert stranger.received == []


async def test_the_wrong_certificate_does_not_get_in(lab: Any, offer_text: OfferText) -> None:
    offer = offer_text(fingerprint="sha-256 " + ":".join(["00"] * 32))
    peer, client, heard = lab.join(offer)

    client.check()
    client.dtls.begin()
    await lab.settle()

    assert heard.of("closed") == [("closed", "fault")]
    assert not heard.of("connected")
    assert peer.srtp_tx is None


async def test_a_lost_flight_is_sent_again(lab: Any, offer_text: OfferText) -> None:
    _, client, heard = lab.join(offer_text())
    client.check()
    client.dtls.begin()
    lab.edge.poll(lab.now)
    while client.sock.recv(4096)[0] not in DTLS:
        pass
    deadline = time.monotonic() + 5

    while not heard.of("connected") and time.monotonic() < deadline:
        await asyncio.sleep(0.05)  # OpenSSL goes by its own clock
        lab.pass_time(0.02)
        await lab.settle()

    assert heard.of("connected")


async def test_garbage_from_a_validated_address_does_no_harm(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, _ = await lab.connect(offer_text())
    record = bytes([23, 254, 253]) + bytes(8)

    for datagram in (
        record + b"\xff\xff" + b"abc",
        record + b"\x00\x20" + bytes(32),
        bytes([22, 254, 253]) + bytes(20),
        bytes.fromhex("15fefd000000000000000000020228"),
        bytes([23]),
        bytes([128]),
        bytes([100]) * 40,
    ):
        client.send(datagram)
    await lab.settle()
    peer.send_message("well?")
    await lab.settle()

    assert client.messages == ["well?"]


async def test_a_bug_in_the_session_ends_that_peer_only(lab: Any, offer_text: OfferText) -> None:
    _, unlucky, unlucky_heard = await lab.connect(offer_text())
    _, other, other_heard = await lab.connect(offer_text())
    unlucky_heard.fails_on = "rtp"

    unlucky.send(unlucky.dtls.srtp_tx.protect(rtp()))
    other.send(other.dtls.srtp_tx.protect(rtp()))
    await lab.settle()

    assert unlucky_heard.of("closed") == [("closed", "fault")]
    assert other_heard.rtp == [rtp()]


async def test_a_bug_in_the_session_never_reaches_the_edge(lab: Any, offer_text: OfferText) -> None:
    peer, client, heard = lab.join(offer_text())
    heard.fails_on = "address"
    client.check()
    await lab.settle()
    assert heard.of("closed") == [("closed", "fault")]

    other, _, other_heard = lab.join(offer_text())
    other_heard.fails_on = "closed"
    other.close("left")

    assert other_heard.of("closed") == [("closed", "left")]
    assert not peer.connected


async def test_a_client_that_breaks_the_rules_of_sctp_ends_only_itself(
    lab: Any, offer_text: OfferText
) -> None:
    _, rude, rude_heard = await lab.connect(offer_text())
    peer, other, _ = await lab.connect(offer_text())

    await rude.association._send(0, 51, b"\xff\xfe not UTF-8")
    await lab.settle()
    peer.send_message("unharmed")
    await lab.settle()

    assert rude_heard.of("closed") == [("closed", "fault")]
    assert other.messages == ["unharmed"]


async def test_messages_beyond_the_rate_are_dropped_and_counted(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = await lab.connect(offer_text())

    for _ in range(60):
        client.channels[0].send("hi")
        await lab.settle()

    assert len(heard.of("message")) == 40
    assert peer.dropped == {"message_flood": 20}


async def test_a_client_that_reads_nothing_buffers_64_kib_at_most(
    lab: Any, offer_text: OfferText
) -> None:
    peer, _, _ = await lab.connect(offer_text())

    taken = sum(peer.send_message("x" * 1000) for _ in range(200))

    assert 60 <= taken <= 66
    assert peer.dropped["message_unsent"] == 200 - taken
    assert peer.connected


async def test_the_answer_gives_the_session_its_own_srtp(lab: Any, offer_text: OfferText) -> None:
    peer, _, _ = await lab.connect(offer_text())

    assert isinstance(peer.srtp_tx, Session)
    assert f"a=ssrc:{peer.ssrc} cname:stoa" in peer.answer
    assert peer.payload_type == 111


async def ended_by_us(lab: Any, offer: str) -> list[weakref.ref[Any]]:
    peer, _, _ = await lab.connect(offer)
    parts = parts_of(peer)
    peer.close("closed")
    return parts


async def ended_by_the_client(lab: Any, offer: str) -> list[weakref.ref[Any]]:
    peer, client, _ = await lab.connect(offer)
    parts = parts_of(peer)
    client.dtls.close()
    await lab.settle()
    assert peer.closed_reason == "left"
    return parts


async def ended_in_the_handshake(lab: Any, offer: str) -> list[weakref.ref[Any]]:
    peer, client, _ = lab.join(offer)
    parts = parts_of(peer)
    client.check()
    await lab.settle()
    lab.pass_time(11.0)
    assert peer.closed_reason == "handshake_timeout"
    return parts


def parts_of(peer: Peer) -> list[weakref.ref[Any]]:
    parts = (peer, peer._path, peer._dtls, peer._association)
    return [weakref.ref(part) for part in parts if part is not None]


@pytest.mark.parametrize("end", [ended_by_us, ended_by_the_client, ended_in_the_handshake])
async def test_of_a_closed_peer_nothing_is_left_to_the_collector(
    lab: Any, offer_text: OfferText, end: Callable[[Any, str], Awaitable[list[weakref.ref[Any]]]]
) -> None:
    gc.disable()
    try:
        parts = await end(lab, offer_text())

        lab.peers.clear()

        assert [part() for part in parts] == [None] * len(parts)
    finally:
        gc.enable()


async def test_a_peer_that_is_not_closed_needs_the_collector(
    lab: Any, offer_text: OfferText
) -> None:
    """The twin: what `close` lets go of does hold the parts together."""
    gc.disable()
    try:
        peer, _, _ = await lab.connect(offer_text())
        lab.edge._by_path.clear()
        lab.edge._by_ufrag.clear()
        lab.edge._by_name.clear()
        left = weakref.ref(peer)

        lab.peers.clear()
        del peer

        assert left() is not None
    finally:
        gc.enable()
