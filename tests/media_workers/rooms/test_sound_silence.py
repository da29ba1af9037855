"""A silence costs an empty frame now and then, keeps the clock, and ends with the first word."""

from itertools import pairwise
from typing import Any

from media_workers.rooms.sound import HANGOVER, QUIET, REFRESH
from tests.media_workers.rooms.sound_lab import SoundLab


def test_a_silence_leaves_nothing_behind_with_who_gets_fewer_packets(
    stage: SoundLab, voice: Any
) -> None:
    ada, eve = stage.speaker("ada"), stage.hearer("eve", packet_time=40)
    stage.run(51, {ada: voice})
    stage.run(HANGOVER + 4 * REFRESH, {})
    eve.packets()

    stage.run(REFRESH, {})
    stage.run(20, {ada: voice})

    empty, first, *_ = eve.packets()
    assert len(empty.payload) == 1
    assert first.marker


def test_a_silence_is_an_empty_frame_now_and_then_on_the_same_clock(
    stage: SoundLab, voice: Any
) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(50, {ada: voice})
    stage.run(HANGOVER + 30)
    (*_, last) = bob.packets()

    stage.run(10 * REFRESH)

    packets = bob.packets()
    assert len(packets) == 10
    assert {len(packet.payload) for packet in packets} == {1}
    numbers = [(packet.sequence_number - last.sequence_number) & 0xFFFF for packet in packets]
    assert numbers == list(range(1, 11))
    gaps = {
        (later.timestamp - earlier.timestamp) & 0xFFFFFFFF for earlier, later in pairwise(packets)
    }
    assert gaps == {REFRESH * 960}


def test_the_first_word_after_a_silence_is_sent_at_once(stage: SoundLab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(100)
    bob.packets()

    stage.run(12, {ada: voice})

    assert len(bob.packets()) >= 6  # the jitter buffer holds the rest


def test_a_pause_between_two_words_is_not_quiet_yet(stage: SoundLab, voice: Any) -> None:
    ada, _ = stage.speaker("ada"), stage.hearer("bob")
    stage.run(50, {ada: voice})
    assert not stage.sound.quiet

    stage.run(QUIET // 2)
    pausing = stage.sound.quiet
    stage.run(QUIET)

    assert (pausing, stage.sound.quiet) == (False, True)


def test_it_is_quiet_where_nobody_hears(stage: SoundLab) -> None:
    assert stage.sound.quiet


def test_slots_that_were_given_up_are_missing_from_the_clock(stage: SoundLab, voice: Any) -> None:
    ada, bob = stage.speaker("ada"), stage.hearer("bob")
    stage.run(25, {ada: voice})
    (*_, last) = bob.packets()

    stage.sound.give_up(100)
    stage.run(1, {ada: voice})

    (first,) = bob.packets()
    assert (first.timestamp - last.timestamp) & 0xFFFFFFFF == 101 * 960
    assert (first.sequence_number - last.sequence_number) & 0xFFFF == 1
