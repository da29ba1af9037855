from datetime import timedelta

import pytest

from core.admission import Admissions, Entry, grant, withdraw
from core.dynamo import ConditionFailed, present


@pytest.fixture
def admissions(database):
    return Admissions(database)


@pytest.fixture
def give(admissions):
    """`give("lena", "t1", "t2")`: tickets for room_1."""
    return lambda account_id, *tickets: admissions.table.write(
        grant("room_1", account_id, set(tickets))
    )


@pytest.fixture
def take(admissions):
    return lambda account_id, *tickets: admissions.table.write(
        withdraw("room_1", account_id, set(tickets))
    )


def holds(database, check):
    """Whether a transaction with this check goes through."""
    try:
        database.transact(check)
    except ConditionFailed:
        return False
    return True


def test_whoever_has_a_ticket_is_admitted(admissions, give):
    give("lena", "t1")

    entry = Entry(account_id="lena", tickets=frozenset({"t1"}), checked_in_at=None, attended_s=0)
    assert admissions.find("room_1", "lena") == entry
    assert entry.admits
    assert admissions.find("room_2", "lena") is None
    assert admissions.find("room_1", "zoe") is None


def test_the_door_stays_open_until_the_last_ticket_is_withdrawn(admissions, give, take):
    give("lena", "t1", "t2")
    give("lena", "t3")

    take("lena", "t1", "t3")
    assert admissions.find("room_1", "lena").admits
    take("lena", "t2")

    assert not admissions.find("room_1", "lena").admits


def test_a_transaction_can_depend_on_a_ticket_or_on_its_absence(admissions, database, give, take):
    def both():
        return [
            holds(database, (admissions.table, check("room_1", "lena")))
            for check in (admissions.still_holds, admissions.holds_none)
        ]

    never = both()
    give("lena", "t1")
    having = both()
    take("lena", "t1")

    assert (never, having, both()) == ([False, True], [True, False], [False, True])


def test_the_first_coming_in_is_kept(admissions, give, now):
    give("lena", "t1")

    admissions.check_in("room_1", "lena", now)
    admissions.check_in("room_1", "lena", now + timedelta(hours=1))

    assert admissions.find("room_1", "lena").checked_in_at == now


def test_without_a_ticket_nobody_is_checked_in(admissions, give, take, now):
    give("lena", "t1")
    take("lena", "t1")

    for account_id in ("lena", "zoe"):
        admissions.check_in("room_1", account_id, now)

    assert admissions.find("room_1", "lena").checked_in_at is None
    assert admissions.find("room_1", "zoe") is None


def test_times_of_attendance_add_up_even_after_the_ticket_is_gone(admissions, give, take):
    give("lena", "t1")

    admissions.attended("room_1", "lena", 300, "w1")
    take("lena", "t1")
    admissions.attended("room_1", "lena", 40, "w2")

    assert admissions.find("room_1", "lena").attended_s == 340


def test_attendance_of_whoever_never_had_a_ticket_is_not_kept(admissions):
    admissions.attended("room_1", "hana", 300, "w1")

    assert admissions.find("room_1", "hana") is None


class Unguarded(Admissions):
    def _not_added(self, write_id):
        return present


def attended_twice(admissions):
    """The write went through, but its answer was lost: it comes again."""
    for _ in range(2):
        admissions.attended("room_1", "lena", 300, "w1")
    return admissions.find("room_1", "lena").attended_s


def test_a_repeated_write_of_attendance_adds_nothing(admissions, give):
    give("lena", "t1")

    assert attended_twice(admissions) == 300


def test_without_the_guard_it_counts_twice(database, give):
    give("lena", "t1")

    assert attended_twice(Unguarded(database)) == 600
