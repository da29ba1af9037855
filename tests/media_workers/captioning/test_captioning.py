"""A room's captions with caption workers on loopback: what they hear, what comes of their lines."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from core.captions import CaptionLine, Hello, Speaker, SpeakerGone, SpeakerHere
from tests.media_workers.captioning.lab import ADA, FRAME, ROOM, Lab

pytestmark = pytest.mark.anyio


def line(revision: int, text: str, *, final: bool = False, ends_ms: int = 0) -> CaptionLine:
    return CaptionLine(
        line_id="line_1",
        seq=int(final),
        speaker=Speaker(account_id="ada", handle="ada"),
        text=text,
        final=final,
        starts_ms=0,
        ends_ms=ends_ms,
        revision=revision,
    )


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    lab = Lab()
    yield lab
    await lab.close()
    assert lab.crew.failures == 0


async def test_a_caption_worker_is_told_whose_speech_comes_and_when(lab: Lab) -> None:
    worker = await lab.add_worker()

    lab.rest()
    lab.talk(3)
    await lab.until(lambda: len(worker.audio) == 3)

    assert worker.control == [
        Hello(room_id="r1", term=3, language="en-GB"),
        SpeakerHere(index=0, account_id="ada", handle="ada"),
    ]
    assert worker.times == [5020, 5040, 5060]
    assert all(len(pcm) == 640 for _, _, pcm in worker.audio)


async def test_nobody_hears_of_a_room_in_which_nobody_is_audible(lab: Lab) -> None:
    await lab.add_worker()

    for _ in range(100):
        lab.captions.hear({"ada": FRAME}, frozenset(), ADA)

    assert not lab.crew._tasks


async def test_nobody_hears_of_a_room_without_captions(lab: Lab) -> None:
    worker = await lab.add_worker()
    lab.captions.room_changed({"captions": {"enabled": False}})

    lab.talk(10)

    assert not lab.crew._tasks
    lab.captions.room_changed(ROOM)
    lab.talk(1)
    await lab.until(lambda: worker.times == [5200])


async def test_lines_come_back(lab: Lab) -> None:
    worker = await lab.add_worker()
    lab.talk(1)
    await lab.until(lambda: worker.audio)

    await worker.show(line(1, "hello"))
    await worker.show(line(2, "hello there", final=True))
    await lab.until(lambda: len(lab.lines) == 2)

    assert [shown.text for shown in lab.lines] == ["hello", "hello there"]


async def test_a_worker_that_dies_is_followed_by_one_that_hears_all_that_is_not_final(
    lab: Lab,
) -> None:
    first, second = await lab.add_worker(), await lab.add_worker()
    lab.talk(10)
    await lab.until(lambda: len(first.audio) == 10)
    await first.show(line(1, "hello", final=True, ends_ms=5080))
    await first.show(line(1, "there").model_copy(update={"line_id": "line_2"}))
    await lab.until(lambda: len(lab.lines) == 2)

    first.die()
    lab.talk(2)
    await lab.until(lambda: len(second.audio) == 8)

    assert second.times == [*range(5080, 5240, 20)]
    taken_back = lab.lines[2]
    assert (taken_back.line_id, taken_back.text, taken_back.revision) == ("line_2", "", 2)


async def test_a_worker_that_goes_away_ends_its_lines_and_another_hears_what_comes(
    lab: Lab,
) -> None:
    first, second = await lab.add_worker(), await lab.add_worker()
    lab.talk(5)
    await lab.until(lambda: len(first.audio) == 5)
    await first.show(line(1, "hello"))
    await first.move()
    await lab.until(lambda: second.control)

    lab.talk(1)
    await lab.until(lambda: second.audio)
    await first.show(line(2, "hello there", final=True))
    await lab.until(lambda: len(lab.lines) == 2)

    assert second.times == [5100]
    assert lab.lines[-1].final


async def test_when_captions_go_off_the_last_words_are_waited_for(lab: Lab) -> None:
    worker = await lab.add_worker()
    lab.talk(2)
    await lab.until(lambda: len(worker.audio) == 2)
    await worker.show(line(1, "hello"))
    await lab.until(lambda: lab.lines)

    lab.captions.room_changed({"captions": {"enabled": False}})
    await lab.until(lambda: worker.control[-1] == SpeakerGone(account_id="ada"))
    assert not worker.closed
    await worker.show(line(2, "hello there", final=True))
    await lab.until(lambda: worker.closed)

    assert lab.lines[-1].final
    assert len(lab.lines) == 2


async def test_another_language_is_another_link(lab: Lab) -> None:
    worker = await lab.add_worker()
    lab.talk(1)
    await lab.until(lambda: worker.audio)

    lab.captions.room_changed({"captions": {"enabled": True, "language": "de-DE"}})
    lab.talk(1)
    await lab.until(lambda: len(worker.audio) == 2)

    hellos = [frame for frame in worker.control if isinstance(frame, Hello)]
    assert [hello.language for hello in hellos] == ["en-GB", "de-DE"]


async def test_a_long_silence_ends_the_link_and_speech_begins_another(lab: Lab) -> None:
    worker = await lab.add_worker()
    lab.captions = lab.room(silence=0.2)
    lab.talk(1)
    await lab.until(lambda: worker.audio)

    await lab.until(lambda: worker.closed)
    worker.closed = False
    while lab.crew._tasks:
        await asyncio.gather(*lab.crew._tasks)
    lab.talk(1)
    await lab.until(lambda: len(worker.audio) == 2)

    assert sum(isinstance(frame, Hello) for frame in worker.control) == 2


async def test_who_leaves_the_stage_is_told(lab: Lab) -> None:
    worker = await lab.add_worker()
    lab.talk(1)
    await lab.until(lambda: worker.audio)

    lab.captions.hear({"bob": FRAME}, frozenset({"bob"}), frozenset({"bob"}))
    await lab.until(lambda: SpeakerGone(account_id="ada") in worker.control)

    assert SpeakerHere(index=1, account_id="bob", handle="bob") in worker.control


async def test_speech_waits_for_a_caption_worker_to_come(lab: Lab) -> None:
    lab.talk(5)
    worker = await lab.add_worker()

    await lab.until(lambda: len(worker.audio) == 5)

    assert worker.times[0] == 5000


async def test_what_breaks_in_the_captions_is_not_in_the_way_of_the_sound(lab: Lab) -> None:
    broken: Any = None

    lab.captions.hear(broken, ADA, ADA)

    lab.talk(1)
    assert not lab.crew._tasks
