"""What goes wrong with one peer, by its client's doing or ours, ends that peer at most."""

from typing import Any

import pytest

from tests.media_workers.peers.datagrams import OfferText, rtp

pytestmark = pytest.mark.anyio


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
