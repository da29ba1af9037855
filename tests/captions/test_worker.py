"""A whole caption worker on loopback: Transcribe's client, the stand-in, moto, a media worker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest
from amazon_transcribe.auth import StaticCredentialResolver

from captions.config import Config
from captions.publish import Record
from captions.transcriber import AmazonTranscribe
from captions.vocabulary import Vocabularies
from captions.worker import CaptionWorker
from core.captions import (
    FRAME_BYTES,
    FRAME_MS,
    MOVED,
    OUSTED,
    Caption,
    CaptionFleet,
    CaptionLine,
    Hello,
    Moved,
    SpeakerGone,
    SpeakerHere,
    read_answer,
    write_audio,
)
from core.clock import utc_now
from core.dynamo import Database, Put
from core.environment import ConfigError
from core.room_items import META, room_key
from core.tables import CAPTIONS, ROOMS, WORKERS
from local.transcribe.scripted import speak

pytestmark = pytest.mark.anyio

ENV = {
    "STOA_TABLE_PREFIX": "stoa-test-",
    "STOA_CAPTIONS_HOST": "127.0.0.1",
    "STOA_CAPTIONS_BIND": "127.0.0.1",
    "STOA_CAPTIONS_PORT": "0",
    "AWS_REGION": "us-east-1",
}


class MediaWorker:
    """One room's socket to the caption worker, and the lines that came back."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.lines: dict[str, CaptionLine] = {}
        self.moved = asyncio.Event()
        self.changed = asyncio.Condition()
        self.closed = asyncio.Event()
        self.close_code: int | None = None

    async def read(self) -> None:
        async for message in self._socket:
            answer = read_answer(message.data)
            async with self.changed:
                if isinstance(answer, Caption):
                    self.lines[answer.line.line_id] = answer.line
                else:
                    assert isinstance(answer, Moved)
                    self.moved.set()
                self.changed.notify_all()
        self.close_code = self._socket.close_code
        self.closed.set()

    async def tell(self, frame: Hello | SpeakerHere | SpeakerGone) -> None:
        await self._socket.send_str(frame.model_dump_json())

    async def say(self, voices: dict[int, Sequence[str]], *, at_ms: int = 0) -> None:
        """Speak in real time, all at once, with a second of silence behind."""
        quiet = bytes(FRAME_MS * 32 * 50)
        sounds = {index: speak(words) + quiet for index, words in voices.items()}
        for start in range(0, max(map(len, sounds.values())), FRAME_BYTES):
            for index, sound in sounds.items():
                frame = sound[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
                await self._socket.send_bytes(write_audio(index, at_ms + start // 32, frame))
            await asyncio.sleep(FRAME_MS / 1000)

    async def send_raw(self, data: str | bytes) -> None:
        send = self._socket.send_str if isinstance(data, str) else self._socket.send_bytes
        await send(data)

    async def finals(self, count: int) -> list[CaptionLine]:
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: len(self._finals()) >= count)
        return self._finals()

    def _finals(self) -> list[CaptionLine]:
        return sorted((it for it in self.lines.values() if it.final), key=lambda it: it.seq)

    async def leave(self) -> None:
        await self._socket.close()


Start = Callable[..., AbstractAsyncContextManager[tuple[CaptionWorker, asyncio.Event]]]


@pytest.fixture
def start(serve: Any, database: Database) -> Start:
    """`async with start() as (worker, stop)`; room r1 is live, its lease has term 7."""
    room = {"pk": room_key("r1"), "sk": META, "room_id": "r1", "lease_term": 7}
    database.table(ROOMS).write(Put(item=room))

    @asynccontextmanager
    async def starting(**env: str) -> AsyncIterator[tuple[CaptionWorker, asyncio.Event]]:
        async with serve() as (_, url):
            worker = CaptionWorker(
                Config.from_env(ENV | env),
                transcriber=AmazonTranscribe(
                    region="us-east-1",
                    endpoint=url,
                    # moto changes the keys of the environment.
                    credentials=StaticCredentialResolver("test", "test"),
                ),
                record=Record(database),
                fleet=CaptionFleet(database.table(WORKERS)),
                vocabularies=Vocabularies(database, "stoa-test-"),
                now=utc_now,
            )
            stop = asyncio.Event()
            await worker.start()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(worker.run(stop))
                try:
                    yield worker, stop
                finally:
                    stop.set()

    return starting


@asynccontextmanager
async def room_on(worker: CaptionWorker, *, term: int = 7) -> AsyncIterator[MediaWorker]:
    async with aiohttp.ClientSession() as http, http.ws_connect(worker.url) as socket:
        media = MediaWorker(socket)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(media.read())
            await media.tell(Hello(room_id="r1", term=term, language="en-US"))
            await media.tell(SpeakerHere(index=0, account_id="ada", handle="ada"))
            await media.tell(SpeakerHere(index=1, account_id="bob", handle=None))
            yield media
            await media.leave()


async def test_two_who_talk_at_once_each_get_their_own_words(
    start: Start, database: Database
) -> None:
    async with start() as (worker, _), room_on(worker) as media:
        await media.say({0: ["alpha", "bravo", "charlie"], 1: ["delta", "echo", "foxtrot"]})
        lines = await media.finals(2)

    assert {(it.speaker.account_id, it.text) for it in lines} == {
        ("ada", "alpha bravo charlie"),
        ("bob", "delta echo foxtrot"),
    }
    assert [it.seq for it in lines] == [1, 2]
    stored = database.table(CAPTIONS).query("room#r1", begins="line#").items
    assert [CaptionLine.from_item(item) for item in stored] == lines


async def test_a_room_goes_on_counting_where_another_caption_worker_stopped(start: Start) -> None:
    async with start() as (worker, _):
        async with room_on(worker) as media:
            await media.say({0: ["alpha"]})
            (first,) = await media.finals(1)
        async with room_on(worker) as media:
            await media.say({0: ["bravo"]}, at_ms=5_000)
            (second,) = await media.finals(1)

    assert (first.seq, second.seq) == (1, 2)


async def test_words_that_nobody_heard_since_the_last_socket_broke_are_marked(
    start: Start,
) -> None:
    async with start() as (worker, _), room_on(worker) as media:
        await media.tell(
            SpeakerHere(index=0, account_id="ada", handle="ada", missing_since_ms=2_000)
        )
        await media.say({0: ["alpha"]}, at_ms=4_000)
        gap, line = await media.finals(2)

    assert (gap.text, gap.starts_ms, gap.ends_ms) == ("[captions missing]", 2_000, 4_000)
    assert line.text == "alpha"


async def test_a_worker_that_stops_sends_the_room_elsewhere_with_its_last_words(
    start: Start, database: Database
) -> None:
    async with start() as (worker, stop), room_on(worker) as media:
        await media.say({0: ["alpha", "bravo"]})
        stop.set()
        await media.moved.wait()
        await media.tell(SpeakerGone(account_id="ada"))
        (line,) = await media.finals(1)
        async with asyncio.timeout(10):
            await media.closed.wait()

        assert line.text == "alpha bravo"
        assert media.close_code == MOVED

    assert CaptionFleet(database.table(WORKERS)).list() == []


async def test_who_lost_the_lease_is_told(start: Start) -> None:
    async with start() as (worker, _), room_on(worker, term=6) as media:
        with suppress(ConnectionError):
            await media.say({0: ["alpha"]})
        async with asyncio.timeout(10):
            await media.closed.wait()

        assert media.close_code == OUSTED


async def test_nonsense_ends_its_own_room_only(start: Start) -> None:
    async with start() as (worker, _), room_on(worker) as other:
        for data in ("{}", '{"type": "hello"}', "\x00", b"", bytes(11)):
            async with room_on(worker) as media, asyncio.timeout(5):
                await media.send_raw(data)
                await media.closed.wait()
            assert media.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION

        await other.say({1: ["zulu"]})
        (line,) = await other.finals(1)

    assert line.text == "zulu"


async def test_a_full_worker_takes_no_room(start: Start) -> None:
    async with (
        start(STOA_CAPTIONS_CAPACITY="1") as (worker, _),
        room_on(worker),
        aiohttp.ClientSession() as http,
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(worker.url)

    assert refused.value.status == 503


async def test_health_and_metrics_answer(start: Start) -> None:
    async with start() as (worker, _), aiohttp.ClientSession() as http:
        base = worker.url.replace("ws://", "http://").removesuffix("/captions")
        async with room_on(worker) as media:
            await media.say({0: ["alpha"]})
            await media.finals(1)
            async with http.get(base + "/metrics") as metrics:
                now = await metrics.text()
        async with http.get(base + "/health") as health:
            assert health.status == 200

    assert "\nstoa_captions_rooms 1\n" in now
    assert "\nstoa_captions_streams 1\n" in now


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STOA_TABLE_PREFIX", ""),
        ("STOA_CAPTIONS_HOST", ""),
        ("AWS_REGION", ""),
        ("STOA_CAPTIONS_PORT", "http"),
        ("STOA_CAPTIONS_BIND", "localhost"),
        ("STOA_TRANSCRIBE_ENDPOINT", "http://localhost:1"),
        ("STOA_VOCABULARY_FILTER_METHOD", "delete"),
    ],
)
def test_a_wrong_setting_is_named_at_the_start(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_env(ENV | {name: value})


async def test_it_reports_how_long_after_a_word_its_text_came(start: Start) -> None:
    async with start() as (worker, _), room_on(worker) as media:
        before = worker.measure()
        await media.say({0: ["alpha"]})
        await media.finals(1)
        measured = worker.measure()
        after = worker.measure()

    assert "delay_ms" not in before
    assert 0 <= measured["delay_ms"] < 5_000
    assert (measured["rooms"], measured["speakers"]) == (1, 2)
    assert "delay_ms" not in after
