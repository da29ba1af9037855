"""A peer follows its client to another address or through an ICE restart without a handshake."""

from typing import Any

import pytest

from media_workers.transport.sdp import SdpError, parse_trickle_fragment
from tests.media_workers.peers.datagrams import DTLS, OfferText, rtp

pytestmark = pytest.mark.anyio


def fragment(ufrag: str, *extra: str) -> str:
    return "\r\n".join([f"a=ice-ufrag:{ufrag}", "a=ice-pwd:" + 24 * "q", *extra]) + "\r\n"


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
