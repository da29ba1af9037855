import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from captions.timeline import Timeline
from captions.voice import HANGOVER_MS, PRE_ROLL_MS, Frame, Gate
from core.captions import FRAME_BYTES, FRAME_MS
from local.transcribe.scripted import speak

QUIET = bytes(FRAME_BYTES)

# The machine that tests run on is shared: a slow example is no failure.
patient = settings(deadline=None)


def frames(sound: bytes) -> list[bytes]:
    return [sound[n : n + FRAME_BYTES] for n in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES)]


def push(gate: Gate, sounds: list[bytes], *, at_ms: int) -> list[Frame]:
    passed = []
    for number, pcm in enumerate(sounds):
        passed += gate.push(at_ms + number * FRAME_MS, pcm)
    return passed


def test_silence_and_faint_noise_never_open_the_gate() -> None:
    noise = random.Random(1)
    faint = [
        b"".join(noise.randint(-8, 8).to_bytes(2, "little", signed=True) for _ in range(320))
        for _ in range(100)
    ]

    assert push(Gate(), [QUIET] * 200 + faint, at_ms=0) == []


def test_voice_opens_the_gate_from_a_little_before_it_began() -> None:
    gate = Gate()

    passed = push(gate, [QUIET] * 50 + frames(speak(["alpha"])), at_ms=0)

    assert gate.open
    assert 1000 - PRE_ROLL_MS <= passed[0].at_ms < 1000
    steps = {after.at_ms - before.at_ms for before, after in pairwise(passed)}
    assert steps == {FRAME_MS}


def test_the_gate_stays_open_behind_the_last_word_and_then_closes() -> None:
    gate = Gate()
    sound = frames(speak(["alpha"]))

    passed = push(gate, sound + [QUIET] * 200, at_ms=0)

    assert not gate.open
    silence = passed[-1].ends_ms - len(sound) * FRAME_MS
    assert HANGOVER_MS - 100 <= silence <= HANGOVER_MS + 200


def test_frames_that_stop_are_silence_until_the_gate_closes() -> None:
    gate = Gate()
    push(gate, frames(speak(["alpha"])), at_ms=0)

    passed = gate.pause(60_000)

    assert not gate.open
    assert {frame.pcm for frame in passed} == {QUIET}
    assert gate.pause(90_000) == []


def test_a_frame_that_comes_late_is_let_through_and_one_that_comes_twice_is_not() -> None:
    gate = Gate()
    sound = frames(speak(["alpha", "bravo"]))
    push(gate, sound[:15], at_ms=0)
    gate.pause(600)

    late = gate.push(15 * FRAME_MS, sound[15])
    again = gate.push(15 * FRAME_MS, sound[15])

    assert [frame.at_ms for frame in late] == [15 * FRAME_MS]
    assert again == []


def test_before_a_gap_in_the_frames_there_is_no_pre_roll() -> None:
    gate = Gate()
    push(gate, [QUIET] * 50, at_ms=0)

    passed = push(gate, frames(speak(["alpha"])), at_ms=600_000)

    assert passed[0].at_ms == 600_000


@patient
@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 5_000)), min_size=1, max_size=30))
def test_stream_time_finds_its_way_back_to_the_media_clock(spans: list[tuple[int, int]]) -> None:
    timeline = Timeline()
    media_ms, stream_ms, moments = 0, 0, []
    for count, gap_ms in spans:
        media_ms += gap_ms
        moments.append((stream_ms, stream_ms + count * 20, media_ms, media_ms + count * 20))
        for _ in range(count):
            timeline.add(media_ms, 20)
            media_ms += 20
        stream_ms += count * 20

    for starts, ends, media_starts, media_ends in moments:
        assert timeline.media_start(starts) == media_starts
        assert timeline.media_end(ends) == media_ends
