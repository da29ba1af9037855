"""What a speaker says is written once, soon and at its time, and silence costs no stream."""

import asyncio
from typing import Any

import pytest

from captions.speaker import LONG_SILENCE, LONGEST_STREAM, ROLL_OVER
from captions.transcriber import Asked, Refused
from tests.captions.microphone import JUMPING, Meet, Service

pytestmark = pytest.mark.anyio

IDLE = 15.0


@pytest.fixture
def anyio_backend() -> Any:
    return JUMPING


async def test_words_become_final_soon_after_they_are_spoken(meet: Meet) -> None:
    async with meet() as talk:
        await talk.say("alpha", "bravo", "charlie")
        ended = asyncio.get_running_loop().time()
        await talk.pause(3)

        (at, line) = talk.finals[0]
        assert line.text == "alpha bravo charlie"
        assert at - ended < 0.6 + 0.3


async def test_times_are_the_rooms_within_200_ms_through_any_pause(meet: Meet) -> None:
    async with meet() as talk:
        await talk.pause(4)
        await talk.say("alpha")
        await talk.pause(7)
        await talk.say("bravo")
        await talk.pause(6, frames=False)
        await talk.say("charlie")
        await talk.pause(2)

    starts = [line.starts_ms for _, line in talk.finals]
    assert max(abs(at - said) for at, (_, said) in zip(starts, talk.spoken, strict=True)) <= 200


async def test_who_stops_sending_frames_is_as_quiet_as_who_sends_silence(meet: Meet) -> None:
    async with meet() as talk:
        await talk.say("alpha", "bravo")
        await talk.pause(3, frames=False)

        assert talk.final_words == ["alpha", "bravo"]


async def test_a_silent_speaker_costs_no_stream(meet: Meet, service: Service) -> None:
    async with meet() as talk:
        await talk.pause(120)

    assert service.asked == []


async def test_a_pause_keeps_the_stream_alive_and_a_long_one_ends_it(
    meet: Meet, service: Service
) -> None:
    async with meet() as talk:
        await talk.say("alpha")
        await talk.pause(LONG_SILENCE - 2)
        (stream,) = service.streams
        assert not stream.closed
        assert stream.idle_so_far() < IDLE / 2

        await talk.pause(6)

        assert stream.closed
        await talk.say("bravo")

    assert talk.final_words == ["alpha", "bravo"]
    assert len(service.streams) == 2


async def test_an_unknown_vocabulary_does_not_cost_the_captions(
    meet: Meet, service: Service
) -> None:
    service.troubles = [Refused("no such vocabulary")]
    async with meet(vocabulary="gone") as talk:
        await talk.say("alpha")
        await talk.pause(2)

    assert [asked.vocabulary for _, asked in service.asked] == ["gone", None]
    assert talk.final_words == ["alpha"]


async def test_a_stream_is_rolled_over_in_a_pause_before_its_limit(
    meet: Meet, service: Service
) -> None:
    async with meet() as talk:
        began = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < began + ROLL_OVER + 30:
            await talk.say("alpha")
            await talk.pause(19, frames=False)

    assert len(service.streams) == 2
    assert talk.final_words == talk.said
    assert service.asked[1][0] - began < LONGEST_STREAM


async def test_who_leaves_in_the_middle_of_a_word_is_still_heard(meet: Meet) -> None:
    async with meet() as talk:
        await talk.say("alpha", "bravo")

    assert talk.final_words == ["alpha", "bravo"]


async def test_another_vocabulary_is_asked_for_in_the_next_short_pause_and_no_word_is_lost(
    meet: Meet, service: Service
) -> None:
    async with meet(vocabulary="room-1") as talk:
        await talk.say("alpha")
        talk.captions.ask(Asked(language="en-US", vocabulary="room-2"))
        await talk.say("bravo")
        await talk.pause(0.7)
        await talk.say("charlie")
        await talk.pause(2)

    assert [asked.vocabulary for _, asked in service.asked] == ["room-1", "room-2"]
    assert talk.final_words == ["alpha", "bravo", "charlie"]


async def test_who_leaves_in_the_middle_of_a_word_is_not_kept_by_another_vocabulary(
    meet: Meet,
) -> None:
    async with asyncio.timeout(30), meet(vocabulary="room-1") as talk:
        await talk.say("alpha", "bravo")
        talk.captions.ask(Asked(language="en-US", vocabulary="room-2"))

    assert talk.final_words == ["alpha", "bravo"]
