from datetime import timedelta

import pytest

from functions.shared.rates import JOINS, Rate
from local.routes import load_doors

CLAPS = Rate(name="claps", burst=3, interval=timedelta(seconds=1))


def test_a_rate_tells_in_whole_seconds_when_the_next_act_is_allowed(now):
    full_at = now + timedelta(seconds=2.5)

    assert CLAPS.retry_after(full_at, now) == 1
    assert CLAPS.retry_after(full_at + timedelta(seconds=2), now) == 3
    assert full_at > CLAPS.latest(now)


def test_a_hall_full_of_guests_may_come_at_once():
    guests = JOINS.of_guests()

    assert guests.burst == 200
    assert guests.window == JOINS.window


RATED = [
    (method, path, operation)
    for door in load_doors()
    for (method, path), operation in door.operations.items()
    if operation.rate
]


def test_of_one_name_there_is_one_rate():
    rates = {operation.rate for _, _, operation in RATED}

    assert len({rate.name for rate in rates}) == len(rates)


@pytest.mark.parametrize(("method", "path", "operation"), RATED)
def test_what_guests_may_do_says_how_many_of_them(method, path, operation):
    assert bool(operation.rate.guests) is operation.public
