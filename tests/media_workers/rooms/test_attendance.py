"""For how long members were there, by a clock of the test's own."""

from media_workers.rooms.attendance import RECORD_EVERY, Attendance


def test_whoever_goes_was_there_since_he_came() -> None:
    attendance = Attendance()

    attendance.came("bob", 10.0)

    assert attendance.went("bob", 72.5) == 62
    assert attendance.went("bob", 100.0) == 0


def test_another_device_does_not_begin_anew_and_counts_no_second_time() -> None:
    attendance = Attendance()

    attendance.came("bob", 10.0)
    attendance.came("bob", 30.0)

    assert attendance.went("bob", 70.0) == 60


def test_whoever_never_came_was_not_there() -> None:
    assert Attendance().went("eve", 100.0) == 0


def test_whoever_stays_is_due_every_five_minutes_and_no_second_is_lost() -> None:
    attendance = Attendance()
    attendance.came("bob", 0.0)

    assert attendance.due(RECORD_EVERY - 0.1) == []
    assert attendance.due(RECORD_EVERY + 0.7) == [("bob", 300)]
    assert attendance.due(RECORD_EVERY + 0.7) == []
    assert attendance.due(2 * RECORD_EVERY + 0.7) == [("bob", 300)]

    assert attendance.went("bob", 2 * RECORD_EVERY + 1.2) == 1


def test_those_are_due_who_came_long_ago_whatever_happened_since() -> None:
    attendance = Attendance()
    for number in range(5):
        attendance.came(f"guest{number}", float(number))
    attendance.went("guest0", 50.0)
    attendance.came("guest0", 60.0)

    assert attendance.due(303.0) == [("guest1", 302), ("guest2", 301), ("guest3", 300)]
    assert attendance.due(360.0) == [("guest4", 356), ("guest0", 300)]


def test_when_the_room_is_over_everybody_went_once() -> None:
    attendance = Attendance()
    attendance.came("bob", 0.0)
    attendance.came("eve", 40.0)

    assert attendance.all_went(100.0) == [("bob", 100), ("eve", 60)]
    assert attendance.all_went(200.0) == []
