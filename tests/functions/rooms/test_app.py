"""The rooms on the wire."""

from datetime import UTC, datetime, timedelta

import pytest

from core.clock import from_rfc3339
from core.roles import Role
from core.tables import ROOMS
from core.tokens import read_pass
from functions.rooms import actions
from functions.rooms.app import app
from functions.rooms.model import Emoji
from functions.rooms.sale import on_sale


@pytest.fixture
def ask(house, call):
    """`ask("hana", "POST", "/rooms", {...})`: what the door answers; None is nobody."""

    def send(who, method, path, body=None, *, headers=None, **query):
        if who:
            house.account(who)
        return call(app, method, path, as_account=who, body=body, query=query, headers=headers)

    return send


@pytest.fixture
def room_id(ask):
    """hana's live room."""
    return ask("hana", "POST", "/rooms", {"title": "On tides"}).json["room_id"]


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


def test_joining_tells_where_the_media_door_is(ask, room_id, house):
    joined = ask("lena", "POST", f"/rooms/{room_id}/join", {}).json

    assert joined["member"] == {
        "account_id": "lena",
        "handle": "lena",
        "name": "Lena",
        "avatar_url": None,
        "role": "listener",
        "muted": False,
        "hand": False,
    }
    media = joined["media"]
    assert media["url"] == f"https://api.test/media/{room_id}"
    assert media["profile"] == "voice"
    lasts = from_rfc3339(media["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=9) < lasts <= timedelta(minutes=10)
    secrets = house.parts.config.room_secrets
    assert read_pass(media["token"], secrets, datetime.now(UTC)).role is Role.LISTENER


def test_a_full_fleet_says_when_to_try_again(ask, room_id, house):
    house.worker.report(load=100)

    answer = ask(None, "POST", f"/rooms/{room_id}/join", {})

    assert (answer.status, answer.json["code"]) == (503, "no_capacity")
    assert answer.headers["Retry-After"] == "5"


def test_a_ticketed_room_is_seen_and_not_entered(ask):
    body = {"title": "Paid", "access": "ticketed"}
    path = f"/rooms/{ask('hana', 'POST', '/rooms', body).json['room_id']}"

    assert ask(None, "GET", path).json["access"] == "ticketed"
    answer = ask("lena", "POST", f"{path}/join", {})
    assert (answer.status, answer.json["code"]) == (402, "ticket_needed")


def test_an_evening_in_a_room(ask, room_id):
    room = f"/rooms/{room_id}"
    for name in ("hana", "lena", "cleo"):
        assert ask(name, "POST", f"{room}/join", {}).status == 200
    ask("hana", "PUT", f"{room}/members/cleo/role", {"role": "cohost"})
    assert ask("lena", "PUT", f"{room}/hand", {}).json["place"] == 1
    assert [hand["handle"] for hand in ask("cleo", "GET", f"{room}/hands").json["items"]] == [
        "lena"
    ]

    up = ask("cleo", "PUT", f"{room}/members/lena/role", {"role": "speaker"})
    muted = ask("hana", "PUT", f"{room}/members/lena/muted", {"muted": True})

    assert (up.json["role"], muted.json["muted"]) == ("speaker", True)
    shown = ask(None, "GET", room).json
    assert (shown["speaker_count"], shown["listener_count"]) == (3, 0)
    assert [cohost["handle"] for cohost in shown["cohosts"]] == ["cleo"]
    speakers = ask(None, "GET", f"{room}/members", role="speaker").json["items"]
    assert [member["handle"] for member in speakers] == ["lena"]
    assert ask("lena", "POST", f"{room}/reactions", {"emoji": "❤️"}).status == 204
    assert ask("hana", "POST", f"{room}/mute-all", {}).status == 204
    assert ask("hana", "DELETE", f"{room}/members/lena").status == 204
    assert ask("lena", "POST", f"{room}/join", {}).json["code"] == "removed"
    assert ask("cleo", "POST", f"{room}/leave", {}).status == 204
    log = ask("hana", "GET", f"{room}/log").json["items"]
    assert {(each["by"]["handle"], each["act"]) for each in log} == {
        ("hana", "opened"),
        ("hana", "named_cohost"),
        ("cleo", "invited_up"),
        ("hana", "muted"),
        ("hana", "muted_all"),
        ("hana", "removed"),
    }
    assert log[0]["whom"]["name"] == "Lena"


def test_a_removed_guest_has_a_name_in_the_log(ask, room_id):
    guest = ask(None, "POST", f"/rooms/{room_id}/join", {}).json["member"]["account_id"]

    ask("hana", "DELETE", f"/rooms/{room_id}/members/{guest}")

    removed = ask("hana", "GET", f"/rooms/{room_id}/log", limit=1).json
    assert removed["items"][0]["whom"]["name"] == "Guest"
    assert removed["next"]


def test_what_no_account_did_has_us_in_the_log(ask, house):
    room = ask("hana", "POST", "/rooms", {"title": "On tides", "starts_at": tomorrow()}).json
    actions.call_off(house.parts, room["room_id"], from_rfc3339(room["starts_at"]))

    log = ask("hana", "GET", f"/rooms/{room['room_id']}/log", limit=1).json["items"]

    assert (log[0]["act"], log[0]["by"]["name"], log[0]["whom"]) == ("called_off", "Stoa", None)


def test_the_access_of_a_room_on_sale_is_settled(ask, house):
    room = ask("hana", "POST", "/rooms", {"title": "On tides", "starts_at": tomorrow()}).json
    house.database.table(ROOMS).write(on_sale(room["room_id"]))

    answer = ask("hana", "PATCH", f"/rooms/{room['room_id']}", {"access": "open"})

    assert (answer.status, answer.json["code"]) == (409, "on_sale")


@pytest.mark.parametrize("emoji", ["🦑", "", "👏👏", "clap"])
def test_only_known_emoji_are_reactions(ask, room_id, emoji):
    ask("lena", "POST", f"/rooms/{room_id}/join", {})

    assert ask("lena", "POST", f"/rooms/{room_id}/reactions", {"emoji": emoji}).status == 422


def test_too_many_reactions_say_when_to_go_on(ask, room_id):
    ask("lena", "POST", f"/rooms/{room_id}/join", {})

    answers = [
        ask("lena", "POST", f"/rooms/{room_id}/reactions", {"emoji": Emoji.FIRE}) for _ in range(25)
    ]

    refused = [answer for answer in answers if answer.status == 429]
    assert answers[9].status == 204
    assert refused[0].headers["Retry-After"] == "1"


def test_a_report_is_received(ask, room_id):
    answer = ask("lena", "POST", f"/rooms/{room_id}/reports", {"reason": "hate", "note": "n"})

    assert answer.status == 201
    assert answer.json["report_id"].startswith("report_")
    bad = {"reason": "boring"}
    assert ask("lena", "POST", f"/rooms/{room_id}/reports", bad).status == 422


@pytest.mark.parametrize("role", ["host", "dancer", None])
def test_nobody_becomes_what_can_not_be_given(ask, room_id, role):
    answer = ask("hana", "PUT", f"/rooms/{room_id}/members/lena/role", {"role": role})

    assert answer.status == 422


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


def test_a_guest_who_asks_again_with_their_key_is_the_same_and_comes_once(ask, room_id):
    def join(key):
        headers = {"idempotency-key": key}
        return ask(None, "POST", f"/rooms/{room_id}/join", {}, headers=headers).json["member"]

    first, again, other = join("mine"), join("mine"), join("another")

    assert first["account_id"] == again["account_id"] != other["account_id"]
    assert ask(None, "GET", f"/rooms/{room_id}").json["listener_count"] == 2
