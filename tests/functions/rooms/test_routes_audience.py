"""Whoever comes in is told where the media door is, and why not if it stays shut."""

from datetime import UTC, datetime, timedelta

import pytest

from core.clock import from_rfc3339
from core.roles import Role
from core.tokens import read_pass
from functions.rooms.model import Emoji


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


@pytest.mark.parametrize("emoji", ["🦑", "", "👏👏", "clap"])
def test_only_known_emoji_are_reactions(ask, room_id, emoji):
    ask("lena", "POST", f"/rooms/{room_id}/join", {})

    assert ask("lena", "POST", f"/rooms/{room_id}/reactions", {"emoji": emoji}).status == 422


def test_a_heart_is_one_with_and_without_its_colour(ask, room_id):
    ask("lena", "POST", f"/rooms/{room_id}/join", {})

    for heart in ("\u2764\ufe0f", "\u2764"):
        answer = ask("lena", "POST", f"/rooms/{room_id}/reactions", {"emoji": heart})
        assert answer.status == 204, answer.json


def test_too_many_reactions_say_when_to_go_on(ask, room_id):
    ask("lena", "POST", f"/rooms/{room_id}/join", {})

    answers = [
        ask("lena", "POST", f"/rooms/{room_id}/reactions", {"emoji": Emoji.FIRE}) for _ in range(25)
    ]

    refused = [answer for answer in answers if answer.status == 429]
    assert answers[9].status == 204
    assert refused[0].headers["Retry-After"] == "1"


def test_a_guest_who_asks_again_with_their_key_is_the_same_and_comes_once(ask, room_id):
    def join(key):
        headers = {"idempotency-key": key}
        return ask(None, "POST", f"/rooms/{room_id}/join", {}, headers=headers).json["member"]

    first, again, other = join("mine"), join("mine"), join("another")

    assert first["account_id"] == again["account_id"] != other["account_id"]
    assert ask(None, "GET", f"/rooms/{room_id}").json["listener_count"] == 2
