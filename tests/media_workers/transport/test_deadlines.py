from media_workers.transport.deadlines import Deadlines


def test_what_is_due_is_called_once_in_order() -> None:
    called: list[str] = []
    deadlines = Deadlines(10.0)
    deadlines.call_later(2.0, lambda: called.append("second"))
    deadlines.call_later(1.0, lambda: called.append("first"))
    deadlines.call_later(5.0, lambda: called.append("later"))

    for now in (10.9, 12.0, 12.1):
        deadlines.expire(now)

    assert called == ["first", "second"]


def test_a_cancelled_deadline_is_not_called() -> None:
    called: list[str] = []
    deadlines = Deadlines(0.0)
    second = deadlines.call_later(2.0, lambda: called.append("cancelled by the first"))
    deadlines.call_later(1.0, second.cancel)

    deadlines.expire(3.0)

    assert called == []


def test_a_deadline_set_by_another_counts_from_now() -> None:
    called: list[float] = []
    deadlines = Deadlines(0.0)
    deadlines.call_later(
        1.0, lambda: deadlines.call_later(1.0, lambda: called.append(deadlines.now))
    )

    for now in (1.5, 2.4, 2.5):
        deadlines.expire(now)

    assert called == [2.5]
