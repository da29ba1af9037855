"""What a connection bears: sizes, silence, time, and clients that only talk or never listen."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import WSMsgType
from botocore.exceptions import ClientError

from local.connection import Limits
from tests.local.socket_port import SOON, Port, serving

pytestmark = pytest.mark.anyio


async def test_a_message_over_128_kb_is_too_large_to_send(port: Port) -> None:
    client = await port.connect(max_msg_size=1 << 20)
    connection_id = await port.id_of_last()
    large = b"x" * (128 * 1024)

    await port.manage("post_to_connection", connection_id, Data=large)
    refusal = await port.refused("post_to_connection", connection_id, Data=large + b"x")

    assert refusal == (413, "PayloadTooLargeException")
    assert len(await client.receive_str(timeout=SOON)) == len(large)


async def test_a_frame_over_32_kb_ends_its_connection_and_no_other(port: Port) -> None:
    client, other = await port.connect(), await port.connect()
    await client.send_str("x" * 32 * 1024)
    await port.told.until("MESSAGE")

    await client.send_str("x" * (32 * 1024 + 1))

    end = await client.receive(timeout=SOON)
    assert (end.type, end.data) == (WSMsgType.CLOSE, 1009)
    await port.manage("post_to_connection", await port.id_of_last(), Data=b"still here")
    assert await other.receive_str(timeout=SOON) == "still here"


async def test_a_client_that_does_not_read_is_not_waited_for(tmp_path: Path) -> None:
    limits = Limits(max_waiting=3, patience_s=0.05)
    async with serving(tmp_path, limits) as port:
        await port.connect()
        connection_id = await port.id_of_last()
        large = b"x" * (128 * 1024)

        refusals = set()
        for _ in range(300):
            try:
                await port.manage("post_to_connection", connection_id, Data=large)
            except ClientError as refusal:
                refusals.add(refusal.response["Error"]["Code"])
                if "GoneException" in refusals:
                    break

        assert refusals & {"LimitExceededException", "GoneException"}
        await port.told.until("DISCONNECT")


async def test_a_connection_over_which_nothing_is_said_ends_after_ten_minutes(port: Port) -> None:
    quiet, talking = await port.connect(), await port.connect()

    port.clock.advance(timedelta(minutes=9))
    await talking.send_str("here")
    await port.told.until("MESSAGE")
    port.clock.advance(timedelta(minutes=2))

    end = await quiet.receive(timeout=SOON)
    assert (end.type, end.data) == (WSMsgType.CLOSE, 1001)
    await port.manage("post_to_connection", await port.id_of_last(), Data=b"still here")
    assert await talking.receive_str(timeout=SOON) == "still here"


async def test_no_connection_lasts_longer_than_two_hours(port: Port) -> None:
    client = await port.connect()

    for messages in range(1, 13):
        port.clock.advance(timedelta(minutes=9, seconds=55))
        await client.send_str("here")
        await port.told.until("MESSAGE", messages)
    port.clock.advance(timedelta(minutes=2))

    end = await client.receive(timeout=SOON)
    assert (end.type, end.data) == (WSMsgType.CLOSE, 1001)


async def test_a_client_that_floods_hears_why_it_is_sent_away(port: Port) -> None:
    client = await port.connect()
    connection_id = await port.id_of_last()

    async def shout() -> None:
        while not client.closed:
            await client.send_str("louder")
            await asyncio.sleep(0)

    shouting = asyncio.create_task(shout())
    await port.told.until("MESSAGE", 5)
    await port.manage("post_to_connection", connection_id, Data=b"enough")
    await port.manage("delete_connection", connection_id)

    assert await client.receive_str(timeout=SOON) == "enough"
    assert (await client.receive(timeout=SOON)).data == 1000
    await asyncio.gather(shouting, return_exceptions=True)
    event = await port.told.until("DISCONNECT")
    heard = len(port.told.of("MESSAGE"))
    assert event["requestContext"]["disconnectStatusCode"] == 1000
    assert heard < 1000
