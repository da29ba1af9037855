"""The rules of reminders: what is due when, what is still true, who is in which part."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Conflict
from functions.accounts.model import Channel
from functions.accounts.settings import Notifications, Quiet
from functions.reminders.announce import WIDE, planned, width_for
from functions.reminders.model import (
    MAX_UNUSUAL_LEADS,
    PARTS,
    Kind,
    Occasion,
    Plan,
    Policy,
    Reminder,
    due,
    new_leads,
    occasions,
    part_of,
)
from functions.reminders.reach import may_tell
from functions.rooms.life import State
from functions.rooms.schedule import Start
from tests.rooms import a_room

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
POLICY = Policy(late_after=timedelta(minutes=5), call_off_after=timedelta(minutes=30))
ROOM = a_room(state=State.SCHEDULED, start=Start(at=NOON), schedule_version=3)
EVERY = [Occasion(kind) for kind in Kind if kind is not Kind.LEAD] + [Occasion(Kind.LEAD, 10)]


@pytest.mark.parametrize("occasion", EVERY, ids=str)
def test_an_occasion_is_known_by_its_name(occasion):
    assert Occasion.parse(str(occasion)) == occasion


@pytest.mark.parametrize("text", ["", "lead", "lead-0", "lead-x", "lead-10000", "lead--1", "party"])
def test_what_is_no_occasion_has_no_name(text):
    with pytest.raises(ValueError, match=r"valid|minutes"):
        Occasion.parse(text)


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("lead-10", -10),
        ("lead-1440", -1440),
        ("host-soon", -30),
        ("host-start", 0),
        ("late", 5),
        ("call-off", 30),
    ],
)
def test_the_clock_strikes_at_its_time(name, minutes):
    assert due(Occasion.parse(name), NOON, POLICY) == NOON + timedelta(minutes=minutes)


def test_the_clock_knows_every_lead_but_the_real_start():
    names = [str(occasion) for occasion in occasions({0, 60, 10})]

    assert names == ["lead-10", "lead-60", "host-soon", "host-start", "late", "call-off"]


TRUE_WHILE = {
    State.SCHEDULED: {"lead-10", "late", "moved", "host-soon", "host-start", "call-off"},
    State.LIVE: {"start"},
    State.ENDED: set(),
    State.CANCELLED: {"cancelled"},
}


@pytest.mark.parametrize("state", State)
def test_what_is_said_of_a_room_is_true_of_the_state_that_it_is_in(state):
    room = replace(ROOM, state=state)

    assert {str(each) for each in EVERY if each.still_true(room, 3)} == TRUE_WHILE[state]


@pytest.mark.parametrize("version", [2, 4])
def test_nothing_is_true_under_another_schedule(version):
    for state in State:
        room = replace(ROOM, state=state)
        assert not any(occasion.still_true(room, version) for occasion in EVERY)


def reminder(*leads, channels=frozenset(Channel)):
    return Reminder(room_id="room_1", account_id="ada", leads=frozenset(leads), channels=channels)


def test_whoever_asked_for_a_time_hears_of_it_and_of_whatever_changes():
    asked = reminder(10)

    concerned = {str(occasion) for occasion in EVERY if occasion.concerns(asked)}
    assert "lead-10" in concerned
    assert "start" not in concerned
    assert {"moved", "cancelled", "late"} <= concerned
    assert not Occasion(Kind.LEAD, 60).concerns(asked)
    assert Occasion(Kind.START).concerns(reminder(0))


@pytest.mark.parametrize("name", ["a{}", "01J{:010}", "{}-0000-4000-8000-000000000000"])
def test_accounts_spread_evenly_over_the_parts_whatever_their_ids(name):
    held = Counter(part_of(name.format(number)) for number in range(PARTS * 40))

    assert len(held) == PARTS
    assert max(held.values()) < 80


def test_unusual_leads_are_bounded_and_usual_ones_are_not():
    full = Plan(leads=frozenset(range(200, 200 + MAX_UNUSUAL_LEADS)))

    assert new_leads(full, frozenset({10, 200})) == {10}
    with pytest.raises(Conflict) as refused:
        new_leads(full, frozenset({10, 199}))
    assert refused.value.code == "too_many_leads"


def test_a_plan_covers_what_nothing_must_be_added_for():
    asked = reminder(0, 10)
    parts = dict.fromkeys(Channel, frozenset({asked.part}))

    assert Plan(leads=frozenset({0, 10, 60}), parts=parts).covers(asked)
    assert not Plan(leads=frozenset({10}), parts=parts).covers(asked)
    assert not Plan(leads=frozenset({0, 10}), parts={}).covers(asked)


def test_a_plan_knows_for_what_nobody_asked():
    plan = Plan(leads=frozenset({10}))

    expected = {"lead-10", "late", "moved", "cancelled", "host-soon", "host-start", "call-off"}
    assert {str(each) for each in EVERY if planned(plan, each)} == expected


def test_rounds_are_wide_while_few_wait():
    few = Plan(parts={Channel.PUSH: frozenset(range(PARTS - 1))})
    many = Plan(parts={Channel.PUSH: frozenset(range(PARTS)), Channel.EMAIL: frozenset({1})})

    assert (width_for(few), width_for(many)) == (WIDE, 1)


@pytest.mark.parametrize(
    ("hours", "zone", "time", "quiet"),
    [
        (("22:00", "07:00"), "UTC", "21:59", False),
        (("22:00", "07:00"), "UTC", "22:00", True),
        (("22:00", "07:00"), "UTC", "03:00", True),
        (("22:00", "07:00"), "UTC", "07:00", False),
        (("13:00", "14:30"), "UTC", "13:00", True),
        (("13:00", "14:30"), "UTC", "14:30", False),
        (("22:00", "07:00"), "Asia/Tokyo", "13:00", True),
        (("22:00", "07:00"), "Asia/Tokyo", "22:00", False),
    ],
)
def test_quiet_hours_are_those_of_the_clock_on_their_wall(hours, zone, time, quiet):
    hour, minute = map(int, time.split(":"))
    choice = Quiet.model_validate({"from": hours[0], "to": hours[1], "zone": zone})

    assert choice.covers(NOON.replace(hour=hour, minute=minute)) is quiet


AT_NIGHT = Quiet.model_validate({"from": "11:00", "to": "13:00", "zone": "UTC"})


@pytest.mark.parametrize(
    ("name", "choices", "told"),
    [
        ("lead-10", Notifications(), {"push", "email", "in_app"}),
        ("lead-10", Notifications(reminders=frozenset()), {"push", "email", "in_app"}),
        ("lead-10", Notifications(quiet=AT_NIGHT), {"email", "in_app"}),
        ("lead-10", Notifications(muted_hosts=frozenset({"hana"})), set()),
        ("lead-10", Notifications(muted_hosts=frozenset({"hugo"})), {"push", "email", "in_app"}),
        ("moved", Notifications(), {"push", "email", "in_app"}),
        ("moved", Notifications(room_changed=frozenset({Channel.EMAIL})), {"email"}),
        ("cancelled", Notifications(room_changed=frozenset()), set()),
        ("cancelled", Notifications(muted_hosts=frozenset({"hana"})), set()),
        ("host-soon", Notifications(muted_hosts=frozenset({"hana"})), {"push", "email", "in_app"}),
        ("host-soon", Notifications(quiet=AT_NIGHT), {"email", "in_app"}),
    ],
)
def test_an_account_is_told_what_it_wants_to_be_told(name, choices, told):
    occasion = Occasion.parse(name)

    reached = {ch for ch in Channel if may_tell(occasion, ch, ROOM, choices, NOON)}

    assert reached == told
