"""Loud and faint speakers come out alike, and we know who is talking."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from media_workers.audio.levels import SILENCE, Activity, Leveller, level_dbfs
from media_workers.audio.opus import FRAME_SIZE

Pcm = NDArray[np.int16]
SPEECH_LEVELS = [-40, -34, -26, -20, -12]


def frames_of(pcm: Pcm) -> Pcm:
    return pcm[: len(pcm) // FRAME_SIZE * FRAME_SIZE].reshape(-1, FRAME_SIZE)


def active_level(pcm: Pcm) -> float:
    """The RMS of the louder half of the frames: speech without its pauses."""
    powers = np.sort([np.mean(f.astype(np.float64) ** 2) for f in frames_of(pcm)])
    return float(10 * np.log10(powers[len(powers) // 2 :].mean() / 32768**2))


def at_level(pcm: Pcm, dbfs: float) -> Pcm:
    gain = 10 ** ((dbfs - active_level(pcm)) / 20)
    return np.clip(pcm * gain, -32768, 32767).astype(np.int16)


def levelled(pcm: Pcm, leveller: Leveller | None = None) -> Pcm:
    leveller = leveller or Leveller()
    return np.concatenate([leveller.process(f, level_dbfs(f)) for f in frames_of(pcm)])


def noise(seconds: float, dbfs: float) -> Pcm:
    size = round(seconds * 48000)
    return np.random.default_rng(7).normal(0, 32768 * 10 ** (dbfs / 20), size).astype(np.int16)


def test_a_level_is_in_dbfs(tone: Callable[..., Pcm]) -> None:
    assert level_dbfs(tone(0.02, hertz=500, dbfs=-23)) == pytest.approx(-23, abs=0.1)
    assert level_dbfs(np.full(FRAME_SIZE, -32768, np.int16)) == pytest.approx(0)
    assert level_dbfs(np.zeros(FRAME_SIZE, np.int16)) == SILENCE


def test_faint_and_loud_speakers_come_out_alike(speech: Pcm) -> None:
    long = np.tile(speech, 2)

    out = [active_level(levelled(at_level(long, level))[-len(speech) :]) for level in SPEECH_LEVELS]

    assert max(out) - min(out) < 6
    assert all(-26 < level < -14 for level in out)


@pytest.mark.parametrize("level", SPEECH_LEVELS)
def test_nothing_clips(speech: Pcm, level: int) -> None:
    out = levelled(at_level(speech, level))

    assert np.abs(out.astype(np.int32)).max() <= 29_204


@pytest.mark.parametrize("level", SPEECH_LEVELS)
def test_the_gain_settles_and_does_not_pump(speech: Pcm, level: int) -> None:
    leveller = Leveller()
    gains = []
    for frame in frames_of(np.tile(at_level(speech, level), 3)):
        leveller.process(frame, level_dbfs(frame))
        gains.append(leveller.gain)

    settled = gains[len(gains) // 3 :]
    assert max(settled) - min(settled) < 3


@pytest.mark.parametrize(("level", "floor"), [(-40, -58), (-20, -40)])
def test_a_pause_does_not_raise_the_noise(speech: Pcm, level: int, floor: int) -> None:
    leveller = Leveller()
    levelled(at_level(speech, level), leveller)
    before = leveller.gain

    levelled(noise(10, floor), leveller)

    assert leveller.gain == before


def test_a_sudden_shout_is_held_down_at_once(speech: Pcm) -> None:
    leveller = Leveller()
    levelled(at_level(speech, -40), leveller)

    shout = levelled(at_level(speech, -6), leveller)

    assert np.abs(shout.astype(np.int32)).max() <= 29_204
    assert active_level(shout[96_000:]) < -12


@pytest.mark.parametrize("level", SPEECH_LEVELS)
@pytest.mark.parametrize("floor", [-75, -58])
def test_who_talks_is_audible_and_who_stops_is_not_within_300_ms(
    speech: Pcm, level: int, floor: int
) -> None:
    words = at_level(speech, level)[: 48000 * 2]
    begins = int(np.argmax(np.abs(words.astype(np.int32)) > 300)) // FRAME_SIZE
    said = np.concatenate([np.zeros(48000, np.int16), words, np.zeros(48000, np.int16)])
    heard = np.clip(said.astype(np.int32) + noise(4, floor), -32768, 32767).astype(np.int16)
    activity = Activity()

    audible = [activity.update(level_dbfs(frame)) for frame in frames_of(heard)]

    assert not any(audible[:50])
    assert any(audible[50 + begins : 50 + begins + 15])
    assert sum(audible[50 + begins : 145]) > 80 - begins
    assert not any(audible[150 + 10 :])


def test_a_noisy_room_is_not_taken_for_a_speaker_for_long() -> None:
    activity = Activity()

    audible = [activity.update(level_dbfs(frame)) for frame in frames_of(noise(10, -45))]

    assert not any(audible[100:])


def test_a_loud_steady_sound_is_audible_throughout(tone: Callable[..., Pcm]) -> None:
    activity = Activity()

    audible = [activity.update(level_dbfs(frame)) for frame in frames_of(tone(30, dbfs=-25))]

    assert all(audible)


def test_one_who_sends_nothing_is_not_audible() -> None:
    activity = Activity()
    activity.update(-20)

    audible = [activity.update(SILENCE) for _ in range(20)]

    assert audible.index(False) <= 10
    assert not any(audible[10:])
