"""A room's live captions: the speech of its stage to a caption worker, and the lines back.

While captions are enabled and somebody is audible there is one link to one caption worker; after
30 s of silence there is none. All of it happens beside the sound: the tick leaves references to
20 ms of each voice in the tap, and a task of its own does the rest.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TYPE_CHECKING

from core.captions import CaptionLine, Hello
from core.clock import from_rfc3339
from core.dynamo import Item
from core.placement import Lease
from media_workers.audio.decimate import Decimator
from media_workers.captioning.backlog import Backlog, Frame
from media_workers.captioning.link import CaptionPlane, Link, LinkLost
from media_workers.captioning.tap import FRAME_MS, Speech, Tap
from media_workers.process.crew import Crew

if TYPE_CHECKING:
    from media_workers.audio.opus import Pcm

SILENCE = 30.0
FIRST_WAIT, LONGEST_WAIT = 0.25, 4.0
"""Seconds between attempts, doubled each time."""

LONG_LIFE = 5.0
"""Seconds after which a link counts as one that worked."""

LAST_WORDS = 5.0
"""Seconds that lines which are not final yet are waited for, when captions go off."""

LOOK_EVERY = 1.0
BURST = 16
"""Frames sent on end, some 1 ms of work: then the tick has its turn."""

_log = logging.getLogger(__name__)


class Captioning:
    """Captions of one room. `show` gets every line as it changes; `counters` what was dropped."""

    def __init__(
        self,
        lease: Lease,
        room: Item,
        *,
        plane: CaptionPlane,
        crew: Crew,
        show: Callable[[CaptionLine], None],
        handle_of: Callable[[str], str | None],
        now: datetime,
        silence: float = SILENCE,
    ) -> None:
        self._lease = lease
        self._silence = silence
        self._plane = plane
        self._crew = crew
        self._show = show
        self._handle_of = handle_of
        self._tap = Tap(elapsed_ms(room, now))
        self._backlog = Backlog()
        self._decimators: dict[str, tuple[int, Decimator]] = {}
        self._voices: AbstractSet[str] = frozenset()
        self._news = asyncio.Event()
        self._running = False
        self._over = False
        self._heard_at = 0.0
        self._language = ""
        self.room_changed(room)

    @property
    def counters(self) -> Counter[str]:
        """20 ms of speech that nobody got to hear."""
        return self._tap.counters + self._backlog.counters

    @property
    def backlog_seconds(self) -> float:
        """Speech that no caption worker has been sent yet, all speakers' added up."""
        return (len(self._tap) + self._backlog.unsent) * FRAME_MS / 1000

    def room_changed(self, room: Item) -> None:
        """Captions may be on or off now, or in another language."""
        wanted = room.get("captions") or {}
        self._language = wanted.get("language") or "en-US"
        self._tap.open = bool(wanted.get("enabled")) and not self._over
        if not self._tap.open:
            self._tap.close()
        self._news.set()

    def hear(
        self, frames: "Mapping[str, Pcm]", audible: AbstractSet[str], voices: AbstractSet[str]
    ) -> None:
        """One slot of 20 ms: what came of each voice, who is audible, who could be."""
        try:
            self._tap.hear(frames, audible)
            self._voices = voices
            if len(self._tap):
                self._news.set()
                if not self._running:
                    self._running = True
                    self._crew.spawn(self._run(), f"captions {self._lease.room_id}")
        except Exception:  # noqa: BLE001 - whatever breaks here, the sound goes on
            self._tap.close()
            _log.exception("captions.failed room_id=%s", self._lease.room_id)

    def give_up(self, slots: int) -> None:
        """So many slots of 20 ms went by unused."""
        self._tap.give_up(slots)

    def close(self) -> None:
        """The room is not run here any more; what was said last still becomes text."""
        self._over = True
        self._tap.close()
        self._news.set()

    async def _run(self) -> None:
        """From the first word to the end of a long silence, or of captions."""
        try:
            async with asyncio.TaskGroup() as readers:
                await self._caption(readers)
        except BaseException:
            # A bug costs this room its captions until they are switched on again: not more.
            self._tap.close()
            raise
        finally:
            self._running = False
            self._backlog.forget()
            self._decimators.clear()

    async def _caption(self, readers: asyncio.TaskGroup) -> None:
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        avoid: frozenset[str] = frozenset()
        wait = FIRST_WAIT
        while self._tap.open and not self._silent():
            hello = Hello(
                room_id=self._lease.room_id, term=self._lease.term, language=self._language
            )
            opened_at = loop.time()
            try:
                link = await self._plane.open(hello, self._told, avoid)
                opened_at = loop.time()
                readers.create_task(self._read(link))
                await self._feed(link)
                avoid = frozenset({link.worker_id} if link.moved else ())
            except LinkLost as lost:
                _log.warning("captions.lost room_id=%s reason=%s", hello.room_id, lost)
                avoid = frozenset({lost.worker_id} if lost.worker_id else ())
                if loop.time() - opened_at >= LONG_LIFE:
                    wait = FIRST_WAIT
                await self._pause(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    async def _read(self, link: Link) -> None:
        await link.read()
        # What it has shown and not finished is not left standing.
        for line in link.lines.values():
            self._show(line.model_copy(update={"text": "", "revision": line.revision + 1}))
        self._news.set()

    async def _feed(self, link: Link) -> None:
        """Send speech until another link is to do that, or none; LinkLost if this one breaks."""
        try:
            while not link.moved:
                if not self._tap.open or link.hello.language != self._language or self._silent():
                    await self._finish(link)
                    return
                self._collect()
                if link.over:
                    raise LinkLost("it hung up", link.worker_id)  # noqa: TRY301 - as if by send
                if await self._send(link):
                    await asyncio.sleep(0)
                    continue
                for account_id in set(link.speakers) - self._voices:
                    await link.leave(account_id)
                await self._next(LOOK_EVERY)
        except LinkLost:
            await link.close()
            self._backlog.rewind()
            raise

    async def _send(self, link: Link) -> bool:
        """Some of what waits; whether there is more."""
        for _ in range(BURST):
            frame = self._backlog.take()
            if frame is None:
                return False
            missing = self._backlog.missing.pop(frame.account_id, None)
            await link.send(frame, self._handle_of(frame.account_id), missing)
        return True

    async def _finish(self, link: Link) -> None:
        """Hang up, once the last words are final."""
        for account_id in link.speakers:
            await link.leave(account_id)
        loop = asyncio.get_running_loop()
        until = loop.time() + LAST_WORDS
        while link.lines and not link.over and loop.time() < until:
            await self._next(until - loop.time())
            self._collect()
        self._backlog.forget_sent()
        await link.close()

    def _told(self, line: CaptionLine) -> None:
        if line.final:
            self._backlog.confirm(line.speaker.account_id, line.ends_ms)
            self._news.set()
        self._show(line)

    def _collect(self) -> None:
        for speech in self._tap.take():
            self._heard_at = asyncio.get_running_loop().time()
            self._backlog.add(Frame(speech.account_id, speech.at_ms, self._narrow(speech)))

    def _narrow(self, speech: Speech) -> bytes:
        """The sound as recognisers take it; behind a gap the filter begins anew."""
        due_ms, decimator = self._decimators.get(speech.account_id, (-1, None))
        if decimator is None or due_ms != speech.at_ms:
            decimator = Decimator()
        self._decimators[speech.account_id] = speech.at_ms + FRAME_MS, decimator
        return decimator.process(speech.pcm).tobytes()

    def _silent(self) -> bool:
        return asyncio.get_running_loop().time() - self._heard_at >= self._silence

    async def _pause(self, seconds: float) -> None:
        """Speech goes on meanwhile."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._tap.open and loop.time() < until:
            await self._next(until - loop.time())
            self._collect()

    async def _next(self, seconds: float) -> None:
        """Wait until something has happened, but not longer than this."""
        self._news.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return


def elapsed_ms(room: Item, now: datetime) -> int:
    """The room's media clock: it begins when the room does, and every worker reads it alike."""
    started_at = room.get("started_at")
    if started_at is None:
        return 0
    return max(0, round((now - from_rfc3339(started_at)).total_seconds() * 1000))
