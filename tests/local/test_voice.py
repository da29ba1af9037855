import asyncio
import re
from itertools import pairwise

import numpy as np
import pytest

from local.demo import hands
from local.voice import SAMPLE_RATE, SAMPLES, WELCOME, Voice, load, phrases, script

pytestmark = pytest.mark.anyio


def test_the_welcome_is_small_and_as_long_as_one_listens() -> None:
    samples = load()

    assert WELCOME.stat().st_size < 400_000
    assert 25 < len(samples) / SAMPLE_RATE < 40
    assert samples.dtype == np.int16
    assert 10_000 < np.abs(samples).max() < 32_767


def test_phrases_are_short_and_hold_every_word_and_its_neighbour() -> None:
    sentences = script()

    made = phrases(sentences)

    assert max(map(len, made)) <= 40
    pairs = {pair for phrase in made for pair in pairwise(phrase.split())}
    for sentence in sentences:
        assert set(pairwise(re.findall(r"[A-Za-z']+", sentence))) <= pairs


async def test_a_voice_begins_again_where_it_ends() -> None:
    voice = Voice(np.arange(2 * SAMPLES + 5, dtype=np.int16))

    frames = [await voice.recv() for _ in range(3)]

    starts = [int(frame.to_ndarray()[0, 0]) for frame in frames]
    assert starts == [0, SAMPLES, 0]
    assert [frame.pts for frame in frames] == [0, SAMPLES, 2 * SAMPLES]


async def test_a_voice_talks_at_the_speed_of_time() -> None:
    voice = Voice(np.zeros(SAMPLES, dtype=np.int16))
    loop = asyncio.get_running_loop()
    await voice.recv()
    started = loop.time()

    for _ in range(10):
        await voice.recv()

    assert loop.time() - started >= 0.19


def test_the_host_sees_hands_that_go_up_and_those_that_were_up_already() -> None:
    raised = {"type": "hand.raised", "account_id": "bob", "place": 1}
    state = {"type": "room.state", "hands": [{"account_id": "eve", "place": 1}]}

    assert hands(raised) == [raised]
    assert hands(state) == state["hands"]
    assert hands({"type": "speaking", "account_ids": []}) == []
