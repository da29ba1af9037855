"""The WebSocket API, met by real clients, and by boto3 from the other side."""

import json

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from tests.local.socket_port import SOON, Port

pytestmark = pytest.mark.anyio


async def test_connecting_is_told_as_api_gateway_tells_it(port: Port) -> None:
    await port.connect("token=a%2Bb&x=1&x=2", headers={"User-Agent": "phone"})

    event = await port.told.until("CONNECT")

    context = event["requestContext"]
    assert context["routeKey"] == "$connect"
    assert len(context["connectionId"]) == 16
    assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "phone"}
    assert context["requestTimeEpoch"] >= context["connectedAt"] > 1_700_000_000_000
    assert event["queryStringParameters"] == {"token": "a+b", "x": "2"}
    assert event["multiValueQueryStringParameters"] == {"token": ["a+b"], "x": ["1", "2"]}
    assert event["headers"]["User-Agent"] == "phone"
    assert "body" not in event


@pytest.mark.parametrize("status", [401, 403, 503])
async def test_whom_the_function_refuses_never_connects(port: Port, status: int) -> None:
    port.told.answer = lambda _: {"statusCode": status}

    with pytest.raises(WSServerHandshakeError) as refusal:
        await port.connect()

    assert refusal.value.status == status
    assert [each["requestContext"]["eventType"] for each in port.told.events] == ["CONNECT"]


async def test_where_the_function_breaks_nobody_connects(port: Port) -> None:
    port.told.answer = lambda _: 1 / 0

    with pytest.raises(WSServerHandshakeError) as refusal:
        await port.connect()

    assert refusal.value.status == 500


async def test_a_plain_request_is_asked_to_upgrade(port: Port) -> None:
    async with port.http.get("/events?token=secret") as answer:
        assert answer.status == 426
    assert port.told.events == []


async def test_what_a_client_says_is_told_one_thing_after_the_other(port: Port) -> None:
    client = await port.connect()
    for number in range(20):
        await client.send_str(f"said {number}")
    await client.send_bytes(b"\x00\xff")

    last = await port.told.until("MESSAGE", 21)

    connects, messages = port.told.of("CONNECT"), port.told.of("MESSAGE")
    ids = {each["requestContext"]["connectionId"] for each in port.told.events}
    assert len(ids) == len(connects) == 1
    assert [each["body"] for each in messages[:20]] == [f"said {number}" for number in range(20)]
    assert messages[0]["requestContext"]["routeKey"] == "$default"
    assert messages[0]["requestContext"]["messageId"]
    assert (last["body"], last["isBase64Encoded"]) == ("AP8=", True)


async def test_a_function_that_breaks_is_told_to_the_client(port: Port) -> None:
    client = await port.connect()
    port.told.answer = lambda _: 1 / 0

    await client.send_str("hello")

    told = await client.receive_json(timeout=SOON)
    assert told["message"] == "Internal server error"
    assert told["connectionId"] == await port.id_of_last()


async def test_a_client_that_goes_is_missed(port: Port) -> None:
    client = await port.connect()

    await client.close(code=1000)

    event = await port.told.until("DISCONNECT")
    context = event["requestContext"]
    assert context["connectionId"] == await port.id_of_last()
    assert (context["routeKey"], context["disconnectStatusCode"]) == ("$disconnect", 1000)


async def test_functions_send_over_connections(port: Port) -> None:
    clients = [await port.connect() for _ in range(2)]
    second = await port.id_of_last()

    await port.manage("post_to_connection", second, Data=json.dumps({"é": 1}).encode())

    assert await clients[1].receive_json(timeout=SOON) == {"é": 1}


async def test_functions_look_at_a_connection(port: Port) -> None:
    await port.connect(headers={"User-Agent": "phone"})

    found = await port.manage("get_connection", await port.id_of_last())

    assert found["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "phone"}
    assert found["LastActiveAt"] >= found["ConnectedAt"]


async def test_functions_end_a_connection_after_what_they_said(port: Port) -> None:
    client = await port.connect()
    connection_id = await port.id_of_last()
    await port.manage("post_to_connection", connection_id, Data=b"goodbye")
    await port.manage("delete_connection", connection_id)

    gone = 410, "GoneException"
    assert await port.refused("post_to_connection", connection_id, Data=b"x") == gone
    assert await client.receive_str(timeout=SOON) == "goodbye"
    end = await client.receive(timeout=SOON)
    assert (end.type, end.data) == (WSMsgType.CLOSE, 1000)
    await port.told.until("DISCONNECT")
    assert await port.refused("delete_connection", connection_id) == gone


async def test_a_connection_that_never_was_is_gone(port: Port) -> None:
    gone = 410, "GoneException"

    assert await port.refused("post_to_connection", "L0SM9cOFvHcCIhw=", Data=b"x") == gone
    assert await port.refused("get_connection", "a/b ü") == gone
    assert await port.refused("delete_connection", "x") == gone


async def test_a_stack_that_stops_says_goodbye(port: Port) -> None:
    client = await port.connect()

    port.sockets.stop()

    end = await client.receive(timeout=SOON)
    assert (end.type, end.data) == (WSMsgType.CLOSE, 1001)
    await port.told.until("DISCONNECT")
