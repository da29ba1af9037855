"""People who are connected hear of those whom they follow, on the whole stack."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from tests.journeys.stack import Person, Stack

pytestmark = pytest.mark.anyio
SOON = 15  # s
people = count()


class Devices:
    """Clients of the WebSocket API."""

    def __init__(self, stack: Stack, http: ClientSession) -> None:
        self._stack = stack
        self._http = http

    def person(self, name: str) -> Person:
        """Somebody new, who may host."""
        return self._stack.sign_in(f"{name}_{next(people)}", followers=600)

    async def connect(self, person: Person) -> ClientWebSocketResponse:
        """A device of theirs."""
        return await self._http.ws_connect(f"/events?token={person.token}")

    def api(self, method: str, path: str, by: Person, body: Any = None) -> Any:
        """A call that has to go well."""
        answer = self._stack.api(method, path, by=by, body=body)
        assert answer.status < 300, answer.body
        return answer.json if answer.body else None


@pytest.fixture
async def devices(stack: Stack) -> AsyncIterator[Devices]:
    async with ClientSession(stack.url) as http:
        yield Devices(stack, http)


async def heard(device: ClientWebSocketResponse) -> Any:
    """The next message."""
    return await device.receive_json(timeout=SOON)


async def test_followers_hear_who_is_live_who_speaks_and_when_it_is_over(devices: Devices) -> None:
    hana, sam, ada, bea = map(devices.person, ("hana", "sam", "ada", "bea"))
    devices.api("PUT", f"/me/following/{hana.handle}", ada)
    devices.api("PUT", f"/me/following/{sam.handle}", bea)
    adas, beas, sams = [await devices.connect(person) for person in (ada, bea, sam)]

    room_id = devices.api("POST", "/rooms", hana, {"title": "Tides tonight"})["room_id"]
    live = await heard(adas)
    devices.api("POST", f"/rooms/{room_id}/join", sam, {})
    role = f"/rooms/{room_id}/members/{sam.account_id}/role"
    devices.api("PUT", role, hana, {"role": "speaker"})
    speaking, invited = await heard(beas), await heard(sams)
    devices.api("POST", f"/rooms/{room_id}/end", hana, {})
    ended = [await heard(device) for device in (adas, beas)]

    assert (live["type"], live["room"]["room_id"]) == ("room.live", room_id)
    assert (speaking["type"], speaking["person"]["handle"]) == ("room.speaking", sam.handle)
    assert (invited["type"], invited["by"]["handle"]) == ("invited_up", hana.handle)
    assert {each["type"] for each in ended} == {"room.ended"}
    assert live["event_id"] < speaking["event_id"] < ended[0]["event_id"]


async def test_who_was_away_asks_for_what_they_missed(devices: Devices) -> None:
    hana, ada = devices.person("hana"), devices.person("ada")
    devices.api("PUT", f"/me/following/{hana.handle}", ada)
    device = await devices.connect(ada)
    first_id = devices.api("POST", "/rooms", hana, {"title": "First"})["room_id"]
    first = await heard(device)
    await device.close()

    second_id = devices.api("POST", "/rooms", hana, {"title": "Second"})["room_id"]
    other = await devices.connect(ada)
    await other.send_json({"type": "resume", "after": first["event_id"]})
    missed: list[str] = []
    while second_id not in missed or first_id not in missed:
        message = await heard(other)
        events = message["events"] if message["type"] == "missed" else [message]
        missed += [event["room"]["room_id"] for event in events]

    assert set(missed) == {first_id, second_id}


async def test_a_room_that_followers_heard_of_is_found_by_its_title(devices: Devices) -> None:
    hana, ada = devices.person("hana"), devices.person("ada")
    devices.api("PUT", f"/me/following/{hana.handle}", ada)
    device = await devices.connect(ada)

    title = f"Über Gezeiten {hana.handle}"
    room_id = devices.api("POST", "/rooms", hana, {"title": title})["room_id"]
    await heard(device)
    found = devices.api("GET", f"/rooms?q=uber+gez+{hana.handle}", ada)

    assert [room["room_id"] for room in found["items"]] == [room_id]


@pytest.mark.parametrize("query", ["", "?token=", "?token=nonsense"])
async def test_without_a_token_nobody_is_let_in(devices: Devices, query: str) -> None:
    with pytest.raises(WSServerHandshakeError) as refusal:
        await devices._http.ws_connect(f"/events{query}")

    assert refusal.value.status == 401


async def test_a_client_that_says_ten_thousand_things_is_sent_away_alone(devices: Devices) -> None:
    hana, ada, loud = map(devices.person, ("hana", "ada", "loud"))
    devices.api("PUT", f"/me/following/{hana.handle}", ada)
    quiet, flood = await devices.connect(ada), await devices.connect(loud)

    async def shout() -> None:
        for number in range(10_000):
            if flood.closed:
                return
            await flood.send_str(f"thing {number}")
            if number % 50 == 0:
                await asyncio.sleep(0)  # others have their turn

    shouting = asyncio.create_task(shout())
    kinds = []
    async for message in flood:
        assert message.type is WSMsgType.TEXT
        kinds.append(json.loads(message.data)["type"])
    await asyncio.gather(shouting, return_exceptions=True)
    devices.api("POST", "/rooms", hana, {"title": "Calm"})

    assert kinds[-1] == "closing"
    assert set(kinds[:-1]) == {"error"}
    assert 10 <= len(kinds) < 50
    assert (await heard(quiet))["type"] == "room.live"
