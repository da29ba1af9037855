"""Reminders and calendars on the wire."""

from datetime import UTC, datetime, timedelta

import pytest
import vobject

from core.admission import grant
from core.clock import to_rfc3339
from core.tables import TICKETS
from functions.reminders.absent import absent
from functions.reminders.app import app
from functions.reminders.model import MAX_REMINDERS
from functions.rooms import actions as rooms
from functions.rooms.requests import ChangedRoom

STARTS = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)


@pytest.fixture
def ask(world, call):
    """`ask("ada", "PUT", "/me/...", {...})`: what the door answers; None is nobody."""
    world.now = datetime.now(UTC)

    def send(who, method, path, body=None, **query):
        if who:
            world.account(who)
        return call(app, method, path, as_account=who, body=body, query=query)

    return send


@pytest.fixture
def room(world, ask):
    """hana's room of the day after tomorrow."""
    return world.schedule(STARTS)


def remind(ask, who, room, **wanted):
    return ask(who, "PUT", f"/rooms/{room.room_id}/reminder", wanted)


def test_a_reminder_is_answered_as_it_was_asked_for(ask, room):
    answer = remind(ask, "ada", room, lead_minutes=[10, 0], channels=["push", "in_app"])

    assert answer.status == 200
    assert answer.json == {
        "room_id": room.room_id,
        "lead_minutes": [0, 10],
        "channels": ["in_app", "push"],
    }


def test_by_default_one_is_told_of_the_start_as_ones_settings_say(world, ask, room):
    world.prefer("ada", reminders=["in_app"])

    answer = remind(ask, "ada", room)

    assert (answer.json["lead_minutes"], answer.json["channels"]) == ([0], ["in_app"])


@pytest.mark.parametrize(
    "wanted",
    [
        {"lead_minutes": []},
        {"lead_minutes": [-1]},
        {"lead_minutes": [1441]},
        {"lead_minutes": [0.5]},
        {"lead_minutes": ["soon"]},
        {"lead_minutes": list(range(6))},
        {"lead_minutes": list(range(1000))},
        {"lead_minutes": None},
        {"channels": []},
        {"channels": ["pigeon"]},
        {"channels": "push"},
        {"minutes": 3},
        [],
    ],
    ids=lambda wanted: str(wanted)[:40],
)
def test_a_reminder_that_makes_no_sense_is_refused(ask, room, wanted):
    answer = ask("ada", "PUT", f"/rooms/{room.room_id}/reminder", wanted)

    assert answer.status == 422
    assert ask("ada", "GET", "/me/reminders").json["items"] == []


def test_only_who_is_signed_in_is_reminded(ask, room):
    assert ask(None, "PUT", f"/rooms/{room.room_id}/reminder", {}).status == 401
    assert ask(None, "DELETE", f"/rooms/{room.room_id}/reminder").status == 401
    assert ask(None, "GET", "/me/reminders").status == 401
    assert ask(None, "POST", "/me/calendar", {}).status == 401


def test_a_room_that_one_may_not_know_of_is_not_there(world, ask, room):
    world.block("hana", "ada")

    hidden = remind(ask, "ada", room)
    unknown = ask("ada", "PUT", "/rooms/room_nowhere/reminder", {})

    assert (hidden.status, hidden.json["code"]) == (404, "room_not_found")
    assert (unknown.status, unknown.json["code"]) == (404, "room_not_found")
    assert ask("ada", "GET", f"/rooms/{room.room_id}/calendar.ics").status == 404


@pytest.mark.parametrize("end", ["start", "cancel"])
def test_of_a_room_that_is_not_to_come_nobody_is_reminded(world, ask, room, end):
    getattr(world, end)(room)

    answer = remind(ask, "ada", room)

    assert (answer.status, answer.json["code"]) == (409, "wrong_state")


def test_letters_go_to_an_address_that_is_surely_theirs(world, ask, room, call):
    answer = remind(ask, "ada", room, channels=["email"])

    # The test's gateway knows no address, as an issuer may not.
    assert (answer.status, answer.json["code"]) == (409, "email_unknown")


def test_settings_that_name_no_channel_need_one_in_the_request(world, ask, room):
    world.prefer("ada", reminders=[])

    answer = remind(ask, "ada", room)

    assert (answer.status, answer.json["code"]) == (422, "no_channels")
    assert remind(ask, "ada", room, channels=["in_app"]).status == 200


def test_what_one_waits_for_is_listed_with_its_rooms(world, ask, room):
    other = world.schedule(STARTS + timedelta(hours=1), title="On ebb")
    over = world.schedule(STARTS, title="Never")
    for each in (room, other, over):
        remind(ask, "ada", each, lead_minutes=[10])
    world.cancel(over)
    world.start(other)

    items = ask("ada", "GET", "/me/reminders").json["items"]

    assert [(item["room"]["title"], item["room"]["state"]) for item in items] == [
        ("On tides", "scheduled"),
        ("On ebb", "live"),
    ]
    assert items[0]["lead_minutes"] == [10]
    assert items[0]["room"]["starts_at"] == to_rfc3339(STARTS)


def test_what_one_waits_for_is_listed_page_by_page(world, ask):
    rooms = [world.schedule(STARTS, title=str(number)) for number in range(3)]
    for each in rooms:
        remind(ask, "ada", each)

    first = ask("ada", "GET", "/me/reminders", limit=2).json
    rest = ask("ada", "GET", "/me/reminders", limit=2, cursor=first["next"]).json

    titles = [item["room"]["title"] for page in (first, rest) for item in page["items"]]
    assert titles == ["0", "1", "2"]
    assert rest["next"] is None
    assert ask("bea", "GET", "/me/reminders", cursor=first["next"]).json["code"] == "bad_cursor"
    assert ask("ada", "GET", "/me/reminders", cursor="?").status == 422


def test_a_reminder_is_given_up_and_again_without_effect(ask, room):
    remind(ask, "ada", room)

    path = f"/rooms/{room.room_id}/reminder"
    assert [ask("ada", "DELETE", path).status for _ in range(2)] == [204, 204]
    assert ask("ada", "GET", "/me/reminders").json["items"] == []


def test_unusual_leads_are_bounded_and_the_usual_ones_are_always_to_be_had(world, ask, room):
    for number in range(10):
        leads = [200 + number * 5 + each for each in range(5)]
        assert remind(ask, f"a{number}", room, lead_minutes=leads).status == 200

    refused = remind(ask, "ada", room, lead_minutes=[199])

    assert (refused.status, refused.json["code"]) == (409, "too_many_leads")
    assert 1440 in refused.json["usual"]
    assert remind(ask, "ada", room, lead_minutes=[0, 10, 1440]).status == 200
    assert remind(ask, "ada", room, lead_minutes=[200]).status == 200


def test_one_waits_for_two_hundred_rooms_at_most_of_which_those_that_are_over_count_not(
    world, ask, room
):
    others = {f"room_{number}" for number in range(MAX_REMINDERS - 1)}
    live = world.schedule(STARTS, title="Live")
    waiting(world, others | {live.room_id})

    assert remind(ask, "ada", room).status == 200
    assert world.parts.reminders.waiting("ada") == sorted([live.room_id, room.room_id])


def waiting(world, room_ids):
    table = world.parts.reminders._table
    table._client.put_item(
        TableName=table.name,
        Item={"pk": "account#ada", "sk": "waiting", "rooms": room_ids},
    )


def test_a_room_comes_as_a_calendar_whoever_asks(ask, room):
    answer = ask(None, "GET", f"/rooms/{room.room_id}/calendar.ics")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    event = vobject.readOne(answer.text).vevent
    assert event.uid.value == f"{room.room_id}@stoa"
    assert event.dtstart.value == STARTS


def test_whatever_the_host_changes_the_sequence_rises(ask, room, world):
    def sequence():
        answer = ask(None, "GET", f"/rooms/{room.room_id}/calendar.ics")
        return int(vobject.readOne(answer.text).vevent.sequence.value)

    before = sequence()
    wanted = ChangedRoom(title="On spring tides")
    rooms.change_room(
        world.parts.rooms, world.account(room.host.account_id), room.room_id, wanted, world.now
    )

    assert sequence() > before


def feed(ask, who):
    url = ask(who, "POST", "/me/calendar", {}).json["url"]
    assert url.startswith("https://api.test/me/calendar.ics?key=")
    return url.partition("key=")[2]


def titles(ask, key):
    answer = ask(None, "GET", "/me/calendar.ics", key=key)
    calendar = vobject.readOne(answer.text)
    events = getattr(calendar, "vevent_list", [])
    return {event.summary.value: event.status.value for event in events}


def test_a_feed_holds_what_one_hosts_waits_for_and_has_a_ticket_for(world, ask):
    waited_for = world.schedule(STARTS, title="Waited for")
    world.schedule(STARTS, title="Nothing to me")
    sold = world.schedule(STARTS, title="Sold")
    world.schedule(STARTS, host="ada", title="My own")
    remind(ask, "ada", waited_for)
    give_ticket(world, sold, "ada")

    assert titles(ask, feed(ask, "ada")) == dict.fromkeys(
        ("Waited for", "Sold", "My own"), "CONFIRMED"
    )


def give_ticket(world, room, holder):
    table = world.database.table(TICKETS)
    table.write(grant(room.room_id, holder, {"ticket_1"}))
    table._client.put_item(
        TableName=table.name,
        Item={
            "pk": "ticket#ticket_1",
            "sk": "ticket",
            "room_id": room.room_id,
            "by_holder_pk": holder,
            "by_holder_sk": "ticket_1",
        },
    )


def test_a_feed_says_that_a_room_is_cancelled(world, ask, room):
    remind(ask, "ada", room)
    world.cancel(room)

    assert titles(ask, feed(ask, "ada")) == {"On tides": "CANCELLED"}


def test_an_empty_feed_is_a_calendar_too(ask):
    assert titles(ask, feed(ask, "ada")) == {}


def test_of_the_rooms_of_whom_has_blocked_me_my_feed_knows_nothing(world, ask, room):
    remind(ask, "ada", room)
    world.block("hana", "ada")

    assert titles(ask, feed(ask, "ada")) == {}


def test_a_new_address_ends_the_one_before(ask):
    first, second = feed(ask, "ada"), feed(ask, "ada")

    old = ask(None, "GET", "/me/calendar.ics", key=first)

    assert (old.status, old.json["code"]) == (404, "feed_not_found")
    assert ask(None, "GET", "/me/calendar.ics", key=second).status == 200
    assert ask(None, "GET", "/me/calendar.ics", key="guess").status == 404
    assert ask(None, "GET", "/me/calendar.ics").status == 422


def test_the_key_of_a_feed_lies_nowhere(world, ask):
    key = feed(ask, "ada")

    table = world.parts.feeds._table
    assert key not in str(table._client.scan(TableName=table.name)["Items"])


def test_who_waited_and_did_not_come_is_known_where_tickets_were_taken(world, ask):
    room = world.schedule(STARTS, access="ticketed")
    for who in ("ada", "bea", "cem"):
        remind(ask, who, room)
        world.database.table(TICKETS).write(grant(room.room_id, who, {f"ticket_{who}"}))
    world.parts.rooms.admissions.check_in(room.room_id, "bea", world.now)
    open_to_all = world.schedule(STARTS)
    remind(ask, "ada", open_to_all)

    assert sorted(absent(world.parts, room)) == ["ada", "cem"]
    assert list(absent(world.parts, open_to_all)) == []
