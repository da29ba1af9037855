"""Whoever sends too much is cut, and costs nobody else anything."""

from collections.abc import Callable
from typing import Any

import pytest

from media_workers.transport.edge import CHECKS_A_POLL

pytestmark = pytest.mark.anyio

OfferText = Callable[..., str]
RTP = bytes([0x80, 111]) + bytes(40)
STUN = range(4)


async def test_a_flood_from_a_validated_address_is_cut(lab: Any, offer_text: OfferText) -> None:
    peer, client, _ = await lab.connect(offer_text())

    for number in range(1500):
        client.send(RTP)
        if number % 100 == 0:
            await lab.settle()
    await lab.settle()

    assert 480 <= lab.edge.counters["flood"] <= 600
    assert peer.connected


async def test_a_flood_of_checks_by_a_member_is_cut(lab: Any, offer_text: OfferText) -> None:
    _, client, _ = lab.join(offer_text())

    for number in range(700):
        client.check()
        if number % 100 == 0:
            await lab.settle()
    await lab.settle()

    assert lab.edge.counters == {"checks": 500, "stun_flood": 200}


@pytest.mark.parametrize("replays", [False, True])
async def test_a_flood_of_checks_by_a_stranger_uses_up_nothing_of_the_members(
    lab: Any, offer_text: OfferText, *, replays: bool
) -> None:
    _, client, _ = lab.join(offer_text())
    captured = client.make_check()
    client.send(captured)
    lab.edge.poll(lab.now)
    stranger = lab.client()
    flood = captured if replays else client.make_check(password="guessed")

    for number in range(700):
        stranger.send(flood)
        if number % 100 == 0:
            await lab.settle()
    client.check()
    await lab.settle()

    dropped = "stun_replayed" if replays else "stun_wrong_password"
    assert lab.edge.counters == {"checks": 2, dropped: 700}


async def test_of_many_checks_at_once_some_wait_for_the_next_tick_and_none_is_lost(
    lab: Any, offer_text: OfferText
) -> None:
    joined = [lab.join(offer_text()) for _ in range(CHECKS_A_POLL + 10)]
    clients = [client for _, client, _ in joined]
    for client in clients:
        client.check()
    await lab.settle()
    before = lab.edge.counters["checks"]

    answered = []
    for client in clients:
        client.check()
    for _ in range(3):
        lab.edge.poll(lab.now)
        answered.append(lab.edge.counters["checks"] - before)

    assert answered == [CHECKS_A_POLL, len(clients), len(clients)]


async def test_who_sends_many_checks_makes_nobody_wait(lab: Any, offer_text: OfferText) -> None:
    flooding, client = lab.join(offer_text())[1], lab.join(offer_text())[1]
    for each in (flooding, client):
        each.check()
    await lab.settle()
    client.take(STUN)

    for _ in range(2 * CHECKS_A_POLL):
        flooding.check()
    client.check()
    lab.edge.poll(lab.now)
    client.read()

    assert len(client.take(STUN)) == 1
