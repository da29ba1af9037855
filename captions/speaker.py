"""One speaker's way from sound to lines: gate, spool, stream after stream, segments.

A stream is open only while its speaker talks, and a little longer. One that breaks or stalls is
followed by another, which hears everything from the last final word on.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import replace

from captions.results import on_media_clock
from captions.segments import Draft, Segmenter
from captions.spool import Spool
from captions.timeline import Timeline
from captions.transcriber import (
    Asked,
    RecogniserStream,
    Refused,
    StreamFailed,
    Throttled,
    Transcriber,
)
from captions.voice import SILENCE, Gate
from core.captions import FRAME_MS

_log = logging.getLogger(__name__)

TICK = 0.1
CHUNK_FRAMES = 5
CATCH_UP = 4
"""Times real time, in which a new stream is sent what another has heard before."""
FRAMES_LATE = 0.1
"""Seconds that the next frame may take before silence is sent in its place."""
KEEP_ALIVE = 5.0
"""Seconds between bits of silence for a stream that waits; Transcribe drops it after 15."""
LONG_SILENCE = 20.0
SETTLE = 3.0
SHORT_PAUSE_MS = 500
"""Long enough to go over to a stream with another vocabulary."""
STALL = 5.0
LONGEST_STALL = 20.0
"""A stream that hears voice and says nothing may hear music: it is given more time each time."""
END_WITHIN = 5.0
ROLL_OVER = 3.75 * 3600
LONGEST_STREAM = 3.95 * 3600
"""Transcribe ends a stream after four hours; in a pause before that, it is we who do."""
FIRST_WAIT = 0.25
FIRST_WAIT_THROTTLED = 1.0
LONGEST_WAIT = 30.0
LAST_WAIT = 2.0
TELL_MISSING_AFTER = 5.0


class SpeakerCaptions:
    """One speaker's captions. `hear` takes audio as it comes; `run` owns all that is done with it.

    `show` gets every line as it changes, `delayed` how many ms after its last word each result
    came. `reopened` counts streams that followed a broken one.
    """

    def __init__(
        self,
        *,
        transcriber: Transcriber,
        asked: Asked,
        segmenter: Segmenter,
        show: Callable[[Draft], None],
        delayed: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._transcriber = transcriber
        self._asked = asked
        self._segmenter = segmenter
        self._show = show
        self._delayed = delayed
        self._gate = Gate()
        self._spool = Spool()
        self._heard_ms = 0
        self._heard_at = 0.0
        self._audio = asyncio.Event()
        self._left = False
        self._failed_since: float | None = None
        self._wait = 0.0
        self._stall = STALL
        self._answered = 0.0
        self._outdated = False
        self._voice_sent = 0.0
        self.streaming = False
        self.reopened = 0

    def hear(self, at_ms: int, pcm: bytes) -> None:
        """20 ms of the speaker from `at_ms` of the media clock on."""
        self._heard_ms = max(self._heard_ms, at_ms + FRAME_MS)
        self._heard_at = asyncio.get_running_loop().time()
        for frame in self._gate.push(at_ms, pcm):
            self._spool.add(frame)
        if self._spool.unsent >= CHUNK_FRAMES:
            self._audio.set()

    def missed(self, since_ms: int, until_ms: int) -> None:
        """Nobody heard the speaker between these times."""
        self._tell(self._segmenter.close_gap((since_ms, until_ms)))

    def ask(self, asked: Asked) -> None:
        """What streams are asked for from the next pause on."""
        self._asked = asked
        self._outdated = self.streaming

    def leave(self) -> None:
        """No more audio comes; `run` returns when all of it has become text."""
        self._left = True
        self._audio.set()

    async def run(self) -> None:
        """Until the speaker has left and every word is final, or marked as missing."""
        while await self._audio_to_send():
            try:
                stream = await self._open()
            except Throttled:
                _log.warning("stream.throttled")
                await self._fail(FIRST_WAIT_THROTTLED)
            except StreamFailed as error:
                _log.warning("stream.not_opened reason=%s", _word(error))
                await self._fail(FIRST_WAIT)
            else:
                await self._serve(stream)
        self._spool.give_up()
        self._tell(self._segmenter.close_gap(self._spool.found()))
        self._tell(self._segmenter.give_up())

    async def _open(self) -> RecogniserStream:
        try:
            return await self._transcriber.open(self._asked)
        except Refused as error:
            if self._asked.vocabulary is None:
                raise
            # A vocabulary may be gone, or not ready yet: better captions without it than none.
            _log.warning("vocabulary.refused reason=%s", _word(error))
            return await self._transcriber.open(replace(self._asked, vocabulary=None))

    async def _audio_to_send(self) -> bool:
        """Wait for audio; False when there is none and there will be none."""
        while not self._spool.unsent and not self._left:
            self._audio.clear()
            await self._audio.wait()
        # One who leaves while there is no stream to be had does not wait for it for long.
        return bool(self._spool.unsent) and not (self._left and self._wait > LAST_WAIT)

    async def _fail(self, first_wait: float) -> None:
        """Wait before another try: longer each time, and tell the room when it takes long."""
        now = asyncio.get_running_loop().time()
        self._failed_since = now if self._failed_since is None else self._failed_since
        self._wait = min(max(first_wait, self._wait * 2), LONGEST_WAIT)
        until = now + self._wait * random.uniform(0.8, 1.0)  # noqa: S311 - spreads retries
        while (now := asyncio.get_running_loop().time()) < until and not self._left:
            self._pause_gate(now)
            if now - self._failed_since >= TELL_MISSING_AFTER:
                self._show_missing()
            await asyncio.sleep(min(1.0, until - now))

    def _show_missing(self) -> None:
        if (since_ms := self._spool.unheard_since_ms) is not None:
            self._tell(self._segmenter.show_missing(since_ms, self._heard_ms))

    async def _serve(self, stream: RecogniserStream) -> None:
        """One stream's life, however it ends."""
        timeline = Timeline()
        self._spool.rewind()
        opened = self._answered = self._voice_sent = asyncio.get_running_loop().time()
        self.streaming, self._outdated = True, False
        try:
            async with asyncio.TaskGroup() as tasks:
                reader = tasks.create_task(self._read(stream, timeline))
                await self._feed(stream, timeline, reader)
        except* StreamFailed as group:
            _log.warning("stream.lost reason=%s", _word(group.exceptions[0]))
            self.reopened += 1
            self._segmenter.stream_lost()
            self._spool.rewind()
        else:
            if self._stall > STALL:
                # It ended well, yet with as few words as the streams before it that stalled.
                self._spool.give_up()
            self._spool.forget_sent()
            self._tell(self._segmenter.close_gap(self._spool.found()))
            self._tell(self._segmenter.give_up())
        finally:
            self.streaming = False
            stream.close()
        if self._answered == opened and self._spool.unsent:
            # It broke before it said a word: not at once the next one.
            await self._fail(FIRST_WAIT)

    async def _read(self, stream: RecogniserStream, timeline: Timeline) -> None:
        async for result in stream.results():
            self._answered = asyncio.get_running_loop().time()
            self._stall, self._wait, self._failed_since = STALL, 0.0, None
            self._tell(self._segmenter.close_gap(self._spool.found()))
            heard = on_media_clock(result, timeline)
            now_ms = self._heard_ms + round(1000 * (self._answered - self._heard_at))
            self._delayed(max(0, now_ms - heard.ends_ms))
            self._tell(self._segmenter.hear(heard))
            if result.final:
                self._spool.forget(self._segmenter.final_until_ms)

    async def _feed(
        self, stream: RecogniserStream, timeline: Timeline, reader: asyncio.Task[None]
    ) -> None:
        """Send what is to be sent until the stream has served; then wait for its last results."""
        loop = asyncio.get_running_loop()
        began = sent = loop.time()
        while not self._served(loop.time(), began):
            now = loop.time()
            if reader.done():
                raise StreamFailed("the service ended it")
            self._pause_gate(now)
            enough = CHUNK_FRAMES if self._gate.open and not self._left else 1
            if self._spool.unsent >= enough:
                await self._send(stream, timeline, now)
                sent = now
            elif now - sent >= KEEP_ALIVE:
                timeline.add(self._heard_ms, FRAME_MS)
                await stream.send(SILENCE)
                sent = now
            self._check_stall(now)
            if self._spool.unsent >= CHUNK_FRAMES:
                await asyncio.sleep(CHUNK_FRAMES * FRAME_MS / 1000 / CATCH_UP)
            else:
                await self._next_audio()
        await stream.end()
        try:
            async with asyncio.timeout(END_WITHIN):
                await asyncio.shield(reader)
        except TimeoutError:
            raise StreamFailed("it does not end") from None

    async def _send(self, stream: RecogniserStream, timeline: Timeline, now: float) -> None:
        frames = self._spool.take(CHUNK_FRAMES)
        for frame in frames:
            timeline.add(frame.at_ms, FRAME_MS)
        if any(frame.voiced for frame in frames) and self._voice_sent <= self._answered:
            self._voice_sent = now
        await stream.send(b"".join(frame.pcm for frame in frames))

    async def _next_audio(self) -> None:
        self._audio.clear()
        try:
            async with asyncio.timeout(TICK):
                await self._audio.wait()
        except TimeoutError:
            return

    def _served(self, now: float, began: float) -> bool:
        """Whether the stream may end: the speaker left or is long silent, or it has had its day."""
        between_words = self._heard_ms - (self._gate.voice_until_ms or 0) >= SHORT_PAUSE_MS
        if self._outdated and between_words and self._spool.unsent <= CHUNK_FRAMES:
            return True
        if self._spool.unsent:
            return now - began >= LONGEST_STREAM
        if self._left or self._gate.open:
            return self._left
        # Words that no silence has made final become so when the stream ends.
        patience = SETTLE if self._segmenter.pending else LONG_SILENCE
        quiet = now - max(self._voice_sent, self._answered)
        return quiet >= patience or self._outdated or now - began >= ROLL_OVER

    def _check_stall(self, now: float) -> None:
        if self._voice_sent <= self._answered or now - self._voice_sent < self._stall:
            return
        if self._stall > STALL:
            # The second stream that finds no words where there is voice: tell, and go on behind.
            self._spool.rewind()
            self._spool.give_up()
            self._show_missing()
        self._stall = min(self._stall * 2, LONGEST_STALL)
        raise StreamFailed("it stalls")

    def _pause_gate(self, now: float) -> None:
        """No frames are silence too, as long as the gate is open."""
        late = now - self._heard_at
        if late >= FRAMES_LATE:
            for frame in self._gate.pause(self._heard_ms + int(late * 1000)):
                self._spool.add(frame)

    def _tell(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            self._show(draft)


def _word(error: BaseException) -> str:
    """An error as one word of a log line."""
    return str(error).replace(" ", "_")[:100]
