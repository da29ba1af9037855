"""What gets through the edge, and the name under which everything else is counted."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from media_workers.transport.mmsg import sockaddr

pytestmark = pytest.mark.anyio

OfferText = Callable[..., str]
RTP = bytes([0x80, 111]) + bytes(40)


@pytest.mark.parametrize(
    ("datagram", "counter"),
    [
        (b"", "empty"),
        (b"\x16\xfe\xfd" + bytes(60), "unknown_source"),
        (b"\x15\xfe\xfd" + bytes(12), "unknown_source"),
        (RTP, "unknown_source"),
        (b"\xff" * 30, "unknown_source"),
        (RTP + bytes(1500), "oversize"),
        (RTP + bytes(4000), "oversize"),
        (bytes(20), "stun_malformed"),
        (b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12), "stun_malformed"),
        (b"\x01\x01\x00\x00\x21\x12\xa4\x42" + bytes(12), "stun_malformed"),
        (b"\x00", "stun_malformed"),
        (b"\x03", "stun_malformed"),
    ],
)
async def test_what_a_stranger_sends_is_dropped_and_counted(
    lab: Any, offer_text: OfferText, datagram: bytes, counter: str
) -> None:
    peer, client, heard = await lab.connect(offer_text())
    before = lab.edge.counters.copy()
    stranger = lab.client()

    stranger.send(datagram)
    await lab.settle()
    peer.send_message("undisturbed")
    await lab.settle()

    assert lab.edge.counters - before == {counter: 1}
    assert stranger.received == []
    assert client.messages == ["undisturbed"]
    assert not heard.of("closed")


@pytest.mark.parametrize(
    ("changes", "counter"),
    [
        ({"password": "a wrong password of 32 characters"}, "stun_wrong_password"),
        ({"ufrag": "nobody"}, "stun_unknown_user"),
        ({"ufrag": ""}, "stun_unknown_user"),
        ({"mine": "somebody"}, "stun_unknown_user"),
        ({"mine": ""}, "stun_unknown_user"),
    ],
)
async def test_a_check_with_wrong_credentials_is_not_answered(
    lab: Any, offer_text: OfferText, changes: dict[str, str], counter: str
) -> None:
    peer, client, _ = lab.join(offer_text())

    client.check(**changes)
    await lab.settle()

    assert lab.edge.counters == {counter: 1}
    assert client.received == []
    assert peer.address is None


async def test_a_check_is_answered_with_the_address_it_came_from(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, heard = lab.join(offer_text())

    client.check()
    await lab.settle()

    assert [datagram[:2] for datagram in client.received] == [b"\x01\x01"]
    assert heard.events == [("address", client.address)]
    assert peer.address == client.address


async def test_a_captured_check_replayed_from_elsewhere_is_refused(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, _ = await lab.connect(offer_text())
    captured = client.make_check(use_candidate=True)
    client.send(captured)
    await lab.settle()
    thief = lab.client()

    thief.send(captured)
    thief.send(RTP)
    await lab.settle()

    assert peer.address == client.address
    assert thief.received == []
    assert lab.edge.counters["stun_replayed"] == 1
    assert lab.edge.counters["unknown_source"] == 1


async def test_a_check_replayed_from_an_address_of_ours_changes_nothing(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, _ = await lab.connect(offer_text())
    captured = client.make_check(use_candidate=True)
    client.send(captured)
    await lab.settle()
    client.move()
    client.check(use_candidate=True)
    await lab.settle()

    client.sockets[0].sendto(captured, client.server)
    await lab.settle()

    assert peer.address == client.address != client.sockets[0].getsockname()


async def test_a_check_sent_twice_is_answered_twice(lab: Any, offer_text: OfferText) -> None:
    _, client, _ = lab.join(offer_text())
    check = client.make_check()

    client.send(check)
    client.send(check)
    await lab.settle()

    assert len(client.received) == 2


async def test_the_four_last_addresses_are_heard_and_no_more(
    lab: Any, offer_text: OfferText
) -> None:
    _, client, _ = await lab.connect(offer_text())
    for _ in range(4):
        client.move()
        client.check(use_candidate=True)
        await lab.settle()
    before = lab.edge.counters["unknown_source"]

    for sock in client.sockets:
        sock.sendto(RTP, lab.server)
    await lab.settle()

    assert lab.edge.counters["unknown_source"] - before == 1


async def test_a_port_that_a_nat_gave_to_somebody_else_stays_his(
    lab: Any, offer_text: OfferText
) -> None:
    first, first_client, _ = await lab.connect(offer_text(data=False), data=False)
    second, second_client, second_heard = lab.join(offer_text(data=False))
    second_client.close()
    second_client.sockets = first_client.sockets
    second_client.check()
    await lab.settle()
    assert second.address == first.address

    first.close("closed")
    first_client.take(range(256))
    second_client.dtls.begin()
    lab.clients.remove(first_client)
    await lab.settle()

    assert second_heard.of("connected")


async def test_an_address_is_unknown_again_after_unregistering(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, _ = await lab.connect(offer_text())
    peer.close("closed")
    await lab.settle()
    before = lab.edge.counters["unknown_source"]

    client.send(RTP)
    await lab.settle()

    assert lab.edge.counters["unknown_source"] == before + 1


async def test_the_socket_is_read_at_once_while_prompt_and_on_the_tick_otherwise(
    lab: Any, offer_text: OfferText
) -> None:
    _, client, heard = lab.join(offer_text())
    with lab.edge.prompt(), lab.edge.prompt():
        client.check()
        for _ in range(10):
            await asyncio.sleep(0)
    assert heard.of("address")

    client.move()
    client.check(use_candidate=True)
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(heard.of("address")) == 1
    lab.edge.poll(lab.now)

    assert len(heard.of("address")) == 2


async def test_what_the_kernel_refuses_to_send_is_counted(lab: Any) -> None:
    lab.edge.sendto(bytes(70000), lab.server)

    assert lab.edge.counters == {"send_failed": 1}


async def test_only_the_newest_and_the_used_credentials_are_kept(
    lab: Any, offer_text: OfferText
) -> None:
    peer, client, _ = await lab.connect(offer_text())
    path = peer._path
    second = lab.edge.new_credentials(path, remote_ufrag="two")
    third = lab.edge.new_credentials(path, remote_ufrag="three")

    client.check(ufrag=second[0], password=second[1], mine="two")
    client.check()
    await lab.settle()
    assert lab.edge.counters["stun_unknown_user"] == 1
    client.check(ufrag=third[0], password=third[1], mine="three")
    client.check()
    await lab.settle()

    assert lab.edge.counters["stun_unknown_user"] == 2
    assert lab.edge.counters["checks"] == 3


async def test_names_of_ipv6_clients_are_their_sockaddr(
    ipv6_lab: Any, offer_text: OfferText
) -> None:
    peer, client, _ = ipv6_lab.join(offer_text())

    client.check()
    await ipv6_lab.settle()

    assert peer._path.name == sockaddr(client.address)
