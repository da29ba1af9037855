"""Reminders from being set to being seen: each once, and never of a time that is not true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.alerts import AlertType
from functions.rooms.actions import cancel_room
from tests.functions.reminders.world import AT_19

NOTHING = {"push": [], "email": [], "in_app": []}
SOON = AT_19 - timedelta(minutes=10)
SAID = "Begins in 10 minutes, with Hana."
ONCE = {"push": [f"On tides: {SAID}"], "email": ["Soon: On tides"], "in_app": [SAID]}
LIVE = {
    "push": ["On tides: Hana is live now."],
    "email": ["Live now: On tides"],
    "in_app": ["Hana is live now."],
}


def test_whoever_asked_is_told_in_time_by_phone_letter_and_page(world):
    room = world.schedule()
    world.remind("ada", room, 10)

    world.pass_time(SOON)
    world.deliver()

    assert world.told("ada") == ONCE


def test_nobody_is_told_before_it_is_time(world):
    room = world.schedule()
    world.remind("ada", room, 10)

    world.pass_time(SOON - timedelta(seconds=1))
    world.deliver()

    assert world.told("ada") == NOTHING


def test_everybody_is_told_through_the_channels_and_at_the_times_that_they_chose(world):
    room = world.schedule()
    world.remind("ada", room, 10, channels=("push",))
    world.remind("bea", room, 60, channels=("in_app",))
    world.remind("cem", room, 0, channels=("email",))

    world.pass_time(SOON)
    world.deliver()
    world.start(room)
    world.all_is_told()

    assert world.told("ada") == NOTHING | {"push": ONCE["push"]}
    assert world.told("bea") == NOTHING | {"in_app": ["Begins in 10 minutes, with Hana."]}
    assert world.told("cem") == NOTHING | {"email": ["Live now: On tides"]}


def test_a_round_that_comes_late_says_how_long_it_really_is(world):
    room = world.schedule()
    world.remind("ada", room, 60, channels=("in_app",))

    world.pass_time(AT_19 - timedelta(minutes=60))
    world.now = AT_19 - timedelta(minutes=3)
    world.deliver()

    assert world.told("ada")["in_app"] == ["Begins in 3 minutes, with Hana."]


def test_lead_zero_is_the_real_start_and_not_the_planned_one(world):
    room = world.schedule()
    world.remind("ada", room, 0)

    world.pass_time(AT_19 + timedelta(minutes=2))
    world.all_is_told()
    before = world.told("ada")
    world.start(room)
    world.all_is_told()

    assert before == NOTHING
    assert world.told("ada") == LIVE


def test_a_lead_that_is_past_when_asked_for_is_never_told(world):
    room = world.schedule(world.now + timedelta(minutes=20))

    world.remind("ada", room, 30, 10)

    assert [name for name in world.armed() if "lead" in name] == [f"{room.room_id}-1-lead-10"]


def test_whoever_gave_up_their_reminder_is_told_nothing(world):
    room = world.schedule()
    world.remind("ada", room, 10)
    world.forget("ada", room)
    world.forget("ada", room)

    world.pass_time(SOON)
    world.deliver()

    assert world.told("ada") == NOTHING


def test_a_reminder_set_anew_counts_as_it_was_set_last(world):
    room = world.schedule()
    world.remind("ada", room, 60, channels=("email",))
    world.remind("ada", room, 10, channels=("in_app",))

    world.pass_time(SOON)
    world.deliver()

    assert world.told("ada") == NOTHING | {"in_app": [SAID]}


def test_nobody_is_told_the_old_time_of_a_room_that_was_moved(world):
    room = world.schedule()
    world.remind("ada", room, 10)
    old = world.firing(f"{room.room_id}-1-lead-10")

    world.move(room, AT_19 + timedelta(hours=1))
    world.fire(old, SOON)
    world.all_is_told()

    moved = "Moved to Tuesday 1 January 2030, 20:00 (UTC)."
    assert world.told("ada") == {
        "push": [f"On tides: {moved}"],
        "email": ["Moved: On tides"],
        "in_app": [moved],
    }
    assert {alert.type for alert in world.alerted() if "ada" in alert.to} == {
        AlertType.ROOM_RESCHEDULED
    }


def test_whoever_waits_is_told_the_new_time_when_it_comes(world):
    room = world.schedule()
    world.remind("ada", room, 10, channels=("in_app",))
    world.move(room, AT_19 + timedelta(hours=1))
    world.all_is_told()

    world.pass_time(AT_19 + timedelta(minutes=50))
    world.deliver()

    assert world.told("ada")["in_app"][0] == SAID
    assert len(world.told("ada")["in_app"]) == 2


def test_a_round_that_is_under_way_when_the_room_moves_goes_no_further(world):
    room = world.schedule()
    for name in ("ada", "bea"):
        world.remind(name, room, 10, channels=("email",))
    world.pass_time(SOON)
    rounds = [each for each in world.rounds() if each.channel == "email"]

    def moves_after_the_first(number, when, operation):
        if (when, operation) == ("after", "SendEmail") and world.read(room).schedule_version == 1:
            world.move(room, AT_19 + timedelta(hours=1))

    world.wire.cut = moves_after_the_first
    for each in rounds:
        assert world.walk(each)

    assert len(world.written_to()) == 1


def test_a_cancelled_room_says_so_and_nothing_else(world):
    room = world.schedule()
    world.remind("ada", room, 10)
    world.cancel(room)
    world.all_is_told()

    world.pass_time(AT_19 + timedelta(hours=1))
    world.all_is_told()

    said = "It won't be: the room with Hana is cancelled."
    assert world.told("ada") == {
        "push": [f"On tides: {said}"],
        "email": ["Cancelled: On tides"],
        "in_app": [said],
    }
    assert world.armed() == {}


def test_who_waits_for_a_room_that_a_moderator_takes_down_reads_that_it_will_not_be(world):
    room = world.schedule()
    world.remind("ada", room, 10)
    moderator = replace(world.account("mona"), moderator=True)

    cancel_room(world.parts.rooms, moderator, room.room_id, world.now)
    world.all_is_told()

    assert world.told("ada")["in_app"] == ["It won't be: the room with Hana is cancelled."]


def test_a_host_is_reminded_half_an_hour_before_and_at_the_start(world):
    world.phone("hana")
    world.schedule()

    world.pass_time(AT_19 - timedelta(minutes=30))
    world.deliver()
    world.pass_time(AT_19)
    world.deliver()

    said = ["Your room starts now. Your listeners are waiting.", "Your room. Begins in 30 minutes."]
    assert world.told("hana") == {
        "push": [f"On tides: {each}" for each in said],
        "email": [],
        "in_app": said,
    }


def test_of_a_host_who_is_late_it_is_told_once(world):
    room = world.schedule()
    world.remind("ada", room, 0)

    world.pass_time(AT_19 + timedelta(minutes=29))
    world.all_is_told()

    said = "Hana starts late. We tell you when it begins."
    assert world.told("ada")["in_app"] == [said]
    assert world.told("ada")["push"] == [f"On tides: {said}"]


def test_a_host_who_never_comes_is_waited_for_no_longer_than_the_policy_says(world):
    room = world.schedule()
    world.remind("ada", room, 0)

    world.pass_time(AT_19 + timedelta(minutes=30))
    world.all_is_told()

    assert world.read(room).state == "cancelled"
    assert "It won't be: the room with Hana is cancelled." in world.told("ada")["in_app"]


def test_of_a_host_who_is_in_time_nothing_is_told_as_if_they_were_late(world):
    room = world.schedule()
    world.remind("ada", room, 0)
    world.start(room)
    late = world.firing(f"{room.room_id}-1-late")
    world.all_is_told()

    world.fire(late, AT_19 + timedelta(minutes=5))
    world.pass_time(AT_19 + timedelta(hours=1))
    world.deliver()

    assert world.told("ada") == LIVE
    assert world.armed() == {}


def test_in_quiet_hours_the_phone_stays_dark_and_the_rest_comes(world):
    room = world.schedule()
    world.prefer("ada", quiet={"from": "18:00", "to": "07:00", "zone": "UTC"})
    world.remind("ada", room, 10)

    world.pass_time(SOON)
    world.deliver()

    assert world.told("ada") == ONCE | {"push": []}


def test_of_a_muted_host_nothing_is_heard(world):
    room = world.schedule()
    world.remind("ada", room, 10, 0)
    world.prefer("ada", muted_hosts=["hana"])

    world.pass_time(SOON)
    world.move(room, AT_19 + timedelta(minutes=1))
    world.all_is_told()

    assert world.told("ada") == NOTHING


def test_whom_the_host_has_blocked_since_is_told_nothing(world):
    room = world.schedule()
    world.remind("ada", room, 10)
    world.block("hana", "ada")

    world.pass_time(SOON)
    world.deliver()

    assert world.told("ada") == NOTHING


@pytest.mark.parametrize(("choice", "told"), [(["in_app"], 1), ([], 0)])
def test_of_changes_only_those_hear_who_want_to(world, choice, told):
    room = world.schedule()
    world.prefer("ada", room_changed=choice)
    world.remind("ada", room, 10)

    world.move(room, AT_19 + timedelta(hours=1))
    world.all_is_told()

    assert [len(each) for each in world.told("ada").values()] == [0, 0, told]


def test_two_hundred_people_in_many_parts_are_each_told_once(world):
    room = world.schedule()
    names = [f"a{number}" for number in range(200)]
    world.crowd(names, room, 10, channel="in_app")

    world.pass_time(SOON)
    world.deliver()

    told = [who for alert in world.alerted() for who in alert.to if who != "hana"]
    assert sorted(told) == sorted(names)
