"""Whatever is sent arrives once and in order in spite of loss, and what can't go is refused."""

from typing import Any

import pytest

from tests.media_workers.transport.call import Call

pytestmark = pytest.mark.anyio


async def test_messages_arrive_in_order_both_ways(call: Call) -> None:
    texts = ["a", "ü" * 500, "long " * 2000, "b"]

    for text in texts:
        assert call.ours.send(text)
        call.theirs._data_channels[0].send(text)
    await call.settle()

    assert call.received == texts
    assert call.heard == texts


async def test_nothing_stays_in_flight(call: Call) -> None:
    for number in range(100):
        call.ours.send(f"message {number}")
        await call.settle()

    assert call.received == [f"message {number}" for number in range(100)]
    assert (call.ours._flight_size, len(call.ours._sent_queue)) == (0, 0)
    assert call.ours._t3_handle is None


@pytest.mark.parametrize("seed", range(6))
async def test_everything_arrives_in_spite_of_loss(call: Call, seed: int) -> None:
    def pattern(step: int) -> list[bool]:
        return [(number * 7 + seed * 3 + step) % 5 == 0 for number in range(150)]

    call.wire.lose(server=pattern(0), client=pattern(1))
    texts = [f"{number} " * (1 + number * 13 % 300) for number in range(40)]

    for text in texts:
        assert call.ours.send(text)
        call.theirs._data_channels[0].send(text)
        await call.settle()
    for _ in range(40):
        await call.later(1.5)

    assert call.received == texts
    assert call.heard == texts
    assert not call.ours._sent_queue


async def test_an_association_comes_up_in_spite_of_loss(wire: Any) -> None:
    call = Call(wire)
    wire.to_client.clear()
    wire.to_server.clear()
    call.open()

    for _ in range(4):
        await call.later(3.1)

    assert call.opened == 1


async def test_sending_before_the_channel_is_open_is_refused(wire: Any) -> None:
    call = Call(wire)

    assert not call.ours.is_open
    assert not call.ours.send("too early")


async def test_an_empty_message_is_not_sent(call: Call) -> None:
    assert not call.ours.send("")


@pytest.mark.parametrize("size", [100, 1000, 20000])
async def test_at_most_64_kib_wait_for_a_client_that_is_gone(call: Call, size: int) -> None:
    sent = 0
    while call.ours.send("x" * size):
        sent += size

    assert 65536 - size < sent <= 65536
    assert not call.ours.send("x" * size)


async def test_at_most_1024_messages_wait_for_a_client_that_is_gone(call: Call) -> None:
    sent = sum(call.ours.send("x") for _ in range(2000))

    assert sent == 1024


async def test_a_message_longer_than_the_client_takes_is_not_sent(call: Call) -> None:
    assert not call.ours.send("x" * 65537)
    assert call.ours.send("x" * 65536)


async def test_a_closed_channel_takes_nothing_and_may_be_opened_again(call: Call) -> None:
    call.theirs._data_channels[0].close()
    await call.settle()
    assert not call.ours.send("into the void")

    call.open()
    await call.settle()

    assert call.opened == 2
    assert call.ours.send("back")


@pytest.mark.parametrize(
    ("label", "parameters"),
    [("chat", {}), ("events", {"ordered": False}), ("events", {"maxRetransmits": 0})],
)
async def test_other_channels_are_opened_but_not_ours(
    wire: Any, label: str, parameters: dict[str, Any]
) -> None:
    call = Call(wire)
    channel = call.open(label, **parameters)
    await call.settle()

    channel.send("to nobody")
    await call.settle()

    assert channel.readyState == "open"
    assert (call.opened, call.heard) == (0, [])
    assert not call.ours.send("not there")


async def test_an_abort_ends_the_association(call: Call) -> None:
    await call.theirs.stop()
    await call.settle()

    assert call.ours.ended
    assert not call.ours.is_open


async def test_aborting_tells_the_client(call: Call) -> None:
    call.ours.abort()
    call.ours.abort()
    await call.settle()

    assert call.theirs.state == "closed"
    assert not call.ours.send("too late")
