"""How many handshakes may be half done, with real peers and a clock of the test's own."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import TooMany, Unavailable
from media_workers.peers.handshakes import (
    MAX_HALF_OPEN,
    MAX_OF_ACCOUNT,
    MAX_OF_NETWORK,
    Caller,
    Handshakes,
    caller_of,
)
from media_workers.peers.peer import HANDSHAKE_SECONDS

pytestmark = pytest.mark.anyio

NOW = 1000.0
ACCOUNT = Caller("acct_1")
OfferText = Callable[..., str]


def begin(handshakes: Handshakes, caller: Caller, peer: Any, count: int) -> None:
    for _ in range(count):
        handshakes.check(caller, NOW)
        handshakes.begin(caller, peer, NOW)


async def test_an_account_may_begin_eight(lab: Any, offer_text: OfferText) -> None:
    handshakes = Handshakes()
    peer, _, _ = lab.join(offer_text())
    begin(handshakes, ACCOUNT, peer, MAX_OF_ACCOUNT)

    with pytest.raises(TooMany) as refusal:
        handshakes.check(ACCOUNT, NOW + 3)

    assert (refusal.value.code, refusal.value.retry_after) == ("too_many", 7)
    handshakes.check(Caller("acct_2"), NOW + 3)


async def test_closing_a_half_done_one_makes_no_room(lab: Any, offer_text: OfferText) -> None:
    handshakes = Handshakes()
    peer, _, _ = lab.join(offer_text())
    begin(handshakes, ACCOUNT, peer, MAX_OF_ACCOUNT)

    peer.close("superseded")

    with pytest.raises(TooMany):
        handshakes.check(ACCOUNT, NOW)


async def test_one_that_is_done_counts_no_more(lab: Any, offer_text: OfferText) -> None:
    handshakes = Handshakes()
    peer, client, _ = lab.join(offer_text(data=False))
    begin(handshakes, ACCOUNT, peer, MAX_OF_ACCOUNT)

    client.check()
    client.dtls.begin()
    await lab.settle()

    handshakes.check(ACCOUNT, NOW)


async def test_after_ten_seconds_there_is_room_again(lab: Any, offer_text: OfferText) -> None:
    handshakes = Handshakes()
    peer, _, _ = lab.join(offer_text())
    begin(handshakes, ACCOUNT, peer, MAX_OF_ACCOUNT)

    handshakes.check(ACCOUNT, NOW + HANDSHAKE_SECONDS)


async def test_guests_of_one_network_may_begin_two_hundred(lab: Any, offer_text: OfferText) -> None:
    handshakes = Handshakes()
    peer, _, _ = lab.join(offer_text())
    for number in range(MAX_OF_NETWORK):
        begin(handshakes, caller_of(f"guest_{number}", "192.0.2.7"), peer, 1)

    with pytest.raises(TooMany):
        handshakes.check(caller_of("guest_new", "192.0.2.7"), NOW)

    handshakes.check(caller_of("guest_new", "192.0.2.8"), NOW)
    handshakes.check(caller_of("acct_1", "192.0.2.7"), NOW)


async def test_a_worker_has_two_thousand_under_way(lab: Any, offer_text: OfferText) -> None:
    handshakes = Handshakes()
    peer, _, _ = lab.join(offer_text())
    for number in range(MAX_HALF_OPEN):
        begin(handshakes, Caller(f"acct_{number}"), peer, 1)

    with pytest.raises(Unavailable) as refusal:
        handshakes.check(Caller("acct_new"), NOW)

    assert (refusal.value.code, refusal.value.retry_after) == ("no_capacity", 5)
    handshakes.check(Caller("acct_new"), NOW + HANDSHAKE_SECONDS)


@pytest.mark.parametrize(
    ("account_id", "address", "name", "most"),
    [
        ("acct_1", "192.0.2.7", "acct_1", MAX_OF_ACCOUNT),
        ("guest_1", "192.0.2.7", "192.0.2.7/32", MAX_OF_NETWORK),
        ("guest_1", "[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::/64", MAX_OF_NETWORK),
        ("guest_1", "2001:db8:1:2:ffff::", "2001:db8:1:2::/64", MAX_OF_NETWORK),
        ("guest_1", None, "guest_1", MAX_OF_ACCOUNT),
        ("guest_1", "unknown", "guest_1", MAX_OF_ACCOUNT),
    ],
)
def test_a_guest_counts_by_network_and_an_account_by_itself(
    account_id: str, address: str | None, name: str, most: int
) -> None:
    assert caller_of(account_id, address) == Caller(name, most)
