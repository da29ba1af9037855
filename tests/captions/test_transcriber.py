"""The client against a server of Transcribe's manners: one test for each habit we override."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from captions.results import Result
from captions.transcriber import (
    MAX_BUFFERED,
    OPEN_WITHIN,
    AmazonTranscribe,
    Asked,
    RecogniserStream,
    Refused,
    StreamFailed,
    Throttled,
)
from local.transcribe.faults import Fault, Kind
from local.transcribe.scripted import speak

pytestmark = pytest.mark.anyio

ENGLISH = Asked(language="en-US")
SILENCE = bytes(3200)


def transcribe(url: str) -> AmazonTranscribe:
    return AmazonTranscribe(region="us-east-1", endpoint=url)


async def say(stream: RecogniserStream, words: Sequence[str]) -> None:
    sound = speak(words)
    for start in range(0, len(sound), 3200):
        await stream.send(sound[start : start + 3200])


async def hear(stream: RecogniserStream) -> list[Result]:
    return [result async for result in stream.results()]


async def test_words_come_back_with_their_times_first_partial_then_final(serve) -> None:
    async with serve() as (_, url):
        stream = await transcribe(url).open(ENGLISH)

        await say(stream, ["alpha", "bravo"])
        await stream.end()
        results = await hear(stream)

    assert [[word.text for word in result.words] for result in results] == [
        ["alpha"],
        ["alpha", "bravo"],
        ["alpha", "bravo"],
    ]
    assert [result.final for result in results] == [False, False, True]
    assert [word.stable for word in results[1].words] == [True, False]
    assert [(word.starts_ms, word.ends_ms) for word in results[2].words] == [(0, 200), (260, 460)]


async def test_waiting_for_audio_costs_next_to_nothing(serve) -> None:
    async with serve(idle=1) as (_, url):
        streams = [await transcribe(url).open(ENGLISH) for _ in range(2)]
        used, began = time.process_time(), time.monotonic()

        for stream in streams:
            with pytest.raises(StreamFailed):
                await hear(stream)  # until the service has waited long enough
        share = (time.process_time() - used) / (time.monotonic() - began)

    assert share < 0.15


@pytest.mark.parametrize("kind", [Kind.DROP, Kind.RESET, Kind.GO_AWAY, Kind.FAIL])
async def test_a_stream_that_breaks_says_so(serve, kind) -> None:
    async with serve() as (server, url):
        server.service.faults.plan(Fault.at_second(kind, 0.2))
        stream = await transcribe(url).open(ENGLISH)
        await say(stream, ["alpha", "bravo"])

        with pytest.raises(StreamFailed):
            await asyncio.wait_for(hear(stream), 5)


async def test_a_connection_lost_before_the_response_is_not_waited_for(serve) -> None:
    async with serve() as (server, url):
        server.service.faults.plan(Fault(Kind.UNANSWERED))
        began = time.monotonic()

        with pytest.raises(StreamFailed):
            await transcribe(url).open(ENGLISH)

        assert time.monotonic() - began < OPEN_WITHIN - 1


async def test_audio_that_nobody_takes_is_refused_and_not_piled_up(serve) -> None:
    async with serve() as (server, url):
        server.service.faults.plan(Fault(Kind.DROP, at_bytes=1))
        stream = await transcribe(url).open(ENGLISH)
        await stream.send(SILENCE)

        with pytest.raises(StreamFailed):
            await hear(stream)

        with pytest.raises(StreamFailed):
            await stream.send(SILENCE)


async def test_no_more_than_a_bounded_backlog_waits_for_the_network(serve) -> None:
    async with serve() as (_, url):
        stream = await transcribe(url).open(ENGLISH)

        async def send_without_pause() -> None:
            for _ in range(20 * MAX_BUFFERED):
                await stream.send(bytes(32_000))

        with pytest.raises(StreamFailed, match="does not take"):
            await send_without_pause()

        stream.close()


async def test_a_service_that_is_full_says_throttled(serve) -> None:
    async with serve(max_streams=1) as (_, url):
        first = await transcribe(url).open(ENGLISH)

        with pytest.raises(Throttled):
            await transcribe(url).open(ENGLISH)

        first.close()


async def test_an_unknown_vocabulary_is_refused(serve) -> None:
    async with serve() as (_, url):
        with pytest.raises(Refused, match="vocabulary"):
            await transcribe(url).open(Asked(language="en-US", vocabulary="nobody-made-this"))


async def test_each_stream_has_a_connection_of_its_own(serve) -> None:
    async with serve() as (server, url):
        transcriber = transcribe(url)

        streams = [await transcriber.open(ENGLISH) for _ in range(3)]

        assert (server.opened, server.live) == (3, 3)
        for stream in streams:
            stream.close()


async def test_a_stream_that_is_closed_while_it_is_read_ends_without_a_word(serve, caplog) -> None:
    async with serve() as (_, url):
        stream = await transcribe(url).open(ENGLISH)
        reading = asyncio.create_task(hear(stream))
        await say(stream, ["alpha"])
        await asyncio.wait([reading], timeout=0.2)

        reading.cancel()
        await asyncio.wait([reading])
        stream.close()
        await asyncio.wait([asyncio.ensure_future(stream._response.done)])

    assert caplog.records == []
