"""Whoever places, adopts or comes back at one moment, one worker runs the room and knows it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.dynamo import Update
from core.errors import Unavailable
from core.placement import Placement
from core.room_items import META, room_key
from core.tables import ROOMS
from tests.core.answers import dead


class Meanwhile(Placement):
    """A placement that something happens to between its reading and its writing."""

    def __init__(self, database, happens):
        super().__init__(database)
        self._happens = [happens]

    def _holder(self, room):
        held = super()._holder(room)
        while self._happens:
            self._happens.pop()()
        return held


class Unguarded:
    """A database that forgets the conditions of rooms, and does not check other items."""

    def __init__(self, database):
        self._database = database
        self._rooms = database.table(ROOMS)
        self.get = self._rooms.get

    def table(self, spec):
        return self if spec is ROOMS else self._database.table(spec)

    def transact(self, taken, *_checks):
        self.write(taken[1])

    def write(self, update):
        return self._rooms.write(replace(update, condition=None))


@pytest.fixture
def meanwhile(database):
    """`meanwhile(act)`: `act` happens between that placement's reading and its writing."""

    def make(happens, *, guarded=True):
        return Meanwhile(database if guarded else Unguarded(database), happens)

    return make


@pytest.fixture
def returned(report, meanwhile, placement, open_room, later):
    """`returned(guarded=...)`: w1 is taken for dead, reports itself and looks whose its room is.

    Whether it found the room its own, and whose it is in the end.
    """
    report("w1")
    lease, *_ = placement.place(open_room("room_1"), later(0))
    report("w2", until=later(60))

    def run(*, guarded):
        found = []

        def come_back():
            report("w1", until=later(9))
            found.extend(placement.still_held([lease]))

        placed, *_ = meanwhile(come_back, guarded=guarded).place("room_1", later(5), dead)
        return bool(found), placed.worker_id

    return run


def test_a_worker_that_comes_back_and_finds_its_room_keeps_it(returned):
    assert returned(guarded=True) == (True, "w1")


def test_without_the_condition_two_workers_run_the_room(returned):
    assert returned(guarded=False) == (True, "w2")


def test_of_two_doors_that_place_a_room_the_first_ones_choice_stands(
    placement, meanwhile, report, open_room, now
):
    report("w1")
    open_room("room_1")

    def first():
        placement.place("room_1", now)
        report("w1", load=9)
        report("w0")

    lease, worker, new = meanwhile(first).place("room_1", now)

    assert (lease.worker_id, lease.term, worker.load, new) == ("w1", 1, 9, False)


def test_without_the_condition_both_believe_they_placed_it(
    placement, meanwhile, report, open_room, now
):
    report("w1")
    open_room("room_1")
    told = []

    def first():
        told.append(placement.place("room_1", now))

    told.append(meanwhile(first, guarded=False).place("room_1", now))

    assert [new for *_, new in told] == [True, True]


def test_a_room_that_ends_while_it_is_placed_is_not_placed(
    meanwhile, rooms, report, open_room, now
):
    report("w1")
    open_room("room_1")

    def end():
        rooms.write(Update(pk=room_key("room_1"), sk=META, set={"state": "ended"}))

    with pytest.raises(Unavailable) as reason:
        meanwhile(end).place("room_1", now)

    assert reason.value.retry_after == 1
    assert "lease_worker" not in rooms.get(room_key("room_1"), META)


def test_however_many_doors_place_a_room_one_worker_gets_it_once(placement, report, open_room, now):
    for number in range(4):
        report(f"w{number}")
    open_room("room_1")

    with ThreadPoolExecutor(8) as doors:
        told = list(doors.map(lambda _: placement.place("room_1", now), range(20)))

    assert len({lease for lease, _worker, _new in told}) == 1
    assert sum(new for *_, new in told) == 1


def test_of_two_workers_one_adopts_a_room(placement, report, open_room, later):
    report("w1", until=later(120))
    report("w2", until=later(120))
    open_room("orphan")

    with ThreadPoolExecutor(2) as pool:
        adopted = pool.map(placement.rooms_to_run, ["w1", "w2"], [later(61)] * 2)

    assert len([lease for leases in adopted for lease in leases]) == 1
