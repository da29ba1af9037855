"""Media and messages pass a peer both ways; what is unwanted or too much is dropped and counted."""

from typing import Any

import pytest

from tests.media_workers.peers.datagrams import SRTP, OfferText, receiver_report, rtp

pytestmark = pytest.mark.anyio


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
