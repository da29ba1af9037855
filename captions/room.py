"""One room's captions: its speakers, each with a recogniser's attention, and the way out."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from captions.publish import Publisher
from captions.segments import Draft, Segmenter
from captions.speaker import SpeakerCaptions
from captions.transcriber import Asked, Transcriber
from core.captions import (
    ControlFrame,
    Hello,
    Speaker,
    SpeakerHere,
    read_audio,
    read_control,
)

_log = logging.getLogger(__name__)

MAX_SPEAKERS = 32
"""More than a stage holds; speakers come and go faster than their last words."""


class ProtocolError(Exception):
    """The media worker sent what no media worker sends."""


@dataclass(slots=True, eq=False)
class _Voice:
    speaker: Speaker
    captions: SpeakerCaptions
    missing_since_ms: int | None


class Room:
    """One WebSocket's room. `take_control` and `take_audio` get its frames, `run` does the work."""

    def __init__(
        self,
        room_id: str,
        *,
        transcriber: Transcriber,
        asked: Asked,
        publisher: Publisher,
        new_line_id: Callable[[], str],
    ) -> None:
        self.room_id = room_id
        self._transcriber = transcriber
        self._asked = asked
        self._publisher = publisher
        self._new_line_id = new_line_id
        self._voices: dict[int, _Voice] = {}
        self._arrivals: asyncio.Queue[_Voice | None] = asyncio.Queue()
        self._busy: list[_Voice] = []
        self._left = False
        self._counts: Counter[str] = Counter()

    @property
    def speakers(self) -> int:
        """Those who are captioned now, and those whose last words are still recognised."""
        return len(self._busy)

    @property
    def streams(self) -> int:
        """Recogniser streams that are open now."""
        return sum(voice.captions.streaming for voice in self._busy)

    @property
    def counts(self) -> Counter[str]:
        """What has been so far; `delays_ms` adds up how late each of `results` came."""
        stored, dropped = self._publisher.stored, self._publisher.dropped
        return self._counts + Counter(lines_stored=stored, lines_dropped=dropped)

    def take_control(self, text: str) -> None:
        """A text frame; ProtocolError if it makes no sense here."""
        try:
            frame: ControlFrame = read_control(text)
        except ValueError as error:
            raise ProtocolError("an unreadable frame") from error
        if isinstance(frame, Hello):
            raise ProtocolError("a second hello")
        if isinstance(frame, SpeakerHere):
            self._arrive(frame)
        else:
            self._depart(frame.account_id)

    def take_audio(self, data: bytes) -> None:
        """A binary frame; one of a speaker who has gone is dropped."""
        try:
            index, at_ms, pcm = read_audio(data)
        except ValueError as error:
            raise ProtocolError(str(error)) from error
        voice = self._voices.get(index)
        if voice is None:
            return
        if voice.missing_since_ms is not None:
            if voice.missing_since_ms < at_ms:
                voice.captions.missed(voice.missing_since_ms, at_ms)
            voice.missing_since_ms = None
        voice.captions.hear(at_ms, pcm)

    def use_vocabulary(self, name: str | None) -> None:
        """The vocabulary of all streams from each speaker's next pause on."""
        self._asked = replace(self._asked, vocabulary=name)
        for voice in self._busy:
            voice.captions.ask(self._asked)

    def leave(self) -> None:
        """No more frames are taken: `run` returns when the last words are out."""
        if self._left:
            return
        self._left = True
        for voice in self._voices.values():
            voice.captions.leave()
        self._voices.clear()
        self._arrivals.put_nowait(None)

    async def run(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Until `leave`, and until the last words are out; Ousted if the room is another's now."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._publisher.run(send))
            async with asyncio.TaskGroup() as speakers:
                while (voice := await self._arrivals.get()) is not None:
                    speakers.create_task(self._caption(voice))
            self._publisher.finish()

    async def _caption(self, voice: _Voice) -> None:
        """The boundary of a speaker: what breaks for one begins anew, and the others go on."""
        while True:
            captions = voice.captions
            try:
                await captions.run()
            except Exception:  # noqa: BLE001 - see above
                self._counts["speaker_failures"] += 1
                _log.exception("speaker.failed room_id=%s", self.room_id)
                voice.captions = self._captions(voice.speaker)
                if voice not in self._voices.values():
                    voice.captions.leave()
                continue
            finally:
                self._counts["streams_reopened"] += captions.reopened
            self._busy.remove(voice)
            return

    def _arrive(self, frame: SpeakerHere) -> None:
        if self._left:
            return
        self._depart(frame.account_id)
        if previous := self._voices.pop(frame.index, None):
            previous.captions.leave()
        if len(self._busy) >= MAX_SPEAKERS:
            raise ProtocolError("too many speakers")
        speaker = Speaker(account_id=frame.account_id, handle=frame.handle)
        voice = _Voice(speaker, self._captions(speaker), frame.missing_since_ms)
        self._voices[frame.index] = voice
        self._busy.append(voice)
        self._arrivals.put_nowait(voice)

    def _depart(self, account_id: str) -> None:
        for index, voice in list(self._voices.items()):
            if voice.speaker.account_id == account_id:
                del self._voices[index]
                voice.captions.leave()

    def _captions(self, speaker: Speaker) -> SpeakerCaptions:
        def show(draft: Draft) -> None:
            self._publisher.publish(speaker, draft)

        return SpeakerCaptions(
            transcriber=self._transcriber,
            asked=self._asked,
            segmenter=Segmenter(self._new_line_id, language=self._asked.language),
            show=show,
            delayed=self._delayed,
        )

    def _delayed(self, by_ms: int) -> None:
        self._counts["results"] += 1
        self._counts["delays_ms"] += by_ms
