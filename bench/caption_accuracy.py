"""How good live captions are on one machine: word errors, delay, and who said what.

    PYTHONPATH=. python bench/caption_accuracy.py

Three runs in real time, each through a whole room of the caption plane, Transcribe's own client and
the local stand-in:
- word errors of the committed sample (tests/captions/sample, a synthetic voice), recognised by
  pocketsphinx without a vocabulary, and with one of the sample's phrases: then it knows no other
  words, so this is what a rehearsed room gets, and not free speech;
- delay from the end of speech to the final line, by marker tones: the recogniser waits for 0.6 s
  of silence by its own rule; what is left is ours, network and stand-in included;
- attribution: two speakers talk at once, with words of their own; each line's words must be theirs.
"""

import asyncio
import itertools
import json
import os
import re
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import av
import numpy as np
from amazon_transcribe.auth import StaticCredentialResolver

from captions.publish import Publisher, Record
from captions.room import Room
from captions.segments import MISSING
from captions.transcriber import AmazonTranscribe, Asked
from core.captions import (
    FRAME_BYTES,
    FRAME_MS,
    SAMPLE_RATE,
    CaptionLine,
    SpeakerHere,
    write_audio,
)
from core.clock import utc_now
from local.transcribe.certificate import make_certificate
from local.transcribe.recogniser import MakeRecogniser
from local.transcribe.scripted import SEGMENT_PAUSE, WORDS, Scripted, speak
from local.transcribe.server import running
from local.transcribe.sphinx import free_speech
from local.transcribe.stream import Service
from tests.words import word_errors

SAMPLE = Path(__file__).parents[1] / "tests" / "captions" / "sample"
KEYS = "bench", "bench"
QUIET = bytes(FRAME_BYTES)
WORD_MS, GAP_MS = 200, 60
UTTERANCES = 12
GOAL_SHARE = 0.3


class Memory(Record):
    """A record that keeps nothing: DynamoDB is not measured here."""

    def __init__(self) -> None:
        self._seq = 0

    def last_seq(self, room_id: str) -> int:  # noqa: ARG002 - as Record
        return self._seq

    def append(self, room_id: str, term: int, line: CaptionLine) -> int:  # noqa: ARG002 - as Record
        return line.seq


class Desk:
    """A room with its microphones: says sounds in real time, and notes when final lines come."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._began = time.monotonic()
        self.finals: list[tuple[float, CaptionLine]] = []

    def seat(self, index: int, account_id: str) -> None:
        """A speaker at a microphone."""
        frame = SpeakerHere(index=index, account_id=account_id, handle=account_id)
        self._room.take_control(frame.model_dump_json())

    async def note(self, text: str) -> None:
        """A line, as the media worker gets it."""
        line = CaptionLine.model_validate(json.loads(text)["line"])
        if line.final:
            self.finals.append((time.monotonic() - self._began, line))

    async def say(self, index: int, sound: bytes) -> float:
        """Play the sound; the moment its last frame was handed over."""
        at = time.monotonic() - self._began
        for start in range(0, len(sound), FRAME_BYTES):
            wait = self._began + at - time.monotonic()
            await asyncio.sleep(max(0.0, wait))
            pcm = sound[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
            self._room.take_audio(write_audio(index, round(at * 1000), pcm))
            at += FRAME_MS / 1000
        return time.monotonic() - self._began

    def words_of(self, account_id: str) -> list[str]:
        """All that a speaker's final lines say."""
        lines = [it for _, it in self.finals if it.speaker.account_id == account_id]
        return [word for line in lines if line.text != MISSING for word in line.text.split()]


class Sentences:
    """The sample's phrases, as the vocabulary `sample`."""

    def vocabulary(self, name: str) -> Sequence[str] | None:
        return [phrase.replace(" ", "-") for phrase in sentences()] if name == "sample" else None

    def filter(self, name: str) -> Sequence[str] | None:  # noqa: ARG002 - as WordLists
        return None


@asynccontextmanager
async def transcribe(make_recogniser: MakeRecogniser) -> AsyncIterator[AmazonTranscribe]:
    """The stand-in on a free port, and the client that trusts it."""
    service = Service(
        make_recogniser=make_recogniser,
        word_lists=Sentences(),
        secrets=dict([KEYS]),
        now=utc_now,
    )
    with tempfile.TemporaryDirectory() as directory:
        certificate = make_certificate(Path(directory), utc_now())
        os.environ["SSL_CERT_FILE"] = str(certificate.authority)
        sock = socket.create_server(("127.0.0.1", 0))
        async with running(service, certificate, sock) as (_, url):
            yield AmazonTranscribe(
                region="us-east-1", endpoint=url, credentials=StaticCredentialResolver(*KEYS)
            )


@asynccontextmanager
async def desk(transcriber: AmazonTranscribe, vocabulary: str | None = None) -> AsyncIterator[Desk]:
    """A room with two microphones."""
    numbers = itertools.count()
    room = Room(
        "bench",
        transcriber=transcriber,
        asked=Asked(language="en-US", vocabulary=vocabulary),
        publisher=Publisher(room_id="bench", term=1, record=Memory()),
        new_line_id=lambda: f"line_{next(numbers)}",
    )
    made = Desk(room)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.run(made.note))
        made.seat(0, "ada")
        made.seat(1, "bob")
        yield made
        room.leave()


def sentences() -> list[str]:
    """The sample's text."""
    return (SAMPLE / "read.txt").read_text().splitlines()


def recording() -> bytes:
    """The sample's sound."""
    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
    with av.open(str(SAMPLE / "read.wav")) as file:
        decoded = [part for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate([part.to_ndarray()[0] for part in decoded]).astype("<i2").tobytes()


def words(text: str) -> list[str]:
    """Words as they are compared: no case, no punctuation."""
    return re.findall(r"[a-z']+", text.lower())


async def recognition() -> None:
    """Run one."""
    said, sound = words(" ".join(sentences())), recording() + QUIET * 100
    async with (
        transcribe(free_speech) as service,
        desk(service) as free,
        desk(service, "sample") as rehearsed,
    ):
        await asyncio.gather(free.say(0, sound), rehearsed.say(0, sound))
    for name, made in (("no vocabulary", free), ("its phrases as vocabulary", rehearsed)):
        wrong = word_errors(said, words(" ".join(made.words_of("ada"))))
        print(f"word errors, {name}: {wrong} of {len(said)} ({wrong / len(said):.0%})")


async def delay() -> None:
    """Run two."""
    delays: list[float] = []
    async with transcribe(lambda _: Scripted()) as service, desk(service) as made:
        for number in range(UTTERANCES):
            spoken = speak(WORDS[number : number + 3])
            ended = await made.say(0, spoken) - GAP_MS / 1000
            await made.say(0, QUIET * 80)
            delays += [at - ended for at, _ in made.finals[len(delays) :]]
    share = [max(0.0, it - SEGMENT_PAUSE) for it in delays]
    for name, values in (("speech end to final line", delays), ("our share of it", share)):
        ninety_fifth = statistics.quantiles(values, n=20)[-1]
        print(f"{name}: p50 {statistics.median(values) * 1000:.0f} ms", end=", ")
        print(f"p95 {ninety_fifth * 1000:.0f} ms (n={len(values)})")
    print(f"goal of our share, p95 <= {GOAL_SHARE * 1000:.0f} ms")


async def attribution() -> None:
    """Run three."""
    async with transcribe(lambda _: Scripted()) as service, desk(service) as made:
        mine, theirs = list(WORDS[:32]), list(WORDS[32:])
        await asyncio.gather(
            made.say(0, speak(mine) + QUIET * 80),
            made.say(1, QUIET * 7 + speak(theirs) + QUIET * 80),
        )
    wrong = sum(word not in mine for word in made.words_of("ada"))
    wrong += sum(word not in theirs for word in made.words_of("bob"))
    lost = word_errors(mine, made.words_of("ada")) + word_errors(theirs, made.words_of("bob"))
    print(f"two at once, {len(WORDS)} words: {wrong} at the wrong speaker, {lost} wrong or lost")


async def main() -> None:
    """All three."""
    await recognition()
    await delay()
    await attribution()


if __name__ == "__main__":
    asyncio.run(main())
