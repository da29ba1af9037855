"""Nobody can make a worker send more to an address than that address has sent to it."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from media_workers.transport.stun import (
    BINDING_REQUEST,
    USERNAME,
    _attribute,
    _signed,
    binding_request,
    integrity_key,
)
from tests.media_workers.abuse.mutation import mutated

pytestmark = pytest.mark.anyio

OfferText = Callable[..., str]


def read(client: Any) -> int:
    """Bytes that have arrived at any of its sockets."""
    client.received.clear()
    client.read()
    return sum(len(data) for data in client.received)


async def test_an_address_that_nobody_vouched_for_gets_nothing(
    lab: Any, offer_text: OfferText
) -> None:
    peer, member, _ = await lab.connect(offer_text())
    stranger, random = lab.client(), Random(1)
    sent: list[bytes] = []
    stranger.dtls._send = sent.append
    stranger.dtls.begin()
    stranger.ufrag, stranger.password = member.ufrag, "a password that was guessed"
    captured = member.make_check()
    member.send(captured)
    lab.edge.poll(lab.now)
    sent += [
        stranger.make_check(),
        stranger.make_check(use_candidate=True),
        stranger.make_check(ufrag="nobody"),
        captured,
        binding_request(username=b"", password=b""),
        member.dtls.srtp_tx.protect(bytes([0x80, 111]) + bytes(40)),
        member.dtls.srtp_tx.protect_rtcp(bytes([0x80, 201, 0, 1]) + bytes(4)),
    ]
    sent += [bytes([first]) + bytes(20) for first in range(256)]
    sent += [mutated(random, random.choice(sent)) for _ in range(2000)]

    for datagram in sent:
        stranger.send(datagram)
        lab.edge.poll(lab.now)
    for _ in range(20):
        lab.pass_time(1.0)
        member.check()
        lab.edge.poll(lab.now)

    assert read(stranger) == 0
    assert not peer.closed_reason


@pytest.mark.parametrize("family", ["lab", "ipv6_lab"])
async def test_a_checks_answer_is_no_longer_than_the_check(
    request: pytest.FixtureRequest, offer_text: OfferText, family: str
) -> None:
    lab = request.getfixturevalue(family)
    ufrag = "abcd"  # as short as can be
    _, client, _ = lab.join(offer_text(ufrag=ufrag))
    username = _attribute(USERNAME, f"{client.ufrag}:{ufrag}".encode())
    key = integrity_key(client.password.encode())
    shortest = _signed(BINDING_REQUEST, b"transaction!", username, key)

    client.send(shortest)
    lab.edge.poll(lab.now)

    assert len(shortest) == 80
    assert read(client) == (76 if family == "ipv6_lab" else 64)


async def test_a_check_without_a_fingerprint_is_not_answered(
    lab: Any, offer_text: OfferText
) -> None:
    _, client, _ = lab.join(offer_text())
    check = client.make_check()[:-8]
    unmarked = check[:2] + (len(check) - 20).to_bytes(2, "big") + check[4:]

    client.send(unmarked)
    lab.edge.poll(lab.now)

    assert read(client) == 0
    assert lab.edge.counters == {"stun_malformed": 1}


async def test_a_handshake_that_nobody_answers_is_given_up_and_its_flight_is_short(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = lab.join(offer_text())
    client.check(use_candidate=True)
    client.dtls.begin()
    lab.edge.poll(lab.now)
    flight = read(client)

    for _ in range(600):
        lab.pass_time(0.02)

    assert 0 < flight < 1500  # sent again after 1, 3 and 7 s, by OpenSSL's own clock
    assert heard.of("closed") == [("closed", "handshake_timeout")]
    assert peer.address is None
