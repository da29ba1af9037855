"""The stand-in's manners, seen by the real client."""

import asyncio
from typing import Any

import pytest
from amazon_transcribe.auth import CredentialResolver, Credentials, StaticCredentialResolver
from amazon_transcribe.client import TranscribeStreamingClient
from amazon_transcribe.endpoints import StaticEndpointResolver
from amazon_transcribe.exceptions import (
    BadRequestException,
    LimitExceededException,
    UnknownServiceException,
)

from local.transcribe.faults import Fault, Kind
from local.transcribe.scripted import speak

pytestmark = pytest.mark.anyio

PCM = {"language_code": "en-US", "media_sample_rate_hz": 16_000, "media_encoding": "pcm"}


def client(url: str, credentials: CredentialResolver | None = None) -> TranscribeStreamingClient:
    return TranscribeStreamingClient(
        region="us-east-1",
        endpoint_resolver=StaticEndpointResolver(url),
        credential_resolver=credentials or StaticCredentialResolver("test", "test"),
    )


async def texts(stream: Any) -> list[str]:
    return [
        result.alternatives[0].transcript
        async for event in stream.output_stream
        for result in event.transcript.results
        if not result.is_partial
    ]


async def test_what_is_asked_comes_back_in_the_headers(serve) -> None:
    async with serve() as (_, url):
        stream = await client(url).start_stream_transcription(
            **PCM, vocabulary_name="room-words", session_id="s1"
        )
        await stream.input_stream.end_stream()

        assert stream.response.session_id == "s1"
        assert stream.response.vocabulary_name == "room-words"
        assert stream.response.media_sample_rate_hz == 16_000
        assert await texts(stream) == []


async def test_a_request_signed_by_somebody_else_is_refused(serve) -> None:
    async with serve() as (_, url):
        with pytest.raises(UnknownServiceException) as wrong_secret:
            await client(url, StaticCredentialResolver("test", "wrong")).start_stream_transcription(
                **PCM
            )
        with pytest.raises(UnknownServiceException) as wrong_key:
            await client(url, StaticCredentialResolver("who", "test")).start_stream_transcription(
                **PCM
            )

    assert wrong_secret.value.error_code == "InvalidSignatureException"
    assert wrong_key.value.error_code == "UnrecognizedClientException"


class ChangingCredentials(CredentialResolver):
    """Right for the request, wrong for the audio."""

    secret = "test"

    async def get_credentials(self) -> Credentials:
        found = Credentials("test", self.secret)
        self.secret = "wrong"
        return found


async def test_audio_signed_by_somebody_else_ends_the_stream(serve) -> None:
    async with serve() as (_, url):
        stream = await client(url, ChangingCredentials()).start_stream_transcription(**PCM)
        await stream.input_stream.send_audio_event(audio_chunk=bytes(3200))

        with pytest.raises(BadRequestException, match="signature"):
            await texts(stream)


async def test_a_second_stream_on_a_connection_is_refused(serve) -> None:
    async with serve() as (_, url):
        shared = client(url)
        first = await shared.start_stream_transcription(**PCM)

        with pytest.raises(BadRequestException, match="One stream"):
            await shared.start_stream_transcription(**PCM)

        await first.input_stream.end_stream()
        assert await texts(first) == []


async def test_a_stream_without_audio_is_ended(serve) -> None:
    async with serve(idle=0.2) as (_, url):
        stream = await client(url).start_stream_transcription(**PCM)

        with pytest.raises(BadRequestException, match="no new audio"):
            await texts(stream)


async def test_more_streams_than_the_quota_are_throttled(serve) -> None:
    async with serve(max_streams=0) as (_, url):
        with pytest.raises(LimitExceededException):
            await client(url).start_stream_transcription(**PCM)


@pytest.mark.parametrize(
    "asked",
    [
        {"media_sample_rate_hz": 44_100},
        {"media_encoding": "flac"},
        {"vocabulary_name": "nobody-made-this"},
        {"vocab_filter_name": "rude-words", "vocab_filter_method": "shout"},
    ],
)
async def test_what_transcribe_refuses_is_refused(serve, asked) -> None:
    async with serve() as (_, url):
        with pytest.raises(BadRequestException):
            await client(url).start_stream_transcription(**(PCM | asked))


@pytest.mark.parametrize(
    ("method", "text"),
    [("mask", "alpha *** charlie"), ("remove", "alpha charlie"), ("tag", "alpha bravo charlie")],
)
async def test_filtered_words_are_masked_removed_or_tagged(serve, method, text) -> None:
    async with serve() as (_, url):
        stream = await client(url).start_stream_transcription(
            **PCM, vocab_filter_name="rude-words", vocab_filter_method=method
        )
        await stream.input_stream.send_audio_event(audio_chunk=speak(["alpha", "bravo", "charlie"]))
        await stream.input_stream.end_stream()

        assert await texts(stream) == [text]


async def test_an_audio_chunk_over_32_kb_is_refused(serve) -> None:
    async with serve() as (_, url):
        stream = await client(url).start_stream_transcription(**PCM)
        await stream.input_stream.send_audio_event(audio_chunk=bytes(33_000))

        with pytest.raises(BadRequestException, match="32 KB"):
            await texts(stream)


async def test_faults_befall_the_next_streams_in_order(serve) -> None:
    async with serve() as (server, url):
        server.service.faults.plan(Fault(Kind.THROTTLE), Fault(Kind.REFUSE))

        with pytest.raises(LimitExceededException):
            await client(url).start_stream_transcription(**PCM)
        with pytest.raises(BadRequestException):
            await client(url).start_stream_transcription(**PCM)
        stream = await client(url).start_stream_transcription(**PCM)
        await stream.input_stream.end_stream()

        assert await texts(stream) == []


async def test_a_recogniser_that_breaks_ends_its_own_stream_only(serve) -> None:
    def broken(_: object) -> Any:
        raise RuntimeError("no model")

    async with serve(make_recogniser=broken) as (server, url):
        stream = await client(url).start_stream_transcription(**PCM)
        async with asyncio.timeout(5):
            assert await texts(stream) == []

        assert server.live == 0
