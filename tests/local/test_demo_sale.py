from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from local.demo import sells
from local.demo_sale import tomorrow_evening


@pytest.mark.parametrize(
    ("now", "evening"),
    [
        ("2027-01-01T00:00:00", "2027-01-02T19:00:00+01:00"),
        ("2027-01-01T23:59:59", "2027-01-02T19:00:00+01:00"),
    ],
)
def test_tomorrow_evening_is_seven_by_the_wall_clock(now: str, evening: str) -> None:
    here = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Europe/Berlin"))

    assert tomorrow_evening(here).isoformat() == evening


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"STOA_STRIPE_API": "http://127.0.0.1:1", "STOA_TICKETS_ROLLOUT": "list"}, True),
        ({"STOA_STRIPE_API": "http://127.0.0.1:1", "STOA_TICKETS_ROLLOUT": "nobody"}, False),
        ({"STOA_STRIPE_API": "", "STOA_TICKETS_ROLLOUT": "list"}, False),  # Stripe itself
        ({}, False),
    ],
)
def test_the_demo_sells_only_where_it_may_and_to_nobody_real(
    env: dict[str, str], *, expected: bool
) -> None:
    assert sells(env) is expected
