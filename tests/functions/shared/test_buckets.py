"""Each race has a twin whose guard is off, in which what must not happen does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from core.errors import TooMany
from core.tables import RATES
from functions.shared.buckets import Buckets
from functions.shared.rates import Rate
from tests.functions.requests.meter import counting

CLAPS = Rate(name="claps", burst=10, interval=timedelta(seconds=1))
AT_ONCE = 16


@pytest.fixture
def clap(database):
    """Whether one more is allowed, by its time."""
    buckets = Buckets(database)

    def clap(now, whose="account#ada"):
        return allowed(buckets, now, whose)

    return clap


def allowed(buckets, now, whose="account#ada"):
    try:
        buckets.spend(CLAPS, whose, now)
    except TooMany:
        return False
    return True


def test_a_burst_is_allowed_and_then_one_each_interval(clap, now):
    assert [clap(now) for _ in range(12)] == [True] * 10 + [False] * 2
    now += timedelta(seconds=1)
    assert [clap(now) for _ in range(2)] == [True, False]
    now += timedelta(minutes=1)
    assert [clap(now) for _ in range(11)] == [True] * 10 + [False]


def test_everybody_has_a_bucket_of_their_own(clap, now):
    for _ in range(10):
        clap(now)

    assert clap(now, "account#bob")
    assert not clap(now)


def test_a_refusal_says_when_to_come_again(database, now):
    buckets = Buckets(database)
    for _ in range(10):
        buckets.spend(CLAPS, "account#ada", now)

    with pytest.raises(TooMany) as refused:
        buckets.spend(CLAPS, "account#ada", now - timedelta(seconds=2))

    assert (refused.value.code, refused.value.retry_after) == ("too_many", 3)


def test_an_act_costs_one_write_or_two_and_a_refused_one_costs_one(clap, now):
    bills = []
    for _ in range(11):
        with counting() as bill:
            clap(now)
        bills.append((bill.writes, bill.reads))

    assert bills == [(1, 0), *[(2, 0)] * 9, (1, 0)]


def test_a_bucket_that_is_full_again_may_be_forgotten(clap, database, now):
    for _ in range(10):
        clap(now)

    kept = database.table(RATES).get("account#ada", "claps")
    assert kept["expires_at"] * 1000 > kept["full_at"]


class Waits(Buckets):
    """All have seen what is there before the first goes on."""

    def __init__(self, database):
        super().__init__(database)
        self._seen, self._wrote = Barrier(AT_ONCE), Barrier(AT_ONCE - 1)

    def _spend_full(self, *act):
        self._seen.wait()
        super()._spend_full(*act)

    def _spend_in_use(self, *act):
        self._wrote.wait()
        super()._spend_in_use(*act)


class NeverFull(Waits):
    def _is_full(self, now):
        return None


class AlwaysRoom(Waits):
    def _has_room(self, rate, now):
        return None


def allowed_at_once(buckets, now):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(lambda _: allowed(buckets, now), range(AT_ONCE)))


def test_of_many_acts_at_once_a_burst_is_allowed(database, now):
    assert allowed_at_once(Waits(database), now) == CLAPS.burst


@pytest.mark.parametrize("unguarded", [NeverFull, AlwaysRoom])
def test_without_a_condition_on_each_write_all_are(database, now, unguarded):
    assert allowed_at_once(unguarded(database), now) == AT_ONCE
