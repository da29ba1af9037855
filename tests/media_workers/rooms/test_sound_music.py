"""Music is heard in stereo, in the full band, as loud as it is played, and does not clip."""

from typing import Any

import numpy as np
import pytest

from media_workers.audio.levels import level_dbfs
from media_workers.audio.opus import Application, Decoder
from tests.media_workers.rooms.sound_lab import Said, SoundLab, sine


def played(left: Any, right: Any) -> Said:
    """Two channels, as a client sends them that was asked for music."""
    both = np.stack([left, right], axis=1)
    return Said(both, application=Application.AUDIO, bitrate=128_000)


def stereo(packets: list[Any]) -> Any:
    decoder = Decoder(2)
    return np.concatenate([decoder.decode(packet.payload) for packet in packets])


def dominant(pcm: Any) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(pcm)))) * 48_000 / len(pcm)


def test_music_is_heard_in_stereo_and_in_the_full_band(concert: SoundLab) -> None:
    ada, bob = concert.speaker("ada"), concert.hearer("bob")
    music = played(sine(2, hertz=440), sine(2, hertz=15_000))

    concert.run(100, {ada: music})

    pcm = stereo(bob.packets())[48_000:]
    assert dominant(pcm[:, 0]) == pytest.approx(440, abs=2)
    assert dominant(pcm[:, 1]) == pytest.approx(15_000, abs=2)
    assert concert.sound.levelled["ada"].shape == (960,)


def test_music_is_as_loud_as_it_is_played_and_its_quiet_parts_are_heard(concert: SoundLab) -> None:
    ada, bob = concert.speaker("ada"), concert.hearer("bob")
    levels = (-12, -55, -30, -12)
    music = played(*[np.concatenate([sine(1, dbfs=dbfs) for dbfs in levels])] * 2)

    concert.run(200, {ada: music})

    pcm = stereo(bob.packets())[:, 0]
    starts = [(second + 0.4) * 48_000 for second in range(4)]
    heard = [level_dbfs(pcm[round(at) : round(at) + 24_000]) for at in starts]
    assert heard == pytest.approx(levels, abs=1)
    assert 1 not in {len(packet.payload) for packet in bob.packets()}


def test_two_who_play_at_full_scale_do_not_clip(concert: SoundLab) -> None:
    ada, joe, bob = concert.speaker("ada"), concert.speaker("joe"), concert.hearer("bob")
    loud = sine(1, dbfs=-3.5)

    concert.run(50, {ada: played(loud, loud), joe: played(loud, loud)})

    assert np.abs(stereo(bob.packets()).astype(int)).max() < 32_000
