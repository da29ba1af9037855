"""A speaker at a microphone and a recogniser in memory, on a clock that jumps."""

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable
from typing import Any

from captions.results import Result, Word
from captions.segments import MISSING, Draft
from captions.speaker import SpeakerCaptions
from captions.transcriber import Asked, StreamFailed
from core.captions import FRAME_BYTES, FRAME_MS
from local.transcribe.recogniser import BYTES_A_SECOND, Heard
from local.transcribe.scripted import Scripted, speak

FRAME = FRAME_MS / 1000


class JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting, moves its loop's clock on."""

    now = 1_000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "nothing will ever happen again"
            self.now += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop on which an hour takes as long as what happens in it."""

    def __init__(self) -> None:
        self.selector = JumpingSelector()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.now


JUMPING = "asyncio", {"loop_factory": JumpingLoop}
"""The backend of tests that last an hour."""


class Stream:
    """A recogniser in memory, with Transcribe's idle rule, that may drop or stall."""

    def __init__(
        self, service: "Service", *, drop_at: float | None, stall_at: float | None
    ) -> None:
        self._service = service
        self._drop_at = drop_at
        self._stall_at = stall_at
        self._recogniser = Scripted()
        self._results: asyncio.Queue[Heard | StreamFailed | None] = asyncio.Queue()
        self._last = service.time()
        self.bytes = 0
        self.longest_idle = 0.0
        self.closed = False

    async def send(self, pcm: bytes) -> None:
        self.longest_idle = self.idle_so_far()
        self._last = self._service.time()
        self.bytes += len(pcm)
        if self._drop_at is not None and self.bytes >= self._drop_at * BYTES_A_SECOND:
            self._results.put_nowait(StreamFailed("dropped"))
        elif self._stall_at is None or self.bytes < self._stall_at * BYTES_A_SECOND:
            for heard in self._recogniser.push(pcm):
                self._results.put_nowait(heard)

    def idle_so_far(self) -> float:
        return max(self.longest_idle, self._service.time() - self._last)

    async def end(self) -> None:
        for heard in self._recogniser.finish():
            self._results.put_nowait(heard)
        self._results.put_nowait(None)

    async def results(self) -> AsyncIterator[Result]:
        while (heard := await self._results.get()) is not None:
            if isinstance(heard, StreamFailed):
                raise heard
            words = tuple(
                Word(
                    text=word.text,
                    starts_ms=round(word.starts * 1000),
                    ends_ms=round(word.ends * 1000),
                    stable=word.stable,
                )
                for word in heard.words
            )
            yield Result(
                result_id=heard.result_id,
                words=words,
                final=heard.final,
                starts_ms=round(heard.starts * 1000),
                ends_ms=round(heard.ends * 1000),
            )

    def close(self) -> None:
        self.closed = True


class Service:
    """Opens streams; `troubles` befall the next ones in order."""

    def __init__(self) -> None:
        self.troubles: list[Exception | dict[str, Any]] = []
        self.refusing: Exception | None = None
        self.streams: list[Stream] = []
        self.asked: list[tuple[float, Asked]] = []

    def time(self) -> float:
        return asyncio.get_running_loop().time()

    async def open(self, asked: Asked) -> Stream:
        self.asked.append((self.time(), asked))
        trouble = self.troubles.pop(0) if self.troubles else {}
        if self.refusing:
            raise self.refusing
        if isinstance(trouble, Exception):
            raise trouble
        stream = Stream(self, **({"drop_at": None, "stall_at": None} | trouble))
        self.streams.append(stream)
        return stream


class Talk:
    """One speaker at a microphone, in the loop's own time."""

    captions: SpeakerCaptions

    def __init__(self) -> None:
        self.media_ms = 5_000
        self.lines: dict[str, Draft] = {}
        self.spoken: list[tuple[str, int]] = []
        self.finals: list[tuple[float, Draft]] = []

    async def say(self, *words: str) -> None:
        self.spoken += [(word, self.media_ms + 260 * n) for n, word in enumerate(words)]
        sound = speak(words)
        for start in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES):
            await self._frame(sound[start : start + FRAME_BYTES])

    async def pause(self, seconds: float, *, frames: bool = True) -> None:
        if frames:
            for _ in range(round(seconds / FRAME)):
                await self._frame(bytes(FRAME_BYTES))
        else:
            await asyncio.sleep(seconds)
            self.media_ms += round(seconds * 1000)

    async def _frame(self, pcm: bytes) -> None:
        await asyncio.sleep(FRAME)
        self.captions.hear(self.media_ms, pcm)
        self.media_ms += FRAME_MS

    def show(self, draft: Draft) -> None:
        before = self.lines.get(draft.line_id)
        assert before is None or not before.final, "a final line changed"
        self.lines[draft.line_id] = draft
        if draft.final:
            self.finals.append((asyncio.get_running_loop().time(), draft))

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines.values() if line.text]

    @property
    def final_words(self) -> list[str]:
        return [w for _, line in self.finals if line.text != MISSING for w in line.text.split()]

    @property
    def said(self) -> list[str]:
        return [word for word, _ in self.spoken]


Meet = Callable[..., Any]
