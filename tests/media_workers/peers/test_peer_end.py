"""However a peer ends, both sides know it, the room is told why, and nothing is left behind."""

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from media_workers.peers.peer import Peer
from tests.media_workers.peers.datagrams import OfferText, rtp

pytestmark = pytest.mark.anyio


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
