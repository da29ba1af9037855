"""Many real clients in a process of their own: what a browser sends all day, they send."""

import asyncio
import multiprocessing
import os
from collections.abc import Sequence
from typing import Any

from media_workers.transport.dtls import Certificate
from media_workers.transport.mmsg import Address
from support.client import Client
from support.sound import packets

AT_ONCE = 4
"""Handshakes under way."""

JOINS_A_SECOND = 80
"""Each is a write of the worker's to a DynamoDB that has one thread (docs/decisions/0005)."""

TICK = 0.02
LISTENED_TO = 2
"""So many of them take in what they are sent, to see that it is sound."""


class Crowd:
    """Grows by `join`, and is gone after `leave`. The first `speakers` of it talk all the time."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_live, args=(theirs,), daemon=True)
        self._process.start()

    def join(
        self, media: Sequence[dict[str, str]], *, speak: bool = False, ptime: int | None = None
    ) -> list[Address]:
        """Connect all of them; once they are, the addresses of their sockets."""
        self._pipe.send((list(media), speak, ptime))
        addresses: list[Address]
        addresses, error = self._pipe.recv()
        if error:
            raise RuntimeError(error)
        return addresses

    def hush(self, *, quiet: bool) -> None:
        """Those on the stage say nothing for a while, or talk again."""
        self._pipe.send(quiet)

    def leave(self) -> float:
        """All hang up. How many packets a second reached one who listened, in the end."""
        self._pipe.send(None)
        heard: float = self._pipe.recv()
        self._process.join()
        return heard


def _live(pipe: Any) -> None:
    os.nice(5)  # the worker comes first: it has a machine to itself elsewhere
    asyncio.run(_People(pipe).live())


class _People:
    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._certificate = Certificate.generate()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: list[Client] = []
        self._speakers: list[Client] = []
        self._quiet = False

    async def live(self) -> None:
        """Does what it is ordered: lists join, True is to be quiet, False to talk, None ends it."""
        talking = asyncio.create_task(self._talk())
        while (order := await asyncio.to_thread(self._pipe.recv)) is not None:
            if isinstance(order, bool):
                self._quiet = order
                continue
            try:
                self._pipe.send((await self._join(*order), None))
            except Exception as error:  # noqa: BLE001 - told to whoever asked
                self._pipe.send(([], repr(error)))
        before = [client.packets for client in self._listeners]
        await asyncio.sleep(1.0)
        heard = [c.packets - was for c, was in zip(self._listeners, before, strict=True)]
        self._pipe.send(min(heard, default=0.0))
        for task in (*self._tasks, talking):
            task.cancel()
        await asyncio.gather(*self._tasks, talking, return_exceptions=True)

    async def _join(
        self,
        media: list[dict[str, str]],
        speak: bool,  # noqa: FBT001 - as it comes through the pipe
        ptime: int | None,
    ) -> list[Address]:
        loop = asyncio.get_running_loop()
        due = loop.time()
        joining = []
        async with asyncio.TaskGroup() as group:
            for each in media:
                joining.append(group.create_task(self._connect(each, speak=speak, ptime=ptime)))
                due += 1 / JOINS_A_SECOND
                await asyncio.sleep(due - loop.time())
        return [task.result() for task in joining]

    async def _connect(self, media: dict[str, str], *, speak: bool, ptime: int | None) -> Address:
        async with self._gate:
            counted = not speak and len(self._listeners) < LISTENED_TO
            client = await asyncio.to_thread(
                Client,
                self._certificate,
                media,
                sends=speak,
                received=(lambda _packet, _at: None) if counted else None,
                ptime=ptime,
            )
            if counted:
                self._listeners.append(client)
            self._tasks.add(asyncio.create_task(client.run()))
            await client.connected.wait()
        if speak:
            self._speakers.append(client)
        return client.address

    async def _talk(self) -> None:
        """Everybody on the stage says the same, each from another place on."""
        said = packets(8)
        loop = asyncio.get_running_loop()
        due, number = loop.time(), 0
        while True:
            for place, speaker in enumerate([] if self._quiet else self._speakers):
                speaker.send_frame(said[(number + 37 * place) % len(said)])
            number += 1
            due += TICK
            await asyncio.sleep(max(0.0, due - loop.time()))
