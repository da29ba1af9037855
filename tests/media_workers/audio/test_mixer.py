"""The sum of the stage, for everyone and for each without himself."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from media_workers.audio.limiter import CEILING, Limiter
from media_workers.audio.mixer import Mix, Mixer
from media_workers.audio.opus import FRAME_SIZE

Pcm = NDArray[np.int16]


def spectrum(pcm: Pcm, hertz: float) -> float:
    """The share of the sound's energy that lies at a frequency."""
    power = np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))) ** 2
    at = round(hertz * len(pcm) / 48000)
    return float(power[at - 2 : at + 3].sum() / power.sum()) if power.any() else 0.0


def mixes(voices: dict[str, Pcm]) -> list[Mix[str]]:
    mixer: Mixer[str] = Mixer()
    length = len(next(iter(voices.values())))
    return [
        mixer.mix({key: pcm[at : at + FRAME_SIZE] for key, pcm in voices.items()})
        for at in range(0, length, FRAME_SIZE)
    ]


@pytest.fixture
def stage(tone: Callable[..., Pcm]) -> dict[str, Pcm]:
    """Thirteen speakers, each a tone of his own."""
    return {f"s{n}": tone(0.5, hertz=300 + 200 * n, dbfs=-20) for n in range(13)}


def test_everyone_hears_all_of_the_stage(stage: dict[str, Pcm]) -> None:
    heard = np.concatenate([mix.everyone for mix in mixes(stage)])

    assert all(spectrum(heard, 300 + 200 * n) > 0.04 for n in range(13))


def test_nobody_hears_himself(stage: dict[str, Pcm]) -> None:
    played = mixes(stage)

    for number, key in enumerate(stage):
        heard = np.concatenate([mix.without[key] for mix in played])
        assert spectrum(heard, 300 + 200 * number) < 1e-3
        assert spectrum(heard, 300 + 200 * ((number + 1) % 13)) > 0.04


def test_one_alone_is_everyones_and_hears_silence(tone: Callable[..., Pcm]) -> None:
    voice = tone(0.02)

    mix = Mixer[str]().mix({"ada": voice})

    assert np.array_equal(mix.everyone, voice)
    assert not mix.without["ada"].any()


def test_an_empty_stage_is_silent() -> None:
    mix = Mixer[str]().mix({})

    assert mix.everyone.shape == (FRAME_SIZE,)
    assert not mix.everyone.any()
    assert mix.without == {}


def test_only_who_is_audible_gets_a_mix_of_his_own(tone: Callable[..., Pcm]) -> None:
    mixer: Mixer[str] = Mixer()
    mixer.mix({"ada": tone(0.02), "bob": tone(0.02)})

    mix = mixer.mix({"bob": tone(0.02)})

    assert mix.without.keys() == {"bob"}


def test_thirteen_at_full_scale_do_not_clip_or_wrap_around() -> None:
    loud = np.tile(np.array([32767, -32768], np.int16), FRAME_SIZE // 2)

    mix = Mixer[int]().mix(dict.fromkeys(range(13), loud))

    for pcm in (mix.everyone, mix.without[0]):
        assert np.abs(pcm.astype(np.int32)).max() <= CEILING
        assert np.array_equal(np.sign(pcm), np.sign(loud))


def test_stereo_is_mixed_and_limited_without_moving_sideways() -> None:
    loud, faint = np.full(FRAME_SIZE, 20_000, np.int16), np.full(FRAME_SIZE, 5_000, np.int16)
    player = np.stack([loud, faint], axis=1)

    mix = Mixer[str](channels=2).mix({"ada": player, "bob": player})

    assert mix.everyone.shape == (FRAME_SIZE, 2)
    assert np.abs(mix.everyone).max() <= CEILING
    assert np.allclose(mix.everyone[:, 0] / mix.everyone[:, 1], 4, atol=0.01)
    assert np.array_equal(mix.without["ada"], player)
    assert Mixer[str](channels=2).mix({}).everyone.shape == (FRAME_SIZE, 2)


def test_a_limiter_leaves_alone_what_fits() -> None:
    signal = np.linspace(-29_000, 29_000, FRAME_SIZE).astype(np.int32)

    assert np.array_equal(Limiter().process(signal), signal)


def test_a_limiter_turns_down_smoothly_and_recovers() -> None:
    limiter = Limiter()
    wave = 8000 * np.cos(2 * np.pi * 100 * np.arange(FRAME_SIZE) / 48000)
    quiet, loud = wave.astype(np.int32), (8 * wave).astype(np.int32)

    out = [limiter.process(frame) for frame in (quiet, loud, *[quiet] * 20)]

    assert np.abs(out[1].astype(np.int32)).max() <= CEILING
    steps = np.abs(np.diff(np.concatenate(out[2:]).astype(np.int32)))
    assert steps.max() <= 110  # no more than the wave's own slope, so there are no clicks
    assert out[2][0] < 0.6 * quiet[0]  # still as far down as the peak before needed it
    assert np.array_equal(out[-1], quiet)
