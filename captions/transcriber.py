"""The port to a recogniser, and Amazon Transcribe behind it.

amazon-transcribe 0.6.4 is the last release of its line. Four of its habits would hurt us, so we
override its insides; each has a test of its own:
- a body that waits for audio is polled without a pause and takes a whole core: `_PacedBody.read`;
- audio that nobody takes is buffered without bound: `_PacedBody.write`;
- a connection that breaks ends the results as if all were well: `_AmazonStream.results`;
- one that breaks before the response's headers is waited for without end: `_Sessions`.
AWS allows one stream per HTTP/2 connection, which this client shares: hence one client a stream.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

from amazon_transcribe.auth import CredentialResolver
from amazon_transcribe.client import TranscribeStreamingClient
from amazon_transcribe.endpoints import StaticEndpointResolver
from amazon_transcribe.exceptions import (
    BadRequestException,
    HTTPException,
    LimitExceededException,
    SDKError,
    ServiceUnavailableException,
    UnknownServiceException,
)
from amazon_transcribe.httpsession import AwsCrtHttpResponse, AwsCrtHttpSessionManager
from amazon_transcribe.model import Result as AmazonResult
from amazon_transcribe.model import StartStreamTranscriptionEventStream, TranscriptEvent
from amazon_transcribe.request import Request
from amazon_transcribe.serialize import TranscribeStreamingSerializer
from amazon_transcribe.structures import BufferableByteStream
from awscrt.exceptions import AwsCrtError  # type: ignore[import-untyped] # it has no stubs

from captions.results import Result, Word
from core.captions import SAMPLE_RATE

OPEN_WITHIN = 5.0
"""Seconds for connection, handshake and response headers together."""
MAX_BUFFERED = 150
"""Chunks of audio that wait for the network: 15 s of real time."""
REST = 0.010
TOO_MANY_REQUESTS = 429


class StreamFailed(Exception):
    """The stream gives no more results, though nobody ended it. Another one may."""


class Throttled(StreamFailed):
    """The service has no stream for us just now."""


class Refused(StreamFailed):
    """The service does not accept what we ask: a vocabulary or a language it doesn't know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How to recognise: a language Transcribe knows, and names of the account's word lists."""

    language: str
    vocabulary: str | None = None
    vocabulary_filter: str | None = None
    filter_method: str = "mask"


class RecogniserStream(Protocol):
    """One speaker's speech on its way to text; times count from the first sample sent."""

    async def send(self, pcm: bytes) -> None:
        """The next samples, s16le, 16 kHz, mono; StreamFailed if nobody takes them."""

    async def end(self) -> None:
        """No more audio: results of what was sent still come."""

    def results(self) -> AsyncIterator[Result]:
        """Results as they come; ends after `end`, else raises StreamFailed."""

    def close(self) -> None:
        """Drop the connection, if it still stands."""


class Transcriber(Protocol):
    """What recognises speech."""

    async def open(self, asked: Asked) -> RecogniserStream:
        """A stream that is ready for audio; StreamFailed, Throttled or Refused."""


class AmazonTranscribe:
    """Amazon Transcribe streaming of one region, or what stands at `endpoint`."""

    def __init__(
        self,
        *,
        region: str,
        endpoint: str | None = None,
        credentials: CredentialResolver | None = None,
    ) -> None:
        self._region = region
        self._endpoint = StaticEndpointResolver(endpoint) if endpoint else None  # type: ignore[no-untyped-call] # theirs
        self._credentials = credentials

    async def open(self, asked: Asked) -> "_AmazonStream":
        """As Transcriber.open."""
        client = await asyncio.to_thread(self._client)
        # The default chain behind the first client caches credentials: one for all of them.
        self._credentials = client._credential_resolver  # noqa: SLF001 - no public way to share it
        has_filter = asked.vocabulary_filter is not None
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                stream = await client.start_stream_transcription(
                    language_code=asked.language,
                    media_sample_rate_hz=SAMPLE_RATE,
                    media_encoding="pcm",
                    vocabulary_name=asked.vocabulary,
                    vocab_filter_name=asked.vocabulary_filter,
                    vocab_filter_method=asked.filter_method if has_filter else None,
                    enable_partial_results_stabilization=True,
                    partial_results_stability="high",
                )
        except (SDKError, AwsCrtError, TimeoutError) as error:
            client.close()
            raise _failure(error) from error
        except BaseException:
            client.close()
            raise
        return _AmazonStream(client, stream)

    def _client(self) -> "_Client":
        """A client of its own connection. It reads the CA bundle: 18 ms that a thread spends."""
        return _Client(
            region=self._region,
            endpoint_resolver=self._endpoint,
            credential_resolver=self._credentials,
        )


class _AmazonStream:
    def __init__(self, client: "_Client", stream: StartStreamTranscriptionEventStream) -> None:
        self._client = client
        self._input = stream.input_stream
        self._output = stream.output_stream
        self._response: Any = self._output._raw_stream  # noqa: SLF001 - the only way to its end
        body: Any = self._input._input_stream  # noqa: SLF001 - as above
        self._body = body
        self._response._stream.completion_future.add_done_callback(  # noqa: SLF001 - as above
            lambda _: body.end_stream()
        )

    async def send(self, pcm: bytes) -> None:
        try:
            await self._input.send_audio_event(audio_chunk=pcm)
        except (OSError, BufferError, SDKError, AwsCrtError) as error:
            raise StreamFailed(f"audio not taken: {error}") from error

    async def end(self) -> None:
        try:
            await self._input.end_stream()  # type: ignore[no-untyped-call] # theirs
        except (OSError, BufferError, SDKError, AwsCrtError) as error:
            raise StreamFailed(f"end not taken: {error}") from error

    async def results(self) -> AsyncIterator[Result]:
        try:
            async for event in self._output:
                if isinstance(event, TranscriptEvent):
                    for result in event.transcript.results:
                        if result.alternatives:
                            yield _result(result)
            await self._response.done
        except (SDKError, AwsCrtError) as error:
            self._body.end_stream()  # CRT's thread may be on its way to say so
            raise _failure(error) from error

    def close(self) -> None:
        # Who waits for more may have been cancelled; CRT's thread would hand it the end even so.
        response = self._response
        with response._chunk_lock:  # noqa: SLF001 - as above
            response._chunk_futures = [it for it in response._chunk_futures if not it.cancelled()]  # noqa: SLF001
        self._client.close()


class _PacedBody(BufferableByteStream):
    """The request's body. CRT's thread asks for more at once when there is nothing to send."""

    _thread = threading.local()

    def read(self, size: Any = -1) -> Any:
        """One rest per lap over all the bodies that this thread serves."""
        waiting = not self._byte_chunks and not self.closed and not self._ended
        if waiting and time.monotonic() - getattr(self._thread, "rested", 0.0) > REST / 10:
            time.sleep(REST)
            self._thread.rested = time.monotonic()
        return super().read(size)

    def write(self, b: Any) -> int:
        """BufferError when the network takes nothing any more."""
        if len(self._byte_chunks) >= MAX_BUFFERED:
            raise BufferError("the service does not take our audio")
        return super().write(b)

    @property
    def _ended(self) -> bool:
        return bool(self._BufferableByteStream__done)  # type: ignore[attr-defined] # private there


class _Serializer(TranscribeStreamingSerializer):
    def serialize_start_stream_transcription_request(
        self, endpoint: str, request_shape: Any
    ) -> Request:
        request = super().serialize_start_stream_transcription_request(endpoint, request_shape)
        request.body = _PacedBody()  # type: ignore[no-untyped-call] # theirs
        return request


class _Sessions(AwsCrtHttpSessionManager):
    async def make_request(self, *args: Any, **kwargs: Any) -> AwsCrtHttpResponse:
        response = await super().make_request(*args, **kwargs)
        answer = response._status_code_future, response._headers_future  # noqa: SLF001 - as below

        def fail(_: object) -> None:
            for future in answer:
                if not future.done():
                    future.set_exception(HTTPException("lost before the response"))

        stream: Any = response._stream  # noqa: SLF001 - nobody else knows when it completes
        stream.completion_future.add_done_callback(fail)
        return response


class _Client(TranscribeStreamingClient):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._serializer = _Serializer()
        self._session_manager = _Sessions(self._eventloop)  # type: ignore[no-untyped-call] # theirs

    def close(self) -> None:
        """Close the connection, whatever its state; CRT would keep it until collected."""
        for connection in self._session_manager._connections.values():  # noqa: SLF001 - no other way
            connection.close()


def _failure(error: Exception) -> StreamFailed:
    if isinstance(error, TimeoutError):
        return StreamFailed(f"no answer within {OPEN_WITHIN:g} s")
    text = f"{type(error).__name__}: {getattr(error, 'message', error)}"
    if isinstance(error, LimitExceededException | ServiceUnavailableException):
        return Throttled(text)
    if isinstance(error, BadRequestException):
        return Refused(text)
    if isinstance(error, UnknownServiceException):
        if error.status_code == TOO_MANY_REQUESTS or "Throttling" in str(error.error_code):
            return Throttled(text)
        return Refused(text) if error.status_code < TOO_MANY_REQUESTS else StreamFailed(text)
    return StreamFailed(text)


def _result(result: AmazonResult) -> Result:
    items = (result.alternatives or [])[0].items
    return Result(
        result_id=result.result_id or "",
        final=not result.is_partial,
        starts_ms=_ms(result.start_time),
        ends_ms=_ms(result.end_time),
        words=tuple(
            Word(
                text=item.content or "",
                starts_ms=_ms(item.start_time),
                ends_ms=_ms(item.end_time),
                stable=bool(item.stable),
                punctuation=item.item_type == "punctuation",
            )
            for item in items
        ),
    )


def _ms(seconds: float | None) -> int:
    return round((seconds or 0.0) * 1000)
