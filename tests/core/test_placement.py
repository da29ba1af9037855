from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from core.dynamo import ConditionFailed, Update
from core.errors import Conflict, NotFound, Unavailable
from core.placement import HEARTBEAT_LASTS, Lease, Placement, choose_worker
from core.room_items import META, room_key
from core.tables import ROOMS


def test_the_worker_with_the_smallest_share_of_load_is_chosen(new_worker, now):
    workers = [
        new_worker("half", load=50, capacity=100),
        new_worker("third", load=10, capacity=30),
        new_worker("nearly", load=9, capacity=10),
    ]

    assert choose_worker(workers, now).worker_id == "third"


def test_equals_are_chosen_by_name_so_that_every_door_chooses_alike(new_worker, now):
    assert choose_worker([new_worker("b"), new_worker("a")], now).worker_id == "a"


def test_full_draining_and_silent_workers_are_not_chosen(new_worker, now):
    workers = [
        new_worker("full", load=10, capacity=10),
        new_worker("draining", draining=True),
        new_worker("silent", until=now),
        new_worker("closed", capacity=0),
    ]

    assert choose_worker(workers, now) is None
    assert choose_worker([], now) is None


def test_a_worker_lives_as_long_as_its_heartbeat(new_worker, now):
    worker = new_worker("w1")

    assert worker.alive(now + HEARTBEAT_LASTS - timedelta(milliseconds=1))
    assert not worker.alive(now + HEARTBEAT_LASTS)


def test_a_heartbeat_is_found_as_it_was_reported(fleet, report, new_worker):
    report("w1", load=1)
    report("w2")
    report("w1", load=7, draining=True)

    assert fleet.find("w1") == new_worker("w1", load=7, draining=True)
    assert fleet.list() == [new_worker("w1", load=7, draining=True), new_worker("w2")]


def test_a_worker_that_withdraws_is_gone_at_once(fleet, report):
    report("w1")

    fleet.withdraw("w1")

    assert fleet.find("w1") is None
    assert fleet.list() == []


def test_a_room_that_nobody_runs_is_leased_to_a_worker(
    placement, report, open_room, new_worker, now
):
    report("w1")
    room_id = open_room("room_1")

    placed = placement.place(room_id, now)

    lease = Lease(room_id="room_1", worker_id="w1", term=1)
    assert placed == (lease, new_worker("w1"), True)
    assert placement.holder(room_id, now) == (lease, new_worker("w1"))


def test_a_room_stays_where_it_is_even_if_its_worker_is_full(placement, report, open_room, now):
    report("w1")
    placement.place(open_room("room_1"), now)
    report("w1", load=10, draining=True)
    report("w2")

    lease, worker, new = placement.place("room_1", now)

    assert (lease.worker_id, lease.term, worker.worker_id, new) == ("w1", 1, "w1", False)


def dead(_worker):
    """Nobody answers."""
    return False


def test_a_dead_workers_room_goes_to_another_with_a_higher_term(
    placement, report, open_room, now, later
):
    report("w1")
    placement.place(open_room("room_1"), now)
    report("w2", until=later(60))

    lease, worker, new = placement.place("room_1", later(1.5), dead)

    assert (lease.worker_id, lease.term, worker.worker_id, new) == ("w2", 2, "w2", True)


def test_a_worker_that_was_just_heard_of_is_not_asked_and_keeps_its_rooms(
    placement, report, open_room, now, later
):
    report("w1")
    placement.place(open_room("room_1"), now)
    report("w2", until=later(60))

    lease, _worker, new = placement.place("room_1", later(1.4), dead)

    assert (lease.worker_id, new) == ("w1", False)


def test_a_worker_that_lost_its_cloud_and_answers_keeps_its_rooms_for_ever(
    placement, report, open_room, now, later
):
    report("w1")
    placement.place(open_room("room_1"), now)
    report("w2", until=later(10_000))
    asked = []

    lease, _worker, new = placement.place("room_1", later(900), lambda w: not asked.append(w))

    assert (lease.worker_id, lease.term, new) == ("w1", 1, False)
    assert [worker.worker_id for worker in asked] == ["w1"]


def test_who_cannot_ask_leaves_a_room_where_it_is(placement, report, open_room, now, later):
    report("w1")
    placement.place(open_room("room_1"), now)
    report("w2", until=later(60))

    assert placement.place("room_1", later(30))[0].worker_id == "w1"


def test_who_has_not_been_heard_of_for_twenty_minutes_is_told_nothing(
    placement, report, open_room, now, later
):
    report("w1")
    placement.place(open_room("room_1"), now)

    assert placement.holder("room_1", later(1200))
    assert placement.holder("room_1", later(1204)) is None


def test_a_dead_worker_is_not_its_own_successor(placement, report, open_room, now, later):
    report("w1")
    placement.place(open_room("room_1"), now)

    with pytest.raises(Unavailable) as reason:
        placement.place("room_1", later(2), dead)

    assert reason.value.code == "no_capacity"


def test_of_two_workers_the_one_whose_heartbeat_is_overdue_is_chosen_last(new_worker, now, later):
    fresh, overdue = new_worker("w2", load=9), new_worker("w1", until=later(1))

    assert choose_worker([overdue, fresh], now) == fresh
    assert choose_worker([overdue], now) == overdue


def test_the_room_of_a_withdrawn_worker_goes_to_another(placement, fleet, report, open_room, now):
    report("w1")
    placement.place(open_room("room_1"), now)
    fleet.withdraw("w1")
    report("w2")

    assert placement.place("room_1", now)[0].worker_id == "w2"


def test_a_room_handed_back_is_nobodys_and_its_next_term_is_higher(
    placement, report, open_room, now
):
    report("w1")
    lease, *_ = placement.place(open_room("room_1"), now)

    assert placement.hand_back(lease)

    assert placement.holder("room_1", now) is None
    assert placement.place("room_1", now)[0].term == 2


def test_only_the_holder_hands_a_room_back(placement, report, open_room, now, later):
    report("w1")
    old, *_ = placement.place(open_room("room_1"), now)
    report("w2", until=later(60))
    new, worker, _ = placement.place("room_1", later(5), dead)

    assert not placement.hand_back(old)

    assert placement.holder("room_1", later(5)) == (new, worker)


def test_a_worker_learns_which_of_its_leases_are_still_its(
    placement, report, open_room, now, later
):
    report("w1")
    leases = [placement.place(open_room(f"room_{n}"), now)[0] for n in range(3)]
    placement.hand_back(leases[0])
    report("w2", until=later(60))
    placement.place("room_1", later(5), dead)

    assert placement.still_held(leases) == [leases[2]]
    assert placement.still_held([]) == []


def test_a_room_is_placed_only_while_it_is_live(placement, report, open_room, now):
    report("w1")
    open_room("room_1", state="ended")

    with pytest.raises(Conflict) as refusal:
        placement.place("room_1", now)

    assert (refusal.value.code, refusal.value.facts) == ("not_live", {"state": "ended"})


def test_a_room_that_does_not_exist_is_not_found(placement, now):
    with pytest.raises(NotFound):
        placement.place("room_1", now)
    with pytest.raises(NotFound):
        placement.holder("room_1", now)


def test_a_full_fleet_asks_to_come_back_later(placement, report, open_room, now):
    report("w1", load=10)

    with pytest.raises(Unavailable) as reason:
        placement.place(open_room("room_1"), now)

    assert (reason.value.code, reason.value.retry_after) == ("no_capacity", 5)


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


def test_rooms_that_nobody_runs_are_adopted(placement, report, open_room, now, later):
    report("w1", until=later(120))
    report("dead", until=now)
    open_room("run", lease_worker="w1", lease_term=3)
    open_room("orphaned", lease_worker="dead", lease_term=5)
    open_room("handed_back", lease_term=2)
    open_room("never_placed")

    leases = placement.adopt_orphans("w2", later(61), dead)

    assert {(lease.room_id, lease.worker_id, lease.term) for lease in leases} == {
        ("orphaned", "w2", 6),
        ("handed_back", "w2", 3),
        ("never_placed", "w2", 1),
    }
    assert placement.still_held(leases) == leases


def test_a_worker_that_answers_loses_no_room_to_adoption(placement, report, open_room, now, later):
    report("w1")
    open_room("room_1", lease_worker="w1", lease_term=1)

    assert placement.adopt_orphans("w2", later(61)) == []


def test_a_room_that_has_just_begun_is_left_to_its_first_visitor(placement, open_room, later):
    open_room("new")

    assert placement.adopt_orphans("w1", later(59)) == []


def test_of_two_workers_one_adopts_a_room(placement, report, open_room, later):
    report("w1", until=later(120))
    report("w2", until=later(120))
    open_room("orphan")

    with ThreadPoolExecutor(2) as pool:
        adopted = pool.map(placement.adopt_orphans, ["w1", "w2"], [later(61)] * 2)

    assert len([lease for leases in adopted for lease in leases]) == 1


def test_an_ousted_worker_cannot_write(placement, rooms, report, open_room, later):
    report("w1")
    old, *_ = placement.place(open_room("room_1"), later(0))
    report("w2", until=later(60))
    new, *_ = placement.place("room_1", later(5), dead)

    def write(lease):
        rooms.write(Update(pk=room_key("room_1"), sk=META, set={"n": 1}, condition=lease.held))

    write(new)
    with pytest.raises(ConditionFailed):
        write(old)


def test_a_term_is_its_own_even_for_the_same_worker(placement, report, open_room, now):
    report("w1")
    first, *_ = placement.place(open_room("room_1"), now)
    placement.hand_back(first)
    second, *_ = placement.place("room_1", now)

    assert placement.still_held([first]) == []
    assert placement.still_held([second]) == [second]


def test_a_workers_record_is_swept_a_day_after_its_last_heartbeat(fleet, report, now):
    report("w1")

    item = fleet._workers.get("workers", "w1")

    assert item["expires_at"] == int((now + HEARTBEAT_LASTS + timedelta(days=1)).timestamp())
