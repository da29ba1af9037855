from captions.spool import Spool
from captions.voice import Frame
from core.captions import FRAME_BYTES, FRAME_MS


def frame(number: int, *, voiced: bool = True) -> Frame:
    return Frame(number * FRAME_MS, bytes(FRAME_BYTES), voiced=voiced)


def spool_of(count: int, *, holds: int = 10) -> Spool:
    spool = Spool(holds * FRAME_MS)
    for number in range(count):
        spool.add(frame(number))
    return spool


def times(frames: list[Frame]) -> list[int]:
    return [it.at_ms // FRAME_MS for it in frames]


def test_frames_are_taken_once_and_again_after_a_rewind() -> None:
    spool = spool_of(5)

    assert times(spool.take(3)) == [0, 1, 2]
    assert times(spool.take(9)) == [3, 4]
    spool.rewind()
    assert times(spool.take(9)) == [0, 1, 2, 3, 4]


def test_what_is_final_is_not_sent_again_and_what_was_not_sent_is_kept() -> None:
    spool = spool_of(5)
    spool.take(3)

    spool.forget(until_ms=5 * FRAME_MS)
    spool.rewind()

    assert times(spool.take(9)) == [3, 4]


def test_voice_that_falls_out_unsent_is_lost_and_told_once() -> None:
    spool = spool_of(14)

    assert spool.unsent == 10
    assert spool.found() == (0, 4 * FRAME_MS)
    assert spool.found() is None


def test_silence_and_what_was_sent_fall_out_without_a_word() -> None:
    spool = spool_of(10)
    spool.take(2)
    spool.add(frame(10))
    spool.add(frame(11))
    quiet = Spool(2 * FRAME_MS)
    for number in range(5):
        quiet.add(frame(number, voiced=False))

    assert spool.found() is None
    assert quiet.found() is None
    assert times(spool.take(1)) == [2]
