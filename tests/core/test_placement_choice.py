"""Every door chooses alike among the workers that live and have room."""

from datetime import timedelta

from core.placement import HEARTBEAT_LASTS, choose_worker


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


def test_of_two_workers_the_one_whose_heartbeat_is_overdue_is_chosen_last(new_worker, now, later):
    fresh, overdue = new_worker("w2", load=9), new_worker("w1", until=later(1))

    assert choose_worker([overdue, fresh], now) == fresh
    assert choose_worker([overdue], now) == overdue


def test_a_workers_record_is_swept_a_day_after_its_last_heartbeat(fleet, report, now):
    report("w1")

    item = fleet._workers.get("workers", "w1")

    assert item["expires_at"] == int((now + HEARTBEAT_LASTS + timedelta(days=1)).timestamp())
