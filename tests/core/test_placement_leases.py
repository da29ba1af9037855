"""A room is run by one worker as long as that lives, and every next holder has a higher term."""

import pytest

from core.dynamo import ConditionFailed, Update
from core.errors import Conflict, NotFound, Unavailable
from core.placement import Lease
from core.room_items import META, room_key
from tests.core.answers import dead


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


def test_rooms_that_nobody_runs_are_adopted(placement, report, open_room, now, later):
    report("w1", until=later(120))
    report("dead", until=now)
    open_room("run", lease_worker="w1", lease_term=3)
    open_room("orphaned", lease_worker="dead", lease_term=5)
    open_room("handed_back", lease_term=2)
    open_room("never_placed")

    leases = placement.rooms_to_run("w2", later(61), dead)

    assert {(lease.room_id, lease.worker_id, lease.term) for lease in leases} == {
        ("orphaned", "w2", 6),
        ("handed_back", "w2", 3),
        ("never_placed", "w2", 1),
    }
    assert placement.still_held(leases) == leases


def test_a_worker_is_told_of_its_own_rooms_which_it_may_not_have_heard_of(
    placement, report, open_room, later
):
    report("w1", until=later(120))
    open_room("room_1", lease_worker="w1", lease_term=3)

    leases = placement.rooms_to_run("w1", later(61), dead)

    assert leases == [Lease(room_id="room_1", worker_id="w1", term=3)]
    assert placement.rooms_to_run("w2", later(61)) == []


def test_a_worker_that_answers_loses_no_room_to_adoption(placement, report, open_room, now, later):
    report("w1")
    open_room("room_1", lease_worker="w1", lease_term=1)

    assert placement.rooms_to_run("w2", later(61)) == []


def test_a_room_that_has_just_begun_is_left_to_its_first_visitor(placement, open_room, later):
    open_room("new")

    assert placement.rooms_to_run("w1", later(59)) == []


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
