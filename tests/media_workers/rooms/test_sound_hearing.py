"""Each hearer gets what is said by the others, encoded no oftener than it must be."""

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np

from media_workers.audio.opus import duration
from media_workers.rooms.sound import HANGOVER
from tests.media_workers.rooms.sound_lab import Lossy, SoundLab, heard, loudness


def test_everybody_hears_a_voice_but_the_one_whose_it_is(stage: SoundLab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(50, {ada: voice})
    ada.packets(), bob.packets()

    stage.run(50, {ada: voice})

    mine, his = ada.packets(), bob.packets()
    assert len(mine) == len(his) == 50
    assert loudness(his) > 500
    assert loudness(mine) < 10
    assert stage.audible[-1] == {"ada"}


def test_one_encode_serves_everyone_who_does_not_talk(stage: SoundLab, voice: Any) -> None:
    ada = stage.speaker("ada")
    stage.speaker("joe")
    for number in range(10):
        stage.hearer(f"guest{number}")

    stage.run(50, {ada: voice})
    before = stage.sound.counters.copy()

    stage.run(50, {ada: voice})

    assert stage.sound.counters - before == Counter({"encoded": 50, "packets": 50 * 12})


def test_the_noise_of_an_open_microphone_is_not_mixed(
    stage: SoundLab, voice: Any, faint_voice: Any
) -> None:
    ada, joe = stage.speaker("ada"), stage.speaker("joe")
    talkers = {ada: voice, joe: faint_voice}
    stage.run(50, talkers)
    before = stage.sound.counters.copy()

    stage.run(50, talkers)

    assert stage.audible[-1] == {"ada"}
    assert (stage.sound.counters - before)["encoded_for_one"] == 0


def test_nothing_is_encoded_for_a_speaker_who_is_alone(stage: SoundLab, voice: Any) -> None:
    ada = stage.speaker("ada")
    stage.run(50, {ada: voice})
    before = stage.sound.counters.copy()

    stage.run(50, {ada: voice})

    assert stage.sound.counters - before == Counter({"packets": 50})


def test_a_speaker_hears_another_who_begins_to_talk(stage: SoundLab, voice: Any) -> None:
    ada, joe = stage.speaker("ada"), stage.speaker("joe")
    stage.run(100, {ada: voice})
    ada.packets()

    stage.run(50, {ada: voice, joe: voice})

    assert loudness(ada.packets()[-25:]) > 500


def test_who_asked_for_fewer_packets_hears_the_same(stage: SoundLab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    eve = stage.hearer("eve", packet_time=60)

    stage.run(60, {ada: voice})

    each, bundled = bob.packets(), eve.packets()
    assert len(bundled) <= len(each) // 3 + 2  # a few are shorter: Opus changes its mode
    assert heard(each).startswith(heard(bundled))
    assert len(heard(bundled)) >= len(heard(each)) - 2 * 960 * 2
    for packet, after in pairwise(bundled):
        assert (after.timestamp - packet.timestamp) & 0xFFFFFFFF == duration(packet.payload)


def test_who_is_shut_out_is_not_heard_and_counted(stage: SoundLab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(25, {ada: voice})

    stage.sound.shut_out("ada")
    stage.run(HANGOVER + 1, {ada: voice})
    bob.packets()
    stage.run(40, {ada: voice})

    assert len(bob.packets()) == 2
    assert stage.sound.counters["shut_out"] == HANGOVER + 41
    assert stage.audible[-1] == frozenset()


def test_loss_on_one_speakers_way_costs_the_others_nothing(offer: Any, voice: Any) -> None:
    made = []
    for joes in (type(voice)(3000), Lossy(type(voice)(3000))):
        lab = SoundLab(offer)
        ada, joe = lab.speaker("ada"), lab.speaker("joe")
        lab.run(200, {ada: type(voice)(), joe: joes})
        adas = np.concatenate([at["ada"] for at in lab.levelled if "ada" in at])
        hears = [packet.payload for packet in joe.packets()]
        made.append((adas, hears, lab.sound.counted["voice_concealed"]))
        lab.close()

    (whole, hears, _), (beside_loss, hears_too, concealed) = made
    assert concealed > 20
    assert np.array_equal(whole, beside_loss)
    assert hears[50:] == hears_too[50:]
