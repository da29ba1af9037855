"""A peer is connected once its own client has shaken hands, in time and whoever disturbs it."""

import asyncio
import time
from typing import Any

import pytest
from pylibsrtp import Session

from tests.media_workers.peers.datagrams import DTLS, OfferText

pytestmark = pytest.mark.anyio


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


async def test_the_answer_gives_the_session_its_own_srtp(lab: Any, offer_text: OfferText) -> None:
    peer, _, _ = await lab.connect(offer_text())

    assert isinstance(peer.srtp_tx, Session)
    assert f"a=ssrc:{peer.ssrc} cname:stoa" in peer.answer
    assert peer.payload_type == 111


async def test_a_handshake_has_ten_seconds(lab: Any, offer_text: OfferText) -> None:
    _, client, heard = lab.join(offer_text())
    client.check()
    await lab.settle()

    lab.pass_time(9.9)
    assert not heard.of("closed")
    lab.pass_time(0.2)

    assert heard.of("closed") == [("closed", "handshake_timeout")]


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
