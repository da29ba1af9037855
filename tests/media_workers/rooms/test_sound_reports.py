"""Who speaks, what is lost on the way in and on the way out: it is known in time, and told."""

from typing import Any

import numpy as np
import pytest

from media_workers.rooms.sound import REPORT_EVERY, TELL_EVERY
from media_workers.transport.rtcp import report_blocks
from tests.media_workers.rooms.sound_lab import Said, SoundLab, sine


def test_hearers_get_sender_reports_and_speakers_receiver_reports(
    stage: SoundLab, voice: Any
) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")

    stage.run(round(2.2 * REPORT_EVERY / 0.02), {ada: voice})

    assert 2 <= len(bob.rtcp) <= 3
    assert {packet[1] for packet in bob.rtcp} == {200}
    blocks = [block for packet in ada.rtcp for block in report_blocks(packet)]
    assert len(blocks) == 2
    assert {block.ssrc for block in blocks} == {7}
    assert {block.fraction_lost for block in blocks} == {0}


def test_how_a_speaker_comes_in_is_judged_from_report_to_report(
    stage: SoundLab, voice: Any
) -> None:
    ada = stage.speaker("ada")
    assert stage.sound.uplinks == {}

    for number in range(round(REPORT_EVERY / 0.02) + 1):
        if number % 10:
            stage.run(1, {ada: voice})
        else:
            voice.packet()  # which is lost
            stage.run(1, {})

    uplink = stage.sound.uplinks["ada"]
    assert uplink.loss == pytest.approx(0.1, abs=0.01)
    assert uplink.concealed <= 0.1
    counted = stage.sound.counted
    assert counted["voice_lost"] == pytest.approx(0.1 * counted["voice_expected"], rel=0.1)
    assert 0 < stage.sound.delays[0] < 0.2


def test_a_voice_is_counted_once_whether_it_is_still_there_or_not(
    stage: SoundLab, voice: Any
) -> None:
    ada = stage.speaker("ada")
    stage.run(50, {ada: voice})
    before = stage.sound.counted["voice_real"]

    stage.sound.shut_out("ada")

    assert stage.sound.counted["voice_real"] == before > 40


def test_who_speaks_is_known_within_300_ms_of_beginning_and_of_falling_silent(
    stage: SoundLab,
) -> None:
    ada = stage.speaker("ada")
    rest = np.zeros(48_000, np.int16)
    said = Said(np.concatenate([rest, sine(1), rest]))

    stage.run(145, {ada: said})

    # A packet comes with the tick that follows its last sample, 20 ms of network later.
    named = [tick for tick, names in enumerate(stage.audible) if names == {"ada"}]
    assert 0.02 * (named[0] + 2) - 1.0 <= 0.3
    assert 0.02 * (named[-1] + 3) - 2.0 <= 0.3
    assert len(named) == named[-1] - named[0] + 1


def test_the_encoder_heeds_what_most_hearers_lose_and_no_single_one(offer: Any, voice: Any) -> None:
    heard = []
    for losses in ((0.0, 0.0, 0.0), (0.4, 0.0, 0.0), (0.4, 0.4, 0.0)):
        lab = SoundLab(offer)
        ada = lab.speaker("ada")
        ears = [lab.hearer(f"guest{number}") for number in range(3)]
        sines = type(voice)()
        for ear, loss in zip(ears, losses, strict=True):
            lab.sound.loss_reported(ear, loss)
        lab.run(TELL_EVERY + 20, {ada: sines})
        heard.append([packet.payload for packet in ears[0].packets()])
        lab.close()

    nobody_loses, one_loses, most_lose = heard
    assert one_loses == nobody_loses
    assert most_lose != nobody_loses
