"""`python -m local.demo`: somebody is live already when the first person comes.

A scripted host opens a room, says what Stoa is, over and over, and invites everyone who raises a
hand up on the stage; and sells tickets for another room tomorrow, if no real Stripe would hear of
it. STOA_URL says where the API is, STOA_CAPTIONS whether there are captions, STOA_STRIPE_API where
the stand-in for Stripe is, STOA_TICKETS_ROLLOUT who may sell.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from local.call import Call, Refused
from local.client import Client
from local.demo_sale import sell
from local.names import DEMO_HANDLE
from local.voice import Samples, Voice, load, phrases, script

NAME = "Stoa"
ROOM = {
    "title": "Welcome to Stoa",
    "description": "Lean back and listen, or raise your hand: the host invites you up.",
    "topics": ["Welcome"],
    "who_may_speak": "everyone",
}
BEFORE_INVITING = 1.5  # s, long enough to see one's own hand up
FIRST_PAUSE = 0.5  # s between attempts, doubled up to
LONGEST_PAUSE = 8.0  # s
SALE_TRIES = 5
PATIENCE = ClientTimeout(total=15)


class Host:
    """The scripted host, who is a client of the API like any other."""

    def __init__(self, client: Client, samples: Samples, *, captions: bool) -> None:
        self._client = client
        self._samples = samples
        self._captions = {"captions": {"enabled": captions, "language": "en-US"}}

    async def talk(self) -> None:
        """Go live and talk until the connection is lost or the room is over."""
        await self._client.become_a_host(NAME)
        room_id = await self._room()
        joined = await self._client.api("POST", f"/rooms/{room_id}/join", {})
        call = await Call.open(self._client.http, joined["media"], Voice(self._samples))
        try:
            async with asyncio.TaskGroup() as invitations:
                while (event := await call.next_event()) is not None:
                    if event["type"] in ("moved", "ended"):
                        return
                    for hand in hands(event):
                        invitations.create_task(self._invite(room_id, hand["account_id"]))
        finally:
            await call.close()

    async def _room(self) -> str:
        """The room that is live already, if this process had a life before, or a new one."""
        live = await self._client.api("GET", f"/rooms?state=live&host={DEMO_HANDLE}")
        if live["items"]:
            return str(live["items"][0]["room_id"])
        room_id = str((await self._client.api("POST", "/rooms", ROOM | self._captions))["room_id"])
        # A recogniser for one machine knows a synthetic voice's words only if told them before.
        await self._client.api("PUT", f"/rooms/{room_id}/vocabulary", {"words": phrases(script())})
        return room_id

    async def _invite(self, room_id: str, account_id: str) -> None:
        await asyncio.sleep(BEFORE_INVITING)
        path = f"/rooms/{room_id}/members/{account_id}/role"
        try:
            await self._client.sign_in()  # a token lasts an hour, and the room longer
            await self._client.api("PUT", path, {"role": "speaker"})
        except Refused as refusal:
            print(f"could not invite {account_id} up: {refusal}", flush=True)


def hands(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The hands that an event shows to be up."""
    if event["type"] == "hand.raised":
        return [event]
    return list(event["hands"]) if event["type"] == "room.state" else []


async def keep_talking(url: str, *, captions: bool) -> None:
    """Talk, and come back whenever the connection is lost, until cancelled."""
    samples = load()

    async def talk(client: Client) -> None:
        await Host(client, samples, captions=captions).talk()

    while True:
        await patiently(url, talk)
        await asyncio.sleep(FIRST_PAUSE)


async def sell_once(url: str) -> None:
    """Have tickets for sale. Whatever is in the way, it does not hold up the talking."""

    async def sell_as_host(client: Client) -> None:
        await client.become_a_host(NAME)
        await sell(client)

    try:
        await patiently(url, sell_as_host, tries=SALE_TRIES)
    except Exception as error:  # noqa: BLE001 - the end of a task that nobody needs
        print(f"nothing is for sale: {type(error).__name__} {error}", flush=True)


async def patiently(
    url: str, deed: Callable[[Client], Awaitable[None]], *, tries: int | None = None
) -> None:
    """Do it as the demo's host, again and again until it goes well, or so often."""
    pause = FIRST_PAUSE
    for attempt in count(1):
        try:
            async with ClientSession(timeout=PATIENCE) as http:
                await deed(Client(http, url, DEMO_HANDLE))
        except* (ClientError, OSError, Refused, TimeoutError) as errors:
            reasons = "; ".join(str(error) or type(error).__name__ for error in errors.exceptions)
            print(f"{attempt}. attempt failed: {reasons}", flush=True)
        else:
            return
        if attempt == tries:
            return
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def sells(env: Mapping[str, str]) -> bool:
    """Whether anything can be sold here, and to a Stripe that is not the real one."""
    return bool(env.get("STOA_STRIPE_API")) and env.get("STOA_TICKETS_ROLLOUT") != "nobody"


async def main() -> None:
    """The demo, until SIGTERM."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    url = os.environ["STOA_URL"]
    async with asyncio.TaskGroup() as group:
        captions = os.environ.get("STOA_CAPTIONS") == "on"
        deeds = [group.create_task(keep_talking(url, captions=captions))]
        if sells(os.environ):
            deeds.append(group.create_task(sell_once(url)))
        await stopping.wait()
        for deed in deeds:
            deed.cancel()


if __name__ == "__main__":
    asyncio.run(main())
