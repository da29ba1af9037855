"""Live captions through the whole stack; words are marker tones, which the stand-in knows."""

import asyncio
import itertools
import os
import re
import signal
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import expect

from core.captions import CaptionLine, Speaker
from core.dynamo import Database, Put
from core.tables import CAPTIONS
from local.transcribe.scripted import WORDS
from local.voice import script
from tests.journeys.caller import Caller
from tests.journeys.reader import RATE, Mouth, Reader, sound
from tests.words import word_errors

pytestmark = [pytest.mark.anyio, pytest.mark.alone]
DEMO = "/rooms?state=live&host=stoa"
Enter = Callable[..., Any]
visits = itertools.count()


@pytest.fixture(scope="module", autouse=True)
def demo(run_stack: Any) -> Iterator[Any]:
    """A demo, which talks from the first test on: the last one reads all that it has said."""
    with run_stack(STOA_DEMO="on", STOA_RECOGNISER="speech") as stack:
        yield stack


@pytest.fixture
async def enter(stack: Any) -> AsyncIterator[Enter]:
    """`await enter("ada", room_id)`: in the room, on its stage if `person` hosts it."""
    callers: list[Caller] = []

    async def connect(person: Any, room_id: str, *, talks: bool = False) -> Reader:
        answer = stack.api("POST", f"/rooms/{room_id}/join", by=person, body={})
        assert answer.status == 200, answer.body
        mouth = Mouth()
        caller = await Caller.call(stack, answer.json["media"], mouth if talks else None)
        callers.append(caller)
        return Reader(mouth, caller)

    yield connect
    for caller in callers:
        await caller.close()


@pytest.fixture
def people(stack: Any) -> Callable[[str], Any]:
    number = next(visits)
    return lambda name: stack.sign_in(f"{name}_captions_{number}", followers=600)


def captioned_room(stack: Any, host: Any, **room: Any) -> str:
    captions = {"captions": {"enabled": True, "language": "en-US"}}
    return str(stack.open_room(host, **captions | room))


def promote(stack: Any, room_id: str, host: Any, person: Any) -> None:
    path = f"/rooms/{room_id}/members/{person.account_id}/role"
    assert stack.api("PUT", path, by=host, body={"role": "speaker"}).status == 200


def test_the_demo_room_is_live_and_its_host_connected_when_the_stack_is_ready(demo: Any) -> None:
    rooms = demo.api("GET", DEMO).json["items"]

    assert [room["title"] for room in rooms] == ["Welcome to Stoa"]
    demo.wait_for_line(re.compile(r"media worker: .*peer\.connected"), 15)


async def test_two_who_talk_at_once_are_each_read_as_who_they_are(
    stack: Any, people: Any, enter: Enter
) -> None:
    ada, bob, carl = people("ada"), people("bob"), people("carl")
    room_id = captioned_room(stack, ada, who_may_speak="everyone")
    assert stack.api("POST", f"/rooms/{room_id}/join", by=bob, body={}).status == 200
    promote(stack, room_id, ada, bob)
    host = await enter(ada, room_id, talks=True)
    guest = await enter(bob, room_id, talks=True)
    listener = await enter(carl, room_id)

    host.mouth.say("alpha", "bravo", "charlie")
    guest.mouth.say("delta", "echo", "foxtrot")
    mine = await listener.reads("alpha bravo charlie")
    theirs = await listener.reads("delta echo foxtrot")

    assert mine["speaker"]["handle"] == ada.handle
    assert theirs["speaker"]["handle"] == bob.handle
    assert {mine["seq"], theirs["seq"]} == {1, 2}


async def test_without_captions_no_caption_worker_hears_of_a_room_until_they_are_switched_on(
    stack: Any, people: Any, enter: Enter
) -> None:
    ada = people("ada")
    room_id = stack.open_room(ada)
    host = await enter(ada, room_id, talks=True)
    opened = re.compile(rf"caption worker: .*room\.opened.*{room_id}")

    host.mouth.say(*WORDS[:6])
    await host.caller.event("speaking", account_ids=[ada.account_id])
    await host.caller.event("speaking", account_ids=[])
    assert not opened.search(stack.output)
    changed = stack.api("PATCH", f"/rooms/{room_id}", by=ada, body={"captions": {"enabled": True}})
    assert changed.status == 200
    await host.caller._until(
        lambda: any(
            event["type"] == "room.state" and event["room"]["captions"]["enabled"]
            for event in host.caller.events
        ),
        10,
        "captions on",
    )
    host.mouth.say("golf", "hotel")

    await host.reads("golf hotel")
    assert opened.search(stack.output)


async def test_captions_come_back_when_their_worker_is_killed_and_the_sound_is_untouched(
    stack: Any, people: Any, enter: Enter
) -> None:
    ada, bob = people("ada"), people("bob")
    room_id = captioned_room(stack, ada)
    host, listener = await enter(ada, room_id, talks=True), await enter(bob, room_id)
    host.mouth.say("one", "two")
    await listener.reads("one two")

    host.mouth.say(*WORDS[:24])
    await listener.reads_of(WORDS[1])
    began = asyncio.get_running_loop().time()
    told = len(listener.told)
    os.kill(stack.child("captions"), signal.SIGKILL)
    await listener.reads_on(told)
    whole = await listener.reads_all(WORDS[:24], seconds=15)

    assert whole == list(WORDS[:24])
    frames = [frame for frame in listener.caller.frames if began <= frame.at < began + 3]
    assert len(frames) >= 140
    gaps = np.diff([frame.at for frame in frames])
    assert gaps.max() < 0.5
    # 60 ms of every 260 are silent between two words, and no more.
    assert sum(frame.rms > 300 for frame in frames) > 0.6 * len(frames)


async def test_a_page_shows_who_says_what_and_misses_nothing_while_paused(
    stack: Any, visit: Any, people: Any, enter: Enter
) -> None:
    ada, bob = people("ada"), await visit("bob")
    room_id = captioned_room(stack, ada)
    host = await enter(ada, room_id, talks=True)
    await bob.enter(room_id)
    await show_captions(bob)
    log = bob.page.get_by_role("log", name="What is said")
    host.mouth.say("north", "south", "east")
    await expect(log).to_contain_text("north south east")
    await expect(log).to_contain_text(ada.handle.replace("_", " ").title())

    await bob.press("Pause captions")
    for words in (("red", "orange"), ("yellow", "green"), ("blue", "violet")):
        host.mouth.say(*words)
        await host.reads(" ".join(words))
    await expect(log).not_to_contain_text("red orange")
    await bob.press("Pause captions")

    for text in ("red orange", "yellow green", "blue violet"):
        await expect(log.get_by_text(text)).to_have_count(1)


async def test_a_correction_shows_for_everybody_and_in_the_file(
    stack: Any, visit: Any, people: Any, enter: Enter
) -> None:
    ada, bob = people("ada"), await visit("bob")
    room_id = captioned_room(stack, ada)
    host = await enter(ada, room_id, talks=True)
    await bob.enter(room_id)
    await show_captions(bob)
    host.mouth.say("river", "mountain")
    line = await host.reads("river mountain")

    path = f"/rooms/{room_id}/captions/{line['line_id']}"
    correction = {"text": "River & <Mountain>", "revision": line["revision"]}
    # The record may be a moment behind the channel.
    for _ in range(50):
        answer = stack.api("PATCH", path, by=ada, body=correction)
        if answer.status != 404:
            break
        await asyncio.sleep(0.1)
    assert answer.status == 200, answer.body

    told = await host.caller.event("caption.corrected")
    assert told["line"]["text"] == "River & <Mountain>"
    await expect(bob.page.get_by_role("log")).to_contain_text("River & <Mountain>")
    exported = stack.api("GET", f"/rooms/{room_id}/captions.vtt").body.decode()
    assert "River &amp; &lt;Mountain&gt;" in exported
    assert "river mountain" not in exported


async def test_a_page_scrolls_back_to_the_first_of_500_lines(
    stack: Any, visit: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = people("ada"), await visit("bob")
    room_id = captioned_room(stack, ada)
    await asyncio.to_thread(write_lines, stack, room_id, ada, 500, monkeypatch)
    await bob.enter(room_id)
    await show_captions(bob)
    log = bob.page.get_by_role("log", name="What is said")
    await expect(log).to_contain_text("This is line 500.")

    first = log.get_by_text("This is line 1.", exact=True)
    async with asyncio.timeout(30):
        while not await first.count():
            await log.evaluate("log => { log.scrollTop = 0; }")
            await bob.page.wait_for_timeout(50)

    await expect(first).to_be_visible()
    await expect(log.get_by_text(re.compile(r"^This is line \d+\.$"))).to_have_count(500)


async def show_captions(visitor: Any) -> None:
    switch = visitor.page.get_by_role("switch", name="Show captions")
    if await switch.get_attribute("aria-checked") != "true":
        await switch.click()


def write_lines(
    stack: Any, room_id: str, host: Any, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many final lines, into the stack's own tables."""
    environ = Path(f"/proc/{stack.child('media_workers')}/environ").read_text()
    told = dict(pair.split("=", 1) for pair in environ.split("\0") if "=" in pair)
    for name, value in told.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    table = Database(told["STOA_TABLE_PREFIX"]).table(CAPTIONS)
    lines = (
        CaptionLine(
            line_id=f"line_{seq}",
            seq=seq,
            speaker=Speaker(account_id=host.account_id, handle=host.handle),
            text=f"This is line {seq}.",
            final=True,
            starts_ms=seq * 2000,
            ends_ms=seq * 2000 + 1500,
            revision=1,
        )
        for seq in range(1, count + 1)
    )
    table.write_many(Put(item=line.to_item(room_id)) for line in lines)


async def test_what_a_browser_says_is_written_along(
    stack: Any, visit: Any, people: Any, enter: Enter, tmp_path: Path
) -> None:
    microphone = tmp_path / "words.wav"
    with wave.open(str(microphone), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(RATE)
        recording.writeframes(sound(["spring", "summer", "autumn", "winter"]).tobytes())
    ada, bob = await visit("ada", talks=microphone), people("bob")
    room_id = captioned_room(stack, ada.person)
    listener = await enter(bob, room_id)

    await ada.enter(room_id)
    line = await listener.reads("spring summer autumn winter", seconds=20)

    assert line["speaker"]["handle"] == ada.person.handle


async def test_the_demo_rooms_captions_read_well(demo: Any) -> None:
    pytest.importorskip("pocketsphinx", reason="the demo has no captions without it")
    room_id = demo.api("GET", "/rooms?state=live").json["items"][0]["room_id"]
    said = re.findall(r"[a-z']+", " ".join(script()).lower())
    path = f"/rooms/{room_id}/captions?after_seq=0&limit=100"
    heard: list[str] = []
    async with asyncio.timeout(90):
        while len(heard) < len(said):
            await asyncio.sleep(0.5)
            lines = (await asyncio.to_thread(demo.api, "GET", path)).json["items"]
            heard = re.findall(r"[a-z']+", " ".join(it["text"] for it in lines).lower())

    assert word_errors(said, heard[: len(said)]) <= 0.1 * len(said)
