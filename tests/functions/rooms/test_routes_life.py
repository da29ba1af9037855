"""Rooms are opened, found, changed, started and ended over the wire, and nothing else is taken."""

from datetime import UTC, datetime, timedelta

import pytest

from core.clock import from_rfc3339
from core.tables import ROOMS
from functions.rooms import actions
from functions.rooms.sale import on_sale


def tomorrow(**ahead):
    return (datetime.now(UTC) + timedelta(days=1, **ahead)).isoformat()


def test_a_room_is_shown_with_everything_that_clients_need(ask):
    answer = ask(
        "hana",
        "POST",
        "/rooms",
        {
            "title": "  On tides ",
            "description": "Ebb and flow.\nBring tea.",
            "topics": ["Sea"],
            "captions": {"language": "pt-BR", "enabled": True},
            "recording": True,
        },
    )

    assert answer.status == 201
    shown = answer.json
    assert from_rfc3339(shown.pop("started_at"))
    assert shown == {
        "room_id": shown["room_id"],
        "title": "On tides",
        "description": "Ebb and flow.\nBring tea.",
        "topics": ["Sea"],
        "state": "live",
        "access": "open",
        "who_may_speak": "invited",
        "host": {"account_id": "hana", "handle": "hana", "name": "Hana", "avatar_url": None},
        "cohosts": [],
        "starts_at": None,
        "starts_local": None,
        "zone": None,
        "series_id": None,
        "repeats": None,
        "ended_at": None,
        "taken_down": False,
        "listener_count": 0,
        "speaker_count": 1,
        "recording": True,
        "profile": "voice",
        "captions": {"language": "pt-BR", "enabled": True},
    }
    assert ask(None, "GET", f"/rooms/{shown['room_id']}").json["title"] == "On tides"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 71},
        {"title": "two\nlines"},
        {"title": "two\u2028lines"},
        {"title": "\u200b\u200d"},
        {"title": "sgnik no \u202etfel"},
        {"title": "t", "topics": ["\u2060"]},
        {"title": "t", "description": "of \u202eolleh"},
        {"title": "t", "description": "x" * 501},
        {"title": "t", "topics": ["a", "b", "c", "d"]},
        {"title": "t", "topics": ["a", "A"]},
        {"title": "t", "topics": ["x" * 31]},
        {"title": "t", "topics": [""]},
        {"title": "t", "access": "secret"},
        {"title": "t", "who_may_speak": "nobody"},
        {"title": "t", "profile": "loud"},
        {"title": "t", "captions": {"language": "English"}},
        {"title": "t", "captions": {"speed": 1}},
        {"title": "t", "recording": "perhaps"},
        {"title": "t", "host": "somebody else"},
        {"title": "t", "starts_at": "tomorrow"},
        {"title": "t", "starts_at": 1900000000},
        {"title": "t", "starts_at": "1900000000"},
        {"title": "t", "starts_at": "2030-01-01T12:00:00"},
        {"title": "t", "starts_at": "2020-01-01T12:00:00Z"},
        {"title": "t", "starts_local": "2026-12-01 19:00", "zone": "UTC"},
        {"title": "t", "zone": "UTC"},
    ],
)
def test_what_makes_no_room_is_refused(ask, body):
    answer = ask("hana", "POST", "/rooms", body)

    assert answer.status == 422
    assert answer.json["code"] in {"invalid_request", "bad_start", "start_in_the_past"}


def test_the_bounds_themselves_are_allowed(ask):
    body = {"title": "x" * 70, "description": "y" * 500, "topics": ["a" * 30, "b", "c"]}

    assert ask("hana", "POST", "/rooms", body).status == 201


def test_the_refusal_to_host_says_what_is_needed(ask, house):
    house.account("hana", followers=599)

    answer = ask("hana", "POST", "/rooms", {"title": "On tides"})

    assert (answer.status, answer.json["code"]) == (403, "not_eligible_to_host")
    assert (answer.json["follower_count"], answer.json["needed"]) == (599, 600)


def test_a_scheduled_room_is_started_and_ended(ask):
    starts_at = tomorrow()
    room = ask("hana", "POST", "/rooms", {"title": "On tides", "starts_at": starts_at}).json
    path = f"/rooms/{room['room_id']}"

    assert (room["state"], room["started_at"]) == ("scheduled", None)
    assert abs(from_rfc3339(room["starts_at"]) - from_rfc3339(starts_at)) < timedelta(seconds=1)
    assert ask("hana", "POST", f"{path}/start", {}).json["state"] == "live"
    assert ask("hana", "POST", f"{path}/start", {}).json["code"] == "wrong_state"
    assert ask("hana", "POST", f"{path}/end", {}).json["state"] == "ended"
    assert ask("hana", "POST", f"{path}/cancel", {}).status == 409


def test_nothing_may_be_in_a_body_that_says_nothing(ask, room_id):
    answer = ask("hana", "POST", f"/rooms/{room_id}/end", {"really": True})

    assert (answer.status, answer.json["code"]) == (422, "invalid_request")
    assert ask("hana", "POST", f"/rooms/{room_id}/end").status == 200


def test_a_room_is_changed_in_part(ask, room_id):
    answer = ask("hana", "PATCH", f"/rooms/{room_id}", {"title": "Ebb", "captions": {}})

    assert (answer.status, answer.json["title"]) == (200, "Ebb")
    assert ask("hana", "PATCH", f"/rooms/{room_id}", {"access": "open"}).status == 409
    assert ask("hana", "PATCH", f"/rooms/{room_id}", {"state": "ended"}).status == 422


def test_rooms_are_browsed(ask, room_id):
    ask("hugo", "POST", "/rooms", {"title": "Stars", "topics": ["Space"], "starts_at": tomorrow()})

    live = ask(None, "GET", "/rooms")
    scheduled = ask(None, "GET", "/rooms", state="scheduled", topic="space")
    hosted = ask(None, "GET", "/rooms", host="hana")

    assert [each["room_id"] for each in live.json["items"]] == [room_id]
    assert live.json["next"] is None
    assert [each["title"] for each in scheduled.json["items"]] == ["Stars"]
    assert [each["room_id"] for each in hosted.json["items"]] == [room_id]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"state": "over"}, "invalid_request"),
        ({"state": "ended"}, "host_needed"),
        ({"limit": "0"}, "invalid_request"),
        ({"limit": "101"}, "invalid_request"),
        ({"cursor": "nonsense"}, "bad_cursor"),
        ({"colour": "red"}, "invalid_request"),
        ({"host": "nobody"}, "account_not_found"),
    ],
)
def test_what_can_not_be_browsed_is_refused(ask, query, code):
    assert ask(None, "GET", "/rooms", **query).json["code"] == code


def test_what_no_account_did_has_us_in_the_log(ask, house):
    room = ask("hana", "POST", "/rooms", {"title": "On tides", "starts_at": tomorrow()}).json
    actions.call_off(house.parts, room["room_id"], from_rfc3339(room["starts_at"]))

    log = ask("hana", "GET", f"/rooms/{room['room_id']}/log", limit=1).json["items"]

    assert (log[0]["act"], log[0]["by"]["name"], log[0]["whom"]) == ("called_off", "Stoa", None)


def test_the_access_of_a_room_on_sale_is_settled(ask, house):
    room = ask("hana", "POST", "/rooms", {"title": "On tides", "starts_at": tomorrow()}).json
    house.database.table(ROOMS).write(on_sale(house.parts.rooms.get(room["room_id"])))

    answer = ask("hana", "PATCH", f"/rooms/{room['room_id']}", {"access": "open"})

    assert (answer.status, answer.json["code"]) == (409, "on_sale")


def test_where_those_i_follow_are_live(ask, room_id, house):
    house.follow("zoe", "hana")

    page = ask("zoe", "GET", "/me/live").json

    assert page["next"] is None
    assert page["items"][0]["room"]["room_id"] == room_id
    assert page["items"][0]["people"] == [
        {
            "account": {
                "account_id": "hana",
                "handle": "hana",
                "name": "Hana",
                "avatar_url": None,
            },
            "role": "host",
        }
    ]


def test_a_repeated_opening_opens_one_room(ask):
    headers = {"idempotency-key": "once"}

    first, second = (
        ask("hana", "POST", "/rooms", {"title": "On tides"}, headers=headers) for _ in range(2)
    )

    assert first.json == second.json
