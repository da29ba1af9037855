"""A speaker's captions on a clock that jumps: real gate, real segments, an exact recogniser."""

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest

from captions.results import Result, Word
from captions.segments import MISSING, Draft, Segmenter
from captions.speaker import LONG_SILENCE, LONGEST_STREAM, ROLL_OVER, SpeakerCaptions
from captions.transcriber import Asked, Refused, StreamFailed, Throttled
from core.captions import FRAME_BYTES, FRAME_MS
from local.transcribe.recogniser import BYTES_A_SECOND, Heard
from local.transcribe.scripted import Scripted, speak

pytestmark = pytest.mark.anyio

FRAME = FRAME_MS / 1000
IDLE = 15.0


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


@pytest.fixture
def anyio_backend() -> Any:
    return "asyncio", {"loop_factory": JumpingLoop}


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


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def meet(service: Service) -> Meet:
    """`async with meet() as talk`: at the end the speaker leaves, and all is recognised."""

    @asynccontextmanager
    async def meeting(vocabulary: str | None = None) -> AsyncIterator[Talk]:
        numbers = count()
        talk = Talk()
        talk.captions = captions = SpeakerCaptions(
            transcriber=service,
            asked=Asked(language="en-US", vocabulary=vocabulary),
            segmenter=Segmenter(lambda: f"line_{next(numbers)}"),
            show=talk.show,
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(captions.run())
            yield talk
            captions.leave()

    return meeting


async def test_words_become_final_soon_after_they_are_spoken(meet: Meet) -> None:
    async with meet() as talk:
        await talk.say("alpha", "bravo", "charlie")
        ended = asyncio.get_running_loop().time()
        await talk.pause(3)

        (at, line) = talk.finals[0]
        assert line.text == "alpha bravo charlie"
        assert at - ended < 0.6 + 0.3


async def test_times_are_the_rooms_within_200_ms_through_any_pause(meet: Meet) -> None:
    async with meet() as talk:
        await talk.pause(4)
        await talk.say("alpha")
        await talk.pause(7)
        await talk.say("bravo")
        await talk.pause(6, frames=False)
        await talk.say("charlie")
        await talk.pause(2)

    starts = [line.starts_ms for _, line in talk.finals]
    assert max(abs(at - said) for at, (_, said) in zip(starts, talk.spoken, strict=True)) <= 200


async def test_who_stops_sending_frames_is_as_quiet_as_who_sends_silence(meet: Meet) -> None:
    async with meet() as talk:
        await talk.say("alpha", "bravo")
        await talk.pause(3, frames=False)

        assert talk.final_words == ["alpha", "bravo"]


async def test_a_silent_speaker_costs_no_stream(meet: Meet, service: Service) -> None:
    async with meet() as talk:
        await talk.pause(120)

    assert service.asked == []


async def test_a_pause_keeps_the_stream_alive_and_a_long_one_ends_it(
    meet: Meet, service: Service
) -> None:
    async with meet() as talk:
        await talk.say("alpha")
        await talk.pause(LONG_SILENCE - 2)
        (stream,) = service.streams
        assert not stream.closed
        assert stream.idle_so_far() < IDLE / 2

        await talk.pause(6)

        assert stream.closed
        await talk.say("bravo")

    assert talk.final_words == ["alpha", "bravo"]
    assert len(service.streams) == 2


@pytest.mark.parametrize("second", [0.1, 0.5, 1.1, 2.0, 3.3])
async def test_a_dropped_stream_loses_and_doubles_no_word(
    meet: Meet, service: Service, second: float
) -> None:
    service.troubles = [{"drop_at": second}, {"drop_at": second}]
    async with meet() as talk:
        await talk.say("alpha", "bravo", "charlie")
        await talk.pause(1.5)
        await talk.say("delta", "echo", "foxtrot", "golf")
        await talk.pause(3)

    assert talk.final_words == talk.said
    assert len(service.streams) == 3
    assert all(line.final or not line.text for line in talk.lines.values())


async def test_a_dropped_stream_is_followed_by_another_within_two_seconds(
    meet: Meet, service: Service
) -> None:
    service.troubles = [{"drop_at": 1.0}]
    async with meet() as talk:
        began = asyncio.get_running_loop().time()
        await talk.say("alpha", "bravo", "charlie", "delta", "echo", "foxtrot")
        await talk.pause(3)

    assert service.asked[1][0] - (began + 1.0) < 2


async def test_a_stream_that_stalls_is_replaced_after_five_seconds(
    meet: Meet, service: Service
) -> None:
    service.troubles = [{"stall_at": 0}]
    async with meet() as talk:
        await talk.say(*["alpha", "bravo"] * 15)
        await talk.pause(3)

    assert 5 <= service.asked[1][0] - service.asked[0][0] < 7
    assert talk.final_words == talk.said


async def test_outages_up_to_thirty_seconds_cost_no_word(meet: Meet, service: Service) -> None:
    async with meet() as talk:
        await talk.say("alpha", "bravo")
        await talk.pause(LONG_SILENCE + 8)
        service.refusing = StreamFailed("down")
        await talk.say(*["charlie", "delta", "echo"] * 10)
        await talk.pause(1)
        await talk.say(*["golf", "hotel", "india"] * 10)
        assert MISSING in talk.texts
        service.refusing = None
        await talk.pause(40)

    assert talk.final_words == talk.said
    assert MISSING not in talk.texts


async def test_longer_throttling_is_marked_as_missing_and_backed_off(
    meet: Meet, service: Service
) -> None:
    service.refusing = Throttled("busy")
    async with meet() as talk:
        await talk.say(*["alpha", "bravo", "charlie", "delta"] * 60)
        assert MISSING in talk.texts
        tries = len(service.asked)
        service.refusing = None
        await talk.pause(60)

    assert tries < 10
    (gap,) = [line for _, line in talk.finals if line.text == MISSING]
    assert abs(gap.starts_ms - 5_000) <= 200
    kept = talk.final_words
    assert kept == talk.said[-len(kept) :]
    assert len(kept) > 80
    first_kept = talk.spoken[-len(kept)][1]
    assert abs(gap.ends_ms - first_kept) <= 600


async def test_a_service_that_hears_voice_and_no_words_twice_is_told_as_one_gap(
    meet: Meet, service: Service
) -> None:
    service.troubles = [{"stall_at": 0}] * 3
    async with meet() as talk:
        await talk.say(*["alpha"] * 150)
        await talk.pause(3)

    assert [line.text for _, line in talk.finals].count(MISSING) == 1
    assert talk.final_words


async def test_a_service_that_falls_silent_in_mid_sentence_leaves_no_silent_gap(
    meet: Meet, service: Service
) -> None:
    service.troubles = [{"stall_at": 1.0}] + [{"stall_at": 0}] * 3
    async with meet() as talk:
        await talk.say(*["alpha", "bravo"] * 100)
        await talk.pause(3)

    gap_ms = sum(line.ends_ms - line.starts_ms for _, line in talk.finals if line.text == MISSING)
    lost = len(talk.said) - len(talk.final_words)
    assert lost > 0
    assert gap_ms >= 0.9 * 260 * lost


async def test_an_unknown_vocabulary_does_not_cost_the_captions(
    meet: Meet, service: Service
) -> None:
    service.troubles = [Refused("no such vocabulary")]
    async with meet(vocabulary="gone") as talk:
        await talk.say("alpha")
        await talk.pause(2)

    assert [asked.vocabulary for _, asked in service.asked] == ["gone", None]
    assert talk.final_words == ["alpha"]


async def test_a_stream_is_rolled_over_in_a_pause_before_its_limit(
    meet: Meet, service: Service
) -> None:
    async with meet() as talk:
        began = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < began + ROLL_OVER + 30:
            await talk.say("alpha")
            await talk.pause(19, frames=False)

    assert len(service.streams) == 2
    assert talk.final_words == talk.said
    assert service.asked[1][0] - began < LONGEST_STREAM


async def test_who_leaves_in_the_middle_of_a_word_is_still_heard(meet: Meet) -> None:
    async with meet() as talk:
        await talk.say("alpha", "bravo")

    assert talk.final_words == ["alpha", "bravo"]


async def test_who_leaves_while_nothing_can_be_recognised_leaves_a_marked_gap(
    meet: Meet, service: Service
) -> None:
    service.refusing = StreamFailed("down")
    async with meet() as talk:
        await talk.say("alpha", "bravo")

    assert [line.text for _, line in talk.finals] == [MISSING]


async def test_another_vocabulary_is_asked_for_in_the_next_short_pause_and_no_word_is_lost(
    meet: Meet, service: Service
) -> None:
    async with meet(vocabulary="room-1") as talk:
        await talk.say("alpha")
        talk.captions.ask(Asked(language="en-US", vocabulary="room-2"))
        await talk.say("bravo")
        await talk.pause(0.7)
        await talk.say("charlie")
        await talk.pause(2)

    assert [asked.vocabulary for _, asked in service.asked] == ["room-1", "room-2"]
    assert talk.final_words == ["alpha", "bravo", "charlie"]


async def test_who_leaves_in_the_middle_of_a_word_is_not_kept_by_another_vocabulary(
    meet: Meet,
) -> None:
    async with asyncio.timeout(30), meet(vocabulary="room-1") as talk:
        await talk.say("alpha", "bravo")
        talk.captions.ask(Asked(language="en-US", vocabulary="room-2"))

    assert talk.final_words == ["alpha", "bravo"]
