"""An outage of the recogniser loses and doubles no word, or leaves a gap that is marked."""

import asyncio
from typing import Any

import pytest

from captions.segments import MISSING
from captions.speaker import LONG_SILENCE
from captions.transcriber import StreamFailed, Throttled
from tests.captions.microphone import JUMPING, Meet, Service

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> Any:
    return JUMPING


@pytest.mark.parametrize("second", [0.1, 0.5, 1.1, 2.0, 3.3])
async def test_a_dropped_stream_loses_and_doubles_no_word(
    meet: Meet, service: Service, second: float
) -> None:
    service.troubles = [{"drop_at": second}, {"drop_at": second}]
    async with meet() as talk:
        await talk.say("alpha", "bravo", "charlie")
        await talk.pause(1.5)
        await talk.say("delta", "echo", "foxtrot", "golf")
        await talk.pause(3)

    assert talk.final_words == talk.said
    assert len(service.streams) == 3
    assert all(line.final or not line.text for line in talk.lines.values())


async def test_a_dropped_stream_is_followed_by_another_within_two_seconds(
    meet: Meet, service: Service
) -> None:
    service.troubles = [{"drop_at": 1.0}]
    async with meet() as talk:
        began = asyncio.get_running_loop().time()
        await talk.say("alpha", "bravo", "charlie", "delta", "echo", "foxtrot")
        await talk.pause(3)

    assert service.asked[1][0] - (began + 1.0) < 2


async def test_a_stream_that_stalls_is_replaced_after_five_seconds(
    meet: Meet, service: Service
) -> None:
    service.troubles = [{"stall_at": 0}]
    async with meet() as talk:
        await talk.say(*["alpha", "bravo"] * 15)
        await talk.pause(3)

    assert 5 <= service.asked[1][0] - service.asked[0][0] < 7
    assert talk.final_words == talk.said


async def test_outages_up_to_thirty_seconds_cost_no_word(meet: Meet, service: Service) -> None:
    async with meet() as talk:
        await talk.say("alpha", "bravo")
        await talk.pause(LONG_SILENCE + 8)
        service.refusing = StreamFailed("down")
        await talk.say(*["charlie", "delta", "echo"] * 10)
        await talk.pause(1)
        await talk.say(*["golf", "hotel", "india"] * 10)
        assert MISSING in talk.texts
        service.refusing = None
        await talk.pause(40)

    assert talk.final_words == talk.said
    assert MISSING not in talk.texts


async def test_longer_throttling_is_marked_as_missing_and_backed_off(
    meet: Meet, service: Service
) -> None:
    service.refusing = Throttled("busy")
    async with meet() as talk:
        await talk.say(*["alpha", "bravo", "charlie", "delta"] * 60)
        assert MISSING in talk.texts
        tries = len(service.asked)
        service.refusing = None
        await talk.pause(60)

    assert tries < 10
    (gap,) = [line for _, line in talk.finals if line.text == MISSING]
    assert abs(gap.starts_ms - 5_000) <= 200
    kept = talk.final_words
    assert kept == talk.said[-len(kept) :]
    assert len(kept) > 80
    first_kept = talk.spoken[-len(kept)][1]
    assert abs(gap.ends_ms - first_kept) <= 600


async def test_a_service_that_hears_voice_and_no_words_twice_is_told_as_one_gap(
    meet: Meet, service: Service
) -> None:
    service.troubles = [{"stall_at": 0}] * 3
    async with meet() as talk:
        await talk.say(*["alpha"] * 150)
        await talk.pause(3)

    assert [line.text for _, line in talk.finals].count(MISSING) == 1
    assert talk.final_words


async def test_a_service_that_falls_silent_in_mid_sentence_leaves_no_silent_gap(
    meet: Meet, service: Service
) -> None:
    service.troubles = [{"stall_at": 1.0}] + [{"stall_at": 0}] * 3
    async with meet() as talk:
        await talk.say(*["alpha", "bravo"] * 100)
        await talk.pause(3)

    gap_ms = sum(line.ends_ms - line.starts_ms for _, line in talk.finals if line.text == MISSING)
    lost = len(talk.said) - len(talk.final_words)
    assert lost > 0
    assert gap_ms >= 0.9 * 260 * lost


async def test_who_leaves_while_nothing_can_be_recognised_leaves_a_marked_gap(
    meet: Meet, service: Service
) -> None:
    service.refusing = StreamFailed("down")
    async with meet() as talk:
        await talk.say("alpha", "bravo")

    assert [line.text for _, line in talk.finals] == [MISSING]
