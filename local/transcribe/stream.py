"""One StartStreamTranscription request: its rules, from the first header to the last result.

Source: Amazon Transcribe streaming API reference, StartStreamTranscription; developer guide,
"Setting up a streaming transcription" (15 s without audio end a stream).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from botocore.eventstream import EventStreamBuffer, EventStreamMessage, ParserError

from local.transcribe.faults import Fault, Faults, Kind
from local.transcribe.messages import exception_event, transcript_event
from local.transcribe.recogniser import SAMPLE_RATE, Heard, MakeRecogniser
from local.transcribe.signatures import BadSignature, Signer, check_request

IDLE = 15.0
MAX_CHUNK = 32 * 1024
PREFIX = "x-amzn-transcribe-"
FILTER_METHODS = ("mask", "remove", "tag")
MAX_NAME = 200


class WordLists(Protocol):
    """Custom vocabularies and vocabulary filters by name; None if there is no such list."""

    def vocabulary(self, name: str) -> Sequence[str] | None:
        """Its phrases, words joined by hyphens."""

    def filter(self, name: str) -> Sequence[str] | None:
        """Its words."""


class RequestFailed(Exception):
    """Answered before the stream: an HTTP status, an error type, a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What all streams share. `idle` is Transcribe's patience, in seconds."""

    make_recogniser: MakeRecogniser
    word_lists: WordLists
    secrets: Mapping[str, str]
    now: Callable[[], datetime]
    idle: float = IDLE
    max_streams: int = 25
    faults: Faults = field(default_factory=Faults)


class Output(Protocol):
    """The way back to the client."""

    async def send(self, data: bytes) -> None:
        """Part of the body, as fast as the client takes it."""

    def consumed(self, size: int) -> None:
        """So many bytes of the request's body are done with."""

    def fail(self, kind: Kind) -> None:
        """Break the stream in this way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A request that may stream: who signs, what it asked for, what is answered."""

    signer: Signer
    vocabulary: Sequence[str]
    filtered: frozenset[str]
    filter_method: str
    answer: list[tuple[str, str]]


def accept(headers: Mapping[str, str], service: Service) -> Accepted:
    """Check the request's headers; RequestFailed as AWS would."""
    try:
        signer = check_request(headers, service.secrets, service.now(), service="transcribe")
    except BadSignature as error:
        raise RequestFailed(403, error.code, str(error)) from error
    if (headers[":method"], headers[":path"]) != ("POST", "/stream-transcription"):
        raise RequestFailed(404, "UnknownOperationException", "There is no such operation.")
    asked = {
        name.removeprefix(PREFIX): value
        for name, value in headers.items()
        if name.startswith(PREFIX)
    }
    if asked.get("sample-rate") != str(SAMPLE_RATE) or asked.get("media-encoding") != "pcm":
        raise _bad("This stand-in hears pcm at 16000 Hz only.")
    if not asked.get("language-code"):
        raise _bad("1 validation error detected: LanguageCode must not be null.")
    method = asked.get("vocabulary-filter-method", "mask")
    if method not in FILTER_METHODS:
        raise _bad("1 validation error detected: VocabularyFilterMethod.")
    session = asked.pop("session-id", None) or str(uuid4())
    echoed = [(PREFIX + name, value) for name, value in asked.items()]
    return Accepted(
        signer=signer,
        vocabulary=_list(asked.get("vocabulary-name"), service.word_lists.vocabulary),
        filtered=frozenset(
            word.lower()
            for word in _list(asked.get("vocabulary-filter-name"), service.word_lists.filter)
        ),
        filter_method=method,
        answer=[
            ("content-type", "application/vnd.amazon.eventstream"),
            ("x-amzn-request-id", str(uuid4())),
            (PREFIX + "session-id", session),
            *echoed,
        ],
    )


class Stream:
    """Audio in, results out. `feed` and `close` come from the connection, `run` is a task."""

    def __init__(self, accepted: Accepted, service: Service, fault: Fault | None) -> None:
        self._accepted = accepted
        self._service = service
        self._fault = fault
        self._outer, self._inner = EventStreamBuffer(), EventStreamBuffer()
        # Bounded by HTTP/2 flow control: the window opens again as audio is consumed.
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue()
        self._heard_bytes = 0
        self._over = False

    def feed(self, data: bytes) -> None:
        """The next bytes of the body; b"" at its end."""
        self._arrived.put_nowait(data)

    async def run(self, output: Output) -> None:
        """Until the audio ends or something is wrong with it; then the body is complete."""
        recogniser = await asyncio.to_thread(
            self._service.make_recogniser, self._accepted.vocabulary
        )
        while not self._over:
            try:
                async with asyncio.timeout(self._service.idle):
                    data = await self._arrived.get()
                chunks = self._audio(data)
            except TimeoutError:
                message = "Your request timed out because no new audio was received for 15 seconds."
                await output.send(exception_event("BadRequestException", message))
                return
            except BadSignature as error:
                await output.send(exception_event(error.code, str(error)))
                return
            except (ParserError, KeyError, ValueError) as error:
                message = f"The event stream could not be read: {error}"
                await output.send(exception_event("BadRequestException", message))
                return
            for chunk in chunks:
                if self._fails_now(len(chunk)):
                    await self._go_wrong(output)
                    return
                await self._tell(output, await asyncio.to_thread(recogniser.push, chunk))
            output.consumed(len(data))
        await self._tell(output, await asyncio.to_thread(recogniser.finish))

    def _audio(self, data: bytes) -> list[bytes]:
        """The audio in these bytes: in each message a signed one, in it an AudioEvent."""
        if not data:
            self._over = True
        chunks: list[bytes] = []
        self._outer.add_data(data)
        for message in self._outer:
            self._check(message)
            if not message.payload:
                self._over = True
                break
            self._inner.add_data(message.payload)
            chunks += [event.payload for event in self._inner]
        if any(len(chunk) > MAX_CHUNK for chunk in chunks):
            raise ValueError("an audio chunk is larger than 32 KB")
        return chunks

    def _check(self, message: EventStreamMessage) -> None:
        headers: Any = message.headers
        date = datetime.fromtimestamp(headers[":date"] / 1000, UTC)
        self._accepted.signer.check_chunk(
            date, headers[":chunk-signature"], message.payload, self._service.now()
        )

    def _fails_now(self, size: int) -> bool:
        self._heard_bytes += size
        return self._fault is not None and self._heard_bytes >= self._fault.at_bytes

    async def _go_wrong(self, output: Output) -> None:
        kind = self._fault.kind if self._fault else Kind.DROP
        if kind is Kind.FAIL:
            message = "The service failed on purpose."
            await output.send(exception_event("InternalFailureException", message))
        elif kind is Kind.STALL:
            while data := await self._arrived.get():
                output.consumed(len(data))
        else:
            output.fail(kind)

    async def _tell(self, output: Output, heard: Sequence[Heard]) -> None:
        for result in heard:
            await output.send(transcript_event([self._filter(result)]))

    def _filter(self, heard: Heard) -> Heard:
        if not self._accepted.filtered:
            return heard
        words = []
        for word in heard.words:
            if word.text.lower() not in self._accepted.filtered:
                words.append(word)
            elif self._accepted.filter_method == "mask":
                words.append(replace(word, text="***", filtered=True))
            elif self._accepted.filter_method == "tag":
                words.append(replace(word, filtered=True))
        return replace(heard, words=tuple(words))


def _list(name: str | None, find: Callable[[str], Sequence[str] | None]) -> Sequence[str]:
    if name is None:
        return ()
    found = find(name) if len(name) <= MAX_NAME else None
    if found is None:
        raise _bad("The requested vocabulary couldn't be found.")
    return found


def _bad(message: str) -> RequestFailed:
    return RequestFailed(400, "BadRequestException", message)
