"""What somebody missed while they were away."""

from datetime import timedelta

import pytest

from core.alerts import Alert, AlertType, event_id
from functions.realtime.catching_up import MAX_EVENTS, catch_up
from functions.realtime.deliver import deliver
from functions.realtime.inbox import KEPT
from functions.realtime.news_store import MAX_KEPT

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def kinds(missed):
    return [message["type"] for message in missed.events]


@pytest.fixture
def remind(world):
    """`remind("ada", "one", at)`: an alert for them alone."""

    def send(name, text, at):
        alert = Alert(
            type=AlertType.REMINDER_DUE,
            at=at,
            event_id=event_id(at, text),
            to=(name,),
            facts={"text": text},
        )
        deliver(world.parts, alert, at)
        return alert.event_id

    return send


def test_both_what_was_for_them_and_what_those_they_follow_did(world, remind):
    world.follow("ada", "hana")
    last = remind("ada", "before", world.now - HOUR)
    room = world.open("hana")
    remind("ada", "after", world.now + MINUTE)
    world.happen()

    missed = catch_up(world.parts, world.connect("ada"), last, world.now + HOUR)

    assert kinds(missed) == ["reminder.due", "room.live", "reminder.due"]
    assert missed.events[1]["room"]["room_id"] == room.room_id
    assert missed.events[1]["person"]["account_id"] == "hana"
    assert missed.complete


def test_the_same_event_has_the_same_id_whichever_way_it_comes(world):
    world.follow("ada", "hana")
    connection = world.connect("ada")
    world.open("hana")
    world.happen()
    (pushed,) = world.told("ada")

    missed = catch_up(world.parts, connection, pushed["event_id"], world.now)

    assert missed.events == [pushed]


def test_it_reaches_back_a_little_since_alerts_overtake_one_another(world, remind):
    slow = remind("ada", "slow", world.now - 10 * MINUTE)
    fast = remind("ada", "fast", world.now)

    missed = catch_up(world.parts, world.connect("ada"), fast, world.now + MINUTE)

    assert [message["event_id"] for message in missed.events] == [slow, fast]


def test_without_an_event_it_is_what_happened_since_they_connected(world, remind):
    remind("ada", "before", world.now - HOUR)
    connection = world.connect("ada")
    remind("ada", "since", world.now)

    missed = catch_up(world.parts, connection, None, world.now + MINUTE)

    assert [message["text"] for message in missed.events] == ["since"]
    assert missed.complete


def test_what_is_over_is_not_said_to_be_live(world, remind):
    world.follow("ada", "hana")
    last = remind("ada", "before", world.now - HOUR)
    room = world.open("hana")
    world.happen()
    world.end(room)
    world.happen()

    missed = catch_up(world.parts, world.connect("ada"), last, world.now + HOUR)

    assert kinds(missed) == ["reminder.due", "room.ended"]


@pytest.mark.parametrize(("blocker", "blocked"), [("hana", "ada"), ("ada", "hana")])
def test_where_there_is_a_block_it_never_happened(world, blocker, blocked):
    world.follow("ada", "sam")
    room = world.open("hana")
    world.join(room, "sam")
    world.seat(room, "sam", "speaker")
    world.happen()
    connection = world.connect("ada")
    after = event_id(world.now - HOUR, "before")
    assert kinds(catch_up(world.parts, connection, after, world.now)) == ["room.speaking"]

    world.block(blocker, blocked)

    assert catch_up(world.parts, connection, after, world.now).events == []


def test_what_they_do_not_want_to_hear_they_did_not_miss(world):
    world.follow("ada", "hana")
    world.prefer("ada", room_live=[])
    world.open("hana")
    world.happen()

    after = event_id(world.now - HOUR, "before")
    assert catch_up(world.parts, world.connect("ada"), after, world.now).events == []


def test_a_day_is_remembered_and_more_is_said_to_be_incomplete(world, remind):
    old = remind("ada", "old", world.now)
    remind("ada", "new", world.now + 2 * HOUR)

    missed = catch_up(world.parts, world.connect("ada"), old, world.now + KEPT + HOUR)

    assert [message["text"] for message in missed.events] == ["new"]
    assert not missed.complete


def test_of_too_much_the_newest_is_told(world, remind):
    last = remind("ada", "before", world.now - HOUR)
    for n in range(MAX_EVENTS + 5):
        remind("ada", str(n), world.now + n * timedelta(seconds=1))

    missed = catch_up(world.parts, world.connect("ada"), last, world.now + HOUR)

    assert [message["text"] for message in missed.events] == [
        str(n) for n in range(5, MAX_EVENTS + 5)
    ]
    assert not missed.complete


@pytest.mark.parametrize("after", ["7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "00000000000000000000000000"])
def test_events_of_no_time_of_ours_are_borne(world, remind, after):
    remind("ada", "now", world.now)

    missed = catch_up(world.parts, world.connect("ada"), after, world.now + MINUTE)

    assert [message["text"] for message in missed.events] == ["now"]


def test_of_an_account_the_last_few_pieces_of_news_are_remembered(world):
    world.follow("ada", "hana")
    for _ in range(MAX_KEPT):
        world.end(world.open("hana"))
        world.now += MINUTE
    world.happen()

    news = world.parts.news.of(["hana"], world.now - HOUR)

    assert len(news) == MAX_KEPT
    assert {str(each.type) for each in news} == {"room.live", "room.ended"}
    assert min(each.at for each in news) == world.now - 5 * MINUTE
