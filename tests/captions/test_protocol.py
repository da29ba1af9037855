from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.captions import (
    FRAME_BYTES,
    Captioner,
    CaptionFleet,
    Hello,
    SpeakerGone,
    SpeakerHere,
    choose_captioner,
    line_key,
    read_audio,
    read_control,
    write_audio,
)
from core.dynamo import Database
from core.tables import WORKERS

# The machine that tests run on is shared: a slow example is no failure.
patient = settings(deadline=None)


@patient
@given(
    st.integers(0, (1 << 16) - 1),
    st.integers(0, (1 << 64) - 1),
    st.binary(min_size=FRAME_BYTES, max_size=FRAME_BYTES),
)
def test_an_audio_frame_comes_back_as_it_was_written(index: int, at_ms: int, pcm: bytes) -> None:
    assert read_audio(write_audio(index, at_ms, pcm)) == (index, at_ms, pcm)


@patient
@given(st.binary(max_size=2 * FRAME_BYTES).filter(lambda data: len(data) != FRAME_BYTES + 10))
def test_an_audio_frame_of_another_size_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="bytes"):
        read_audio(data)


@pytest.mark.parametrize(
    "frame",
    [
        Hello(room_id="r1", term=1, language="en-US"),
        SpeakerHere(index=3, account_id="ada", handle=None, missing_since_ms=5),
        SpeakerGone(account_id="ada"),
    ],
)
def test_a_control_frame_comes_back_as_it_was_written(
    frame: Hello | SpeakerHere | SpeakerGone,
) -> None:
    assert read_control(frame.model_dump_json()) == frame


@pytest.mark.parametrize("text", ["", "[]", '{"type": "boo"}', '{"type": "gone"}'])
def test_an_unreadable_control_frame_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        read_control(text)


def test_lines_sort_by_number_as_text() -> None:
    numbers = [1, 9, 10, 99, 100_000]

    assert sorted(map(line_key, numbers)) == [line_key(number) for number in numbers]


@pytest.fixture
def captioner(now: datetime) -> Captioner:
    """An empty caption worker that just reported."""
    return Captioner(
        worker_id="c1",
        url="ws://10.0.0.1:8082/captions",
        capacity=10,
        load=0,
        draining=False,
        until=now + timedelta(seconds=4),
    )


def test_the_least_loaded_caption_worker_is_chosen_and_never_one_that_cannot(
    captioner: Captioner, now: datetime
) -> None:
    busy = replace(captioner, worker_id="c2", load=5)
    full = replace(captioner, worker_id="c3", load=10)
    draining = replace(captioner, worker_id="c4", draining=True)
    dead = replace(captioner, worker_id="c5", until=now)

    assert choose_captioner([full, busy, captioner, draining, dead], now) == captioner
    assert choose_captioner([full, draining, dead], now) is None


def test_a_caption_worker_that_just_failed_is_avoided_unless_it_is_the_only_one(
    captioner: Captioner, now: datetime
) -> None:
    busy = replace(captioner, worker_id="c2", load=9)
    avoid = frozenset({"c1"})

    assert choose_captioner([captioner, busy], now, avoid=avoid) == busy
    assert choose_captioner([captioner], now, avoid=avoid) == captioner


def test_a_caption_worker_is_in_the_fleet_until_it_withdraws(
    database: Database, captioner: Captioner
) -> None:
    fleet = CaptionFleet(database.table(WORKERS))

    fleet.report(captioner)
    listed = fleet.list()
    fleet.withdraw("c1")

    assert listed == [captioner]
    assert fleet.list() == []
