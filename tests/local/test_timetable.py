import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.schedules import Delivery, read_schedule
from local.timetable import Timetable

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def schedule(expression: str, name: str = "one", **request: Any) -> Any:
    target = {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": "arn:r"}
    return read_schedule(name, {"ScheduleExpression": expression, "Target": target} | request)


@pytest.fixture
def timetable() -> Timetable:
    return Timetable()


def fired(timetable: Timetable, *times: datetime) -> list[list[str]]:
    """What is due at each of the times, as `<name> <time of the schedule>`."""
    return [
        [f"{it.schedule.name} {it.time:%d. %H:%M}" for it in timetable.due(time)] for time in times
    ]


def test_a_one_time_schedule_fires_once(timetable: Timetable) -> None:
    timetable.put(schedule("at(2030-01-01T12:05:00)"), NOON)

    assert timetable.next_time() == NOON + 5 * MINUTE
    assert fired(timetable, NOON + 4 * MINUTE, NOON + 5 * MINUTE, NOON + 6 * MINUTE) == [
        [],
        ["one 01. 12:05"],
        [],
    ]
    assert timetable.next_time() is None


def test_a_one_time_schedule_whose_time_is_past_fires_at_once(timetable: Timetable) -> None:
    timetable.put(schedule("at(2030-01-01T11:00:00)"), NOON)

    assert fired(timetable, NOON) == [["one 01. 11:00"]]


def test_a_rate_begins_at_once_and_keeps_its_step(timetable: Timetable) -> None:
    timetable.put(schedule("rate(5 minutes)"), NOON)

    assert fired(timetable, NOON, NOON + MINUTE, NOON + 5 * MINUTE, NOON + 11 * MINUTE) == [
        ["one 01. 12:00"],
        [],
        ["one 01. 12:05"],
        ["one 01. 12:10"],
    ]
    assert timetable.next_time() == NOON + 15 * MINUTE


def test_a_leap_over_many_times_fires_once_and_goes_on_from_there(timetable: Timetable) -> None:
    timetable.put(schedule("rate(1 minute)"), NOON)
    timetable.due(NOON)

    assert fired(timetable, NOON + timedelta(days=3)) == [["one 01. 12:01"]]
    assert timetable.next_time() == NOON + timedelta(days=3) + MINUTE


def test_what_is_due_comes_in_the_order_of_time(timetable: Timetable) -> None:
    timetable.put(schedule("at(2030-01-01T12:09:00)", "late"), NOON)
    timetable.put(schedule("at(2030-01-01T12:03:00)", "early"), NOON)
    timetable.put(schedule("cron(5 12 * * ? *)", "between"), NOON)

    assert fired(timetable, NOON + 10 * MINUTE) == [
        ["early 01. 12:03", "between 01. 12:05", "late 01. 12:09"]
    ]


def test_a_recurring_schedule_keeps_between_its_dates(timetable: Timetable) -> None:
    start, end = NOON + timedelta(hours=1), NOON + timedelta(hours=1, minutes=20)
    dates = {"StartDate": start.timestamp(), "EndDate": end.timestamp()}
    timetable.put(schedule("rate(10 minutes)", **dates), NOON)

    times = [NOON + n * 10 * MINUTE for n in range(12)]

    assert [it for due in fired(timetable, *times) for it in due] == [
        "one 01. 13:00",
        "one 01. 13:10",
        "one 01. 13:20",
    ]


def test_a_one_time_schedule_knows_no_dates(timetable: Timetable) -> None:
    dates = {"StartDate": (NOON + timedelta(days=1)).timestamp(), "EndDate": NOON.timestamp()}
    timetable.put(schedule("at(2030-01-01T12:05:00)", **dates), NOON)

    assert fired(timetable, NOON + 5 * MINUTE) == [["one 01. 12:05"]]


def test_the_last_time_is_known_as_the_last(timetable: Timetable) -> None:
    end = (NOON + 5 * MINUTE).timestamp()
    timetable.put(schedule("rate(5 minutes)", EndDate=end), NOON)

    assert [it.last for time in (NOON, NOON + 5 * MINUTE) for it in timetable.due(time)] == [
        False,
        True,
    ]


def test_a_changed_schedule_fires_only_as_it_says_now(timetable: Timetable) -> None:
    timetable.put(schedule("at(2030-01-01T12:05:00)"), NOON)
    timetable.put(schedule("at(2030-01-01T12:10:00)"), NOON)

    assert fired(timetable, NOON + 5 * MINUTE, NOON + 10 * MINUTE) == [[], ["one 01. 12:10"]]


def test_a_removed_or_disabled_schedule_fires_no_more(timetable: Timetable) -> None:
    timetable.put(schedule("rate(1 minute)", "removed"), NOON)
    timetable.put(schedule("rate(1 minute)", "off"), NOON)
    timetable.put(schedule("rate(1 minute)", "grouped", GroupName="jobs"), NOON)
    timetable.put(schedule("rate(1 minute)", "kept"), NOON)

    timetable.remove("arn:aws:scheduler:us-east-1:123456789012:schedule/default/removed")
    timetable.put(schedule("rate(1 minute)", "off", State="DISABLED"), NOON)
    timetable.remove_group("jobs")

    assert fired(timetable, NOON) == [["kept 01. 12:00"]]


def test_a_schedule_follows_the_clock_of_its_zone_over_the_change(timetable: Timetable) -> None:
    before = datetime(2027, 3, 27, 0, tzinfo=UTC)
    zone = {"ScheduleExpressionTimezone": "Europe/Berlin"}
    timetable.put(schedule("cron(0 9 * * ? *)", **zone), before)

    hours = [before + timedelta(hours=n) for n in range(72)]

    assert [it for due in fired(timetable, *hours) for it in due] == [
        "one 27. 08:00",
        "one 28. 07:00",
        "one 29. 07:00",
    ]


def test_thousands_of_schedules_cost_nothing_until_they_are_due(timetable: Timetable) -> None:
    for number in range(5_000):
        hour, minute = divmod(number, 60)
        day, hour = divmod(hour, 24)
        text = f"at(2030-01-{day + 2:02}T{hour:02}:{minute:02}:00)"
        timetable.put(schedule(text, str(number)), NOON)

    assert timetable.due(NOON + timedelta(hours=11)) == []
    assert len(timetable.due(NOON + timedelta(days=1))) == 721
    assert len(timetable.due(NOON + timedelta(days=9))) == 5_000 - 721


def delivery(**policy: int) -> Delivery:
    target = {"Arn": "arn:q", "RoleArn": "arn:r", "RetryPolicy": policy}
    return Delivery(
        schedule=schedule("rate(1 minute)", Target=target),
        time=NOON,
        last=False,
        execution_id="e1",
    )


def test_retries_come_later_and_later_until_there_are_no_more() -> None:
    attempt, now, pauses = delivery(MaximumRetryAttempts=3), NOON, []

    while attempt.exhausted(now) is None:
        pauses.append(attempt.pause.total_seconds())
        now, attempt = now + attempt.pause, attempt.again()

    assert pauses == [1, 2, 4]
    assert attempt.attempt == 4
    assert attempt.exhausted(now) == "MaximumRetryAttempts"


def test_retries_end_when_the_event_is_too_old() -> None:
    attempt, now, attempts = delivery(MaximumEventAgeInSeconds=60), NOON, 1

    while attempt.exhausted(now) is None:
        now, attempt, attempts = now + attempt.pause, attempt.again(), attempts + 1

    assert attempts == 6
    assert now - NOON <= timedelta(seconds=60)
    assert attempt.exhausted(now) == "MaximumEventAgeInSeconds"


def test_a_pause_has_a_bound() -> None:
    attempt = delivery()
    for _ in range(100):
        attempt = attempt.again()

    assert attempt.pause == timedelta(minutes=5)


def test_the_input_is_told_when_and_how_often() -> None:
    text = (
        '{"at": "<aws.scheduler.scheduled-time>", "try": <aws.scheduler.attempt-number>,'
        ' "id": "<aws.scheduler.execution-id>", "by": "<aws.scheduler.schedule-arn>"}'
    )
    target = {"Arn": "arn:q", "RoleArn": "arn:r", "Input": text}
    timetable = Timetable()
    timetable.put(schedule("at(2030-01-01T12:00:00)", Target=target), NOON)
    (first,) = timetable.due(NOON)

    told = json.loads(first.again().text)

    assert told == {
        "at": "2030-01-01T12:00:00Z",
        "try": 2,
        "id": first.execution_id,
        "by": "arn:aws:scheduler:us-east-1:123456789012:schedule/default/one",
    }


def test_without_an_input_the_target_is_told_what_scheduler_always_says() -> None:
    event = json.loads(delivery().text)

    assert event["detail-type"] == "Scheduled Event"
    assert event["time"] == "2030-01-01T12:00:00Z"
    assert event["resources"] == ["arn:aws:scheduler:us-east-1:123456789012:schedule/default/one"]
