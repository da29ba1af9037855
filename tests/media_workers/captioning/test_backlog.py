from media_workers.captioning.backlog import Backlog, Frame


def frames(*times: int, by: str = "ada") -> list[Frame]:
    return [Frame(by, at_ms, b"") for at_ms in times]


def filled(*times: int, max_frames: int = 100) -> Backlog:
    backlog = Backlog(max_frames)
    for frame in frames(*times):
        backlog.add(frame)
    return backlog


def taken(backlog: Backlog) -> list[int]:
    times = []
    while (frame := backlog.take()) is not None:
        times.append(frame.at_ms)
    return times


def test_each_frame_is_taken_once_in_its_order() -> None:
    backlog = filled(0, 20, 40)

    assert taken(backlog) == [0, 20, 40]
    assert backlog.take() is None


def test_another_caption_worker_hears_what_is_not_final_yet() -> None:
    backlog = filled(0, 20, 40, 60)
    backlog.add(Frame("bob", 0, b""))
    taken(backlog)
    backlog.add(Frame("ada", 80, b""))

    backlog.confirm("ada", 40)
    backlog.rewind()

    assert taken(backlog) == [40, 60, 0, 80]


def test_what_was_heard_to_the_end_is_not_sent_again() -> None:
    backlog = filled(0, 20)
    taken(backlog)

    backlog.forget_sent()
    backlog.rewind()

    assert taken(backlog) == []


def test_what_was_sent_makes_way_first_and_that_is_no_loss() -> None:
    backlog = filled(0, 20, max_frames=2)
    backlog.take()

    backlog.add(Frame("ada", 40, b""))

    assert taken(backlog) == [20, 40]
    assert not backlog.missing
    assert not backlog.counters


def test_what_nobody_was_ever_sent_is_missing_from_its_first_moment_on() -> None:
    backlog = filled(0, 20, 40, 60, max_frames=2)

    assert taken(backlog) == [40, 60]
    assert backlog.missing == {"ada": 0}
    assert backlog.counters["dropped"] == 2
