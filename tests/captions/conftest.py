"""Caption tests talk to a Transcribe stand-in, or speak to a recogniser in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import pytest

from captions.segments import Segmenter
from captions.speaker import SpeakerCaptions
from captions.transcriber import Asked
from tests.captions.microphone import Meet, Service, Talk
from tests.stand_in import anyio_backend, certificate, serve

__all__ = ["anyio_backend", "certificate", "serve"]


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
