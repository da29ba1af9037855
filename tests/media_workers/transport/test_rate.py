from media_workers.transport.rate import Allowance


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    allowance = Allowance(rate=10, burst=3, now=0.0)

    taken = [allowance.take(now) for now in (0.0, 0.0, 0.0, 0.0, 0.05, 0.1, 0.11)]

    assert taken == [True, True, True, False, False, True, False]


def test_no_more_than_the_burst_is_saved() -> None:
    allowance = Allowance(rate=10, burst=3, now=0.0)

    assert [allowance.take(1000.0) for _ in range(4)] == [True, True, True, False]


def test_what_is_refused_costs_nothing() -> None:
    allowance = Allowance(rate=10, burst=3, now=0.0)

    assert not allowance.take(0.0, 4)
    assert allowance.take(0.0, 3)


def test_a_clock_that_goes_back_gives_nothing() -> None:
    allowance = Allowance(rate=10, burst=1, now=10.0)
    allowance.take(10.0)

    assert not allowance.take(9.0)
