from datetime import UTC, datetime, timedelta

import pytest

from local.expressions import InvalidExpression, parse


def times(text: str, zone: str, start: str, count: int) -> list[str]:
    """The first times after `start`, in UTC."""
    expression = parse(text, zone)
    anchor = datetime.fromisoformat(start).replace(tzinfo=UTC)
    found, time = [], anchor
    for _ in range(count):
        following = expression.after(time, anchor)
        if following is None:
            break
        assert following > time
        found.append(f"{following:%Y-%m-%d %H:%M}")
        time = following
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cron(0 9 * * ? *)", ["2027-01-01 09:00", "2027-01-02 09:00", "2027-01-03 09:00"]),
        ("cron(0/20 8 * * ? *)", ["2027-01-01 08:00", "2027-01-01 08:20", "2027-01-01 08:40"]),
        ("cron(15 10 ? * 6#3 *)", ["2027-01-15 10:15", "2027-02-19 10:15", "2027-03-19 10:15"]),
        ("cron(0 9 ? * FRIL *)", ["2027-01-29 09:00", "2027-02-26 09:00", "2027-03-26 09:00"]),
        ("cron(0 9 ? * MON-WED *)", ["2027-01-04 09:00", "2027-01-05 09:00", "2027-01-06 09:00"]),
        ("cron(0 9 ? * FRI-MON *)", ["2027-01-01 09:00", "2027-01-02 09:00", "2027-01-03 09:00"]),
        ("cron(0 9 ? * L *)", ["2027-01-02 09:00", "2027-01-09 09:00", "2027-01-16 09:00"]),
        ("cron(0 9 L * ? *)", ["2027-01-31 09:00", "2027-02-28 09:00", "2027-03-31 09:00"]),
        ("cron(0 9 L-2 * ? *)", ["2027-01-29 09:00", "2027-02-26 09:00", "2027-03-29 09:00"]),
        ("cron(0 9 31 * ? *)", ["2027-01-31 09:00", "2027-03-31 09:00", "2027-05-31 09:00"]),
        ("cron(0 9 1W * ? *)", ["2027-01-01 09:00", "2027-02-01 09:00", "2027-03-01 09:00"]),
        ("cron(0 9 3W * ? *)", ["2027-01-04 09:00", "2027-02-03 09:00", "2027-03-03 09:00"]),
        ("cron(0 0 29 2 ? *)", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        ("cron(0 0 1 1 ? 2027-2029)", ["2028-01-01 00:00", "2029-01-01 00:00"]),
        ("cron(0 0 30 2 ? *)", []),
        ("cron(0 0 1 1 ? 2020)", []),
        ("rate(90 minutes)", ["2027-01-01 01:30", "2027-01-01 03:00", "2027-01-01 04:30"]),
        ("rate(1 hour)", ["2027-01-01 01:00", "2027-01-01 02:00", "2027-01-01 03:00"]),
        ("at(2027-01-01T00:00:01)", ["2027-01-01 00:00"]),
        ("at(2026-12-31T23:59:59)", []),
    ],
)
def test_an_expression_has_these_times(text: str, expected: list[str]) -> None:
    assert times(text, "UTC", "2027-01-01T00:00:00", 3) == expected


@pytest.mark.parametrize(
    ("text", "zone", "start", "expected"),
    [
        (  # 2:30 does not exist on the 28th of March
            "cron(30 2 * * ? *)",
            "Europe/Berlin",
            "2027-03-26T12:00:00",
            ["2027-03-27 01:30", "2027-03-29 00:30", "2027-03-30 00:30"],
        ),
        (  # 2:30 comes twice on the 31st of October
            "cron(30 2 * * ? *)",
            "Europe/Berlin",
            "2027-10-29T12:00:00",
            ["2027-10-30 00:30", "2027-10-31 00:30", "2027-11-01 01:30"],
        ),
        (  # asked between the two
            "cron(30 2 * * ? *)",
            "Europe/Berlin",
            "2027-10-31T00:45:00",
            ["2027-11-01 01:30"],
        ),
        (  # asked in the second of the two hours, before its half
            "cron(30 2 * * ? *)",
            "Europe/Berlin",
            "2027-10-31T01:10:00",
            ["2027-11-01 01:30"],
        ),
        (  # half an hour is left out on the 3rd of October
            "cron(15 2 * * ? *)",
            "Australia/Lord_Howe",
            "2027-09-30T20:00:00",
            ["2027-10-01 15:45", "2027-10-03 15:15", "2027-10-04 15:15"],
        ),
        (  # half an hour comes twice on the 4th of April
            "cron(45 1 * * ? *)",
            "Australia/Lord_Howe",
            "2027-04-02T20:00:00",
            ["2027-04-03 14:45", "2027-04-04 15:15", "2027-04-05 15:15"],
        ),
        ("at(2027-03-28T02:30:00)", "Europe/Berlin", "2027-01-01T00:00:00", ["2027-03-28 01:30"]),
        ("at(2027-10-31T02:30:00)", "Europe/Berlin", "2027-01-01T00:00:00", ["2027-10-31 00:30"]),
        (
            "at(2027-10-03T02:15:00)",
            "Australia/Lord_Howe",
            "2027-01-01T00:00:00",
            ["2027-10-02 15:45"],
        ),
        (
            "at(2027-04-04T01:45:00)",
            "Australia/Lord_Howe",
            "2027-01-01T00:00:00",
            ["2027-04-03 14:45"],
        ),
        (  # a day of a rate has 24 hours
            "rate(1 days)",
            "Europe/Berlin",
            "2027-03-27T11:00:00",
            ["2027-03-28 11:00", "2027-03-29 11:00"],
        ),
    ],
)
def test_a_wall_clock_that_jumps_is_followed(
    text: str, zone: str, start: str, expected: list[str]
) -> None:
    assert times(text, zone, start, len(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "at(nonsense)",
        "at(2027-02-30T00:00:00)",
        "at(2027-01-01T00:00:00Z)",
        "at(2027-01-01)",
        "rate(0 minutes)",
        "rate(5 seconds)",
        "rate(-1 days)",
        "rate(1e3 days)",
        "cron()",
        "cron(* * * * * *)",
        "cron(60 * * * ? *)",
        "cron(0/0 * * * ? *)",
        "cron(0 9 LW * ? *)",
        "cron(0 9 * * ?)",
        "cron(0 9 * * ? *) ",
        "every day",
    ],
)
def test_what_aws_would_refuse_is_refused(text: str) -> None:
    with pytest.raises(InvalidExpression, match=r"^Invalid Schedule Expression "):
        parse(text, "UTC")


@pytest.mark.parametrize("zone", ["Mars/Base", "", "Europe", "../etc/passwd", "UTC+2"])
def test_a_zone_that_nobody_lives_in_is_refused(zone: str) -> None:
    with pytest.raises(InvalidExpression, match="Timezone"):
        parse("rate(1 day)", zone)


def test_a_rate_counts_from_its_anchor_however_late_one_asks() -> None:
    anchor = datetime(2027, 1, 1, tzinfo=UTC)
    late = anchor + timedelta(days=3, minutes=7)

    assert parse("rate(10 minutes)", "UTC").after(late, anchor) == anchor + timedelta(
        days=3, minutes=10
    )
