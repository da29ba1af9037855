"""`python -m local.demo`: somebody is live already when the first person comes.

A scripted host opens a room, says what Stoa is, over and over, and invites everyone who raises a
hand up on the stage. STOA_URL says where the API is, STOA_CAPTIONS whether there are captions.
"""

import asyncio
import os
import signal
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from local.call import Call, Refused, expect
from local.voice import Samples, Voice, load, phrases, script

HANDLE = "stoa"
PROFILE = {"handle": HANDLE, "name": "Stoa", "avatar_url": None}
ROOM = {
    "title": "Welcome to Stoa",
    "description": "Lean back and listen, or raise your hand: the host invites you up.",
    "topics": ["Welcome"],
    "who_may_speak": "everyone",
}
BEFORE_INVITING = 1.5  # s, long enough to see one's own hand up
FIRST_PAUSE = 0.5  # s between attempts, doubled up to
LONGEST_PAUSE = 8.0  # s
PATIENCE = ClientTimeout(total=15)


class Host:
    """The scripted host, who is a client of the API like any other."""

    def __init__(self, http: ClientSession, url: str, samples: Samples, *, captions: bool) -> None:
        self._http = http
        self._url = url
        self._samples = samples
        self._captions = {"captions": {"enabled": captions, "language": "en-US"}}
        self._headers: dict[str, str] = {}

    async def talk(self) -> None:
        """Go live and talk until the connection is lost or the room is over."""
        await self._sign_in()
        room_id = await self._room()
        joined = await self._api("POST", f"/rooms/{room_id}/join", {})
        call = await Call.open(self._http, joined["media"], Voice(self._samples))
        try:
            async with asyncio.TaskGroup() as invitations:
                while (event := await call.next_event()) is not None:
                    if event["type"] in ("moved", "ended"):
                        return
                    for hand in hands(event):
                        invitations.create_task(self._invite(room_id, hand["account_id"]))
        finally:
            await call.close()

    async def _sign_in(self) -> None:
        signed_in = await self._api("POST", "/local/sign-in", {"handle": HANDLE})
        self._headers = {"Authorization": f"Bearer {signed_in['token']}"}
        me = await self._api("PUT", "/me", PROFILE)
        if not me["hosting"]["allowed"]:
            enough = {"count": me["hosting"]["needed"]}
            await self._api("POST", f"/local/accounts/{HANDLE}/followers", enough)

    async def _room(self) -> str:
        """The room that is live already, if this process had a life before, or a new one."""
        live = await self._api("GET", f"/rooms?state=live&host={HANDLE}")
        if live["items"]:
            return str(live["items"][0]["room_id"])
        room_id = str((await self._api("POST", "/rooms", ROOM | self._captions))["room_id"])
        # A recogniser for one machine knows a synthetic voice's words only if told them before.
        await self._api("PUT", f"/rooms/{room_id}/vocabulary", {"words": phrases(script())})
        return room_id

    async def _invite(self, room_id: str, account_id: str) -> None:
        await asyncio.sleep(BEFORE_INVITING)
        path = f"/rooms/{room_id}/members/{account_id}/role"
        try:
            await self._sign_in()  # a token lasts an hour, and the room longer
            await self._api("PUT", path, {"role": "speaker"})
        except Refused as refusal:
            print(f"could not invite {account_id} up: {refusal}", flush=True)

    async def _api(self, method: str, path: str, body: Any = None) -> Any:
        request = self._http.request(method, self._url + path, json=body, headers=self._headers)
        async with request as answer:
            if not answer.ok:
                await expect(answer)
            return await answer.json() if answer.content_type == "application/json" else None


def hands(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The hands that an event shows to be up."""
    if event["type"] == "hand.raised":
        return [event]
    return list(event["hands"]) if event["type"] == "room.state" else []


async def keep_talking(url: str, *, captions: bool) -> None:
    """Talk, and come back whenever the connection is lost, until cancelled."""
    samples = load()
    pause = FIRST_PAUSE
    while True:
        try:
            async with ClientSession(timeout=PATIENCE) as http:
                await Host(http, url, samples, captions=captions).talk()
            pause = FIRST_PAUSE
        except* (ClientError, OSError, Refused, TimeoutError) as errors:
            reasons = "; ".join(str(error) or type(error).__name__ for error in errors.exceptions)
            print(f"{reasons}; trying again", flush=True)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def main() -> None:
    """The demo, until SIGTERM."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with asyncio.TaskGroup() as group:
        captions = os.environ.get("STOA_CAPTIONS") == "on"
        talking = group.create_task(keep_talking(os.environ["STOA_URL"], captions=captions))
        await stopping.wait()
        talking.cancel()


if __name__ == "__main__":
    asyncio.run(main())
