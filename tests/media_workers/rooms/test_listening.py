"""Seconds of listening, by a clock of the test's own."""

from media_workers.rooms.listening import WRITE_EVERY, Listening


def test_each_listener_counts_from_when_he_was_seen_to_when_he_was_not() -> None:
    listening = Listening(0, 100.0)

    listening.look(2, 100.0)
    listening.look(3, 110.0)
    listening.look(0, 120.0)
    listening.look(0, 500.0)

    assert listening.seconds == 2 * 10 + 3 * 10


def test_it_counts_on_from_what_is_written() -> None:
    listening = Listening(1000, 0.0)

    listening.look(1, 0.0)
    listening.look(1, 2.5)

    assert listening.seconds == 1002


def test_no_part_of_a_second_is_lost_between_looks() -> None:
    listening = Listening(0, 0.0)

    for tick in range(81):
        listening.look(1, tick * 0.125)

    assert listening.seconds == 10


def test_it_is_written_every_minute_while_somebody_listens() -> None:
    listening = Listening(0, 0.0)
    listening.look(1, 0.0)

    assert not listening.is_due(WRITE_EVERY - 0.1)
    assert listening.is_due(WRITE_EVERY)
    assert not listening.is_due(WRITE_EVERY + 0.1)
    assert listening.is_due(2 * WRITE_EVERY)

    listening.look(0, 2 * WRITE_EVERY)
    assert not listening.is_due(3 * WRITE_EVERY)
