"""A room while DynamoDB and SQS answer nothing, and what is written down once they answer again.

    python bench/outage.py [--minutes 1] [--listeners 40]

The media worker's own process; its cloud is stopped (SIGSTOP), the unkindest outage, since it takes
connections and then says nothing. Meanwhile a quarter of the listeners go, another quarter lose
their connection and come back by the pass that they have. The baseline is the same room, as long as
`CALM_SECONDS`, before. The gap is the longest time in which a listener was sent no sound.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.client import Client
from support.rig import Rig, Span, rig
from support.sound import packets

from media_workers.transport.dtls import Certificate

ROOM = "room_1"
TICK = 0.02
CALM_SECONDS = 20.0
RECONCILED_WITHIN = 120.0


class Listener:
    """One who stays, and notes for how long he was sent nothing."""

    def __init__(self, certificate: Certificate, media: dict[str, str]) -> None:
        self._certificate = certificate
        self._media = media
        self._heard_at = 0.0
        self.gap = 0.0

    async def come(self, group: asyncio.TaskGroup) -> None:
        """Connect, for the first time or once more."""
        self.client = await asyncio.to_thread(
            Client, self._certificate, self._media, received=self._heard
        )
        self._task = group.create_task(self.client.run())
        await self.client.connected.wait()
        self.start()

    async def go(self) -> None:
        """Hang up."""
        self._task.cancel()
        await asyncio.wait([self._task])

    def start(self) -> None:
        """Count from here."""
        self._heard_at, self.gap = time.monotonic(), 0.0

    def _heard(self, _packet: bytes, _at: float) -> None:
        now = time.monotonic()
        self._heard_at, self.gap = now, max(self.gap, now - self._heard_at)


def report(name: str, span: Span, listeners: list[Listener]) -> None:
    """One line."""
    gap = max(listener.gap for listener in listeners)
    print(
        f"{name:<8} {span.seconds:6.0f} s   longest gap {gap * 1e3:4.0f} ms"
        f"   all ticks within {span.tick_within(1.0) * 1e3:.0f} ms"
        f"   CPU {100 * span.cpu / span.seconds:.1f} %",
        flush=True,
    )


async def talk(speaker: Client) -> None:
    """Without a pause, until cancelled."""
    said = packets(8)
    due, number = time.monotonic(), 0
    while True:
        speaker.send_frame(said[number % len(said)])
        number += 1
        due += TICK
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def measure(worker: Rig, count: int, minutes: float) -> None:
    """One outage."""
    certificate = Certificate.generate()
    stage, *doors = worker.open_room(ROOM, listeners=count)
    everyone = [Listener(certificate, door) for door in doors]
    leaving, moving = everyone[: count // 4], everyone[count // 4 : count // 2]
    staying = everyone[count // 2 :]
    async with asyncio.TaskGroup() as group:
        speaker = await asyncio.to_thread(Client, certificate, stage, sends=True)
        tasks = [group.create_task(speaker.run())]
        await speaker.connected.wait()
        tasks.append(group.create_task(talk(speaker)))
        for listener in everyone:
            await listener.come(group)
        await asyncio.to_thread(worker.settle, ROOM, count + 1)

        for listener in everyone:
            listener.start()
        report("calm", await asyncio.to_thread(worker.watch, CALM_SECONDS), staying)

        with worker.outage():
            for listener in everyone:
                listener.start()
            watching = group.create_task(asyncio.to_thread(worker.watch, 60 * minutes))
            await asyncio.sleep(5)
            for listener in (*leaving, *moving):
                await listener.go()
            for listener in moving:
                await listener.come(group)
            report("outage", await watching, [*moving, *staying])
        began = time.monotonic()
        async with asyncio.timeout(RECONCILED_WITHIN):
            while await asyncio.to_thread(worker.written, ROOM) != count + 1 - len(leaving):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.2)
        print(f"the roster is right again after {time.monotonic() - began:.1f} s")
        for listener in (*moving, *staying):
            await listener.go()
        for task in tasks:
            task.cancel()


def main() -> None:
    """Prints the lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--listeners", type=int, default=40)
    options = parser.parse_args()
    with rig() as worker:
        asyncio.run(measure(worker, options.listeners, options.minutes))


if __name__ == "__main__":
    main()
