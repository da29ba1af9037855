"""Real peers and a raw client, counted."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from media_workers.peers.connections import Connections

pytestmark = pytest.mark.anyio


async def test_a_handshake_is_pending_then_done_and_stays_counted_when_the_peer_is_gone(
    lab: Any, offer_text: Callable[..., str]
) -> None:
    known = Connections()
    peer, client, _ = lab.join(offer_text())
    life = asyncio.create_task(known.live(peer))
    await asyncio.sleep(0)
    seen = [(known.pending, dict(known.handshakes()))]

    client.check(use_candidate=True)
    client.dtls.begin()
    await lab.settle()
    seen.append((known.pending, dict(known.handshakes())))
    peer.close("left")
    await life
    seen.append((known.pending, dict(known.handshakes())))

    assert seen == [(1, {}), (0, {"connected": 1}), (0, {"connected": 1})]
    assert known.closed == {"left": 1}


async def test_a_handshake_that_fails_counts_by_its_reason_and_what_was_dropped_stays_counted(
    lab: Any, offer_text: Callable[..., str]
) -> None:
    known = Connections()
    peer, _, _ = lab.join(offer_text())
    life = asyncio.create_task(known.live(peer))
    await asyncio.sleep(0)
    peer.send_message("too early")
    before = dict(known.dropped())

    lab.pass_time(10)
    await life

    assert known.handshakes() == known.closed == {"handshake_timeout": 1}
    assert known.dropped() == before == {"message_unsent": 1}
