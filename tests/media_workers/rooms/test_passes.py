"""Whoever stays can always come back: before a room token's time is over there is a new one."""

from datetime import timedelta
from typing import Any

import pytest

from core.clock import from_rfc3339
from core.roles import Role
from core.tokens import PASS_LASTS, read_pass
from media_workers.rooms.doorkeeper import RENEWED_AT_ONCE
from media_workers.rooms.passes import RENEW_EVERY
from media_workers.rooms.session import LOOK_EVERY
from tests.media_workers.rooms.lab import SECRETS

pytestmark = pytest.mark.anyio


def tokens(peer: Any) -> list[Any]:
    return peer.events("token.renewed")


def stay(lab: Any, seconds: float) -> None:
    lab.pass_time(seconds, step=LOOK_EVERY)


async def test_a_new_token_comes_while_most_of_the_time_of_the_one_before_is_left(lab: Any) -> None:
    lab.add("ada", Role.HOST)
    lab.add("bob")
    lab.open()
    host, guest = lab.join("ada"), lab.join("bob")
    joined_at = lab.utc()

    stay(lab, 3 * RENEW_EVERY + 1)

    for peer, role in ((host, Role.HOST), (guest, Role.LISTENER)):
        given = [read_pass(event["token"], SECRETS, lab.utc()) for event in tokens(peer)]
        assert [(it.room_id, it.account_id, it.role) for it in given] == [
            ("r1", peer.account_id, role)
        ] * 3
        ends = [from_rfc3339(event["expires_at"]) for event in tokens(peer)]
        for number, end in enumerate(ends, start=1):
            at = end - joined_at - number * timedelta(seconds=RENEW_EVERY)
            assert PASS_LASTS <= at < PASS_LASTS + timedelta(seconds=1)


async def test_a_connection_that_is_gone_or_replaced_gets_none(lab: Any) -> None:
    for name in ("ada", "bob", "eve"):
        lab.add(name)
    lab.open()
    gone, replaced, newer = lab.join("ada"), lab.join("bob"), lab.join("bob")
    gone.close("consent_lost")

    stay(lab, RENEW_EVERY + 1)

    assert tokens(gone) == tokens(replaced) == []
    assert len(tokens(newer)) == 1


async def test_a_crowd_that_came_at_once_gets_them_a_few_at_a_time(lab: Any) -> None:
    crowd = [f"listener{number}" for number in range(3 * RENEWED_AT_ONCE)]
    for name in crowd:
        lab.add(name)
    lab.open()
    peers = [lab.join(name) for name in crowd]
    stay(lab, RENEW_EVERY - 1)

    had = []
    for _ in range(20):
        before = sum(len(tokens(peer)) for peer in peers)
        stay(lab, LOOK_EVERY)
        had.append(sum(len(tokens(peer)) for peer in peers) - before)

    assert max(had) <= RENEWED_AT_ONCE
    assert sum(had) == len(crowd)
