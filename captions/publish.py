"""Lines on their way out: every change to the room at once, final ones into DynamoDB behind it.

A final line is numbered when it is sent. Should the record know that number already, since someone
else wrote a line meanwhile, the line goes out again with the number it got.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from captions.segments import Draft
from core.captions import (
    LINES,
    Caption,
    CaptionLine,
    Speaker,
    captions_key,
    line_id_key,
)
from core.dynamo import Attr, Check, ConditionFailed, Database, Put, absent
from core.errors import Unavailable
from core.room_items import META, room_key
from core.tables import CAPTIONS, ROOMS

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)

MAX_UNSENT = 1_000
"""Lines that wait for the socket; then the oldest is dropped, and counted."""
MAX_UNSTORED = 5_000
"""Final lines that wait for DynamoDB, an hour's talk; then new ones are dropped, and counted."""
CLOUD_ERRORS = (BotoCoreError, ClientError, Unavailable)


class Ousted(Exception):
    """The room's lease has another term: its holder captions it."""


class SeqTaken(Exception):
    """Another line has this number."""


class Record:
    """The captions table; its layout is in core/captions. All calls block."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._captions = database.table(CAPTIONS)
        self._rooms = database.table(ROOMS)

    def last_seq(self, room_id: str) -> int:
        """The number of the room's last line, 0 if there is none."""
        page = self._captions.query(captions_key(room_id), begins=LINES, newest_first=True, limit=1)
        return int(page.items[0]["seq"]) if page.items else 0

    def append(self, room_id: str, term: int, line: CaptionLine) -> int:
        """Write a final line once; the number it has. SeqTaken or Ousted, and nothing is written.

        Repeated after an answer that was lost, it finds its own id, and the number from then.
        """
        key = captions_key(room_id)
        pointer = {"pk": key, "sk": line_id_key(line.line_id), "seq": line.seq}
        try:
            self._database.transact(
                (self._captions, Put(item=pointer, condition=absent)),
                (self._captions, Put(item=line.to_item(room_id), condition=absent)),
                (
                    self._rooms,
                    Check(pk=room_key(room_id), sk=META, condition=Attr("lease_term").eq(term)),
                ),
            )
        except ConditionFailed as race:
            if race.index == 0 and race.found:
                return int(race.found["seq"])
            raise (SeqTaken if race.index == 1 else Ousted) from race
        return line.seq


class Publisher:
    """One room's lines. `publish` takes them as they change, `run` brings them out.

    `dropped` counts lines that had to make way, `stored` those in the record.
    """

    def __init__(self, *, room_id: str, term: int, record: Record) -> None:
        self._room_id = room_id
        self._term = term
        self._record = record
        self._last_seq: int | None = None
        self._unnumbered: list[CaptionLine] = []
        self._to_send: dict[str, CaptionLine] = {}
        self._to_store: deque[CaptionLine] = deque()
        self._lines_to_send = asyncio.Event()
        self._lines_to_store = asyncio.Event()
        self._finishing = False
        self._all_stored = False
        self.dropped = 0
        self.stored = 0

    def publish(self, speaker: Speaker, draft: Draft) -> None:
        """The line is now like this. Of an open line only the latest state waits."""
        line = CaptionLine(
            line_id=draft.line_id,
            seq=0,
            speaker=speaker,
            text=draft.text,
            final=draft.final,
            starts_ms=draft.starts_ms,
            ends_ms=draft.ends_ms,
            revision=draft.revision,
        )
        if not line.final:
            self._send(line)
        elif len(self._to_store) + len(self._unnumbered) >= MAX_UNSTORED:
            self.dropped += 1
        elif self._last_seq is None:
            self._unnumbered.append(line)
        else:
            self._number(line)

    def finish(self) -> None:
        """No more lines come: `run` returns when all are out."""
        self._finishing = True
        self._lines_to_store.set()

    async def run(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Bring lines out until `finish`; Ousted if the room is another's by now.

        A socket that is closed takes no more lines; final ones are stored all the same.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._store_lines())
            tasks.create_task(self._send_lines(send))

    def _send(self, line: CaptionLine) -> None:
        if line.line_id not in self._to_send and len(self._to_send) >= MAX_UNSENT:
            self._to_send.pop(next(iter(self._to_send)))
            self.dropped += 1
        self._to_send[line.line_id] = line
        self._lines_to_send.set()

    def _number(self, line: CaptionLine) -> None:
        """Send a final line with the next number, and store it under that if nobody has it."""
        self._last_seq = (self._last_seq or 0) + 1
        numbered = line.model_copy(update={"seq": self._last_seq})
        self._send(numbered)
        self._to_store.append(numbered)
        self._lines_to_store.set()

    async def _send_lines(self, send: Callable[[str], Awaitable[None]]) -> None:
        while self._to_send or not self._all_stored:
            while self._to_send:
                line = self._to_send.pop(next(iter(self._to_send)))
                with suppress(ConnectionError):
                    await send(Caption(line=line).model_dump_json())
            await self._lines_to_send.wait()
            self._lines_to_send.clear()

    async def _store_lines(self) -> None:
        self._last_seq = await persist(self._record.last_seq, self._room_id)
        for line in self._unnumbered:
            self._number(line)
        self._unnumbered.clear()
        while self._to_store or not self._finishing:
            while self._to_store:
                await self._store(self._to_store[0])
            self._lines_to_store.clear()
            if not self._finishing:
                await self._lines_to_store.wait()
        self._all_stored = True
        self._lines_to_send.set()

    async def _store(self, line: CaptionLine) -> None:
        """Store the line that waits longest; behind someone else's line, all are numbered anew."""
        try:
            seq = await persist(self._record.append, self._room_id, self._term, line)
        except SeqTaken:
            waiting = list(self._to_store)
            self._to_store.clear()
            self._last_seq = await persist(self._record.last_seq, self._room_id)
            for late in waiting:
                self._number(late.model_copy(update={"revision": late.revision + 1}))
            return
        self._to_store.popleft()
        self.stored += 1
        if seq != line.seq:
            update = {"seq": seq, "revision": line.revision + 1}
            self._send(line.model_copy(update=update))


async def persist(deed: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A blocking call on a thread, as often as it takes: raises only answers, no cloud failure."""
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(CLOUD_ERRORS),
        wait=wait_random_exponential(multiplier=0.1, max=5),
        before_sleep=lambda _: _log.warning("cloud.failed deed=%s", deed.__name__),
    )
    return await retrying(asyncio.to_thread, deed, *args, **kwargs)
