"""I am who my token says, am called what I ask for, and everybody sees my public part alone."""

import pytest

from functions.rooms.app import app as rooms
from tests.functions.accounts.bodies import DEVICE, PROFILE

BODIES = {"/me": PROFILE, "/me/devices/phone": DEVICE, "/me/settings": {}}


def test_i_am_who_my_token_says_and_learn_whether_i_may_host(ask):
    answer = ask("ada", "GET", "/me")

    assert answer.status == 200
    assert answer.json == {
        "account_id": "ada",
        "handle": "ada",
        "name": "ada",
        "avatar_url": None,
        "follower_count": 0,
        "following_count": 0,
        "hosting": {
            "allowed": False,
            "code": "not_eligible_to_host",
            "follower_count": 0,
            "needed": 600,
        },
        "moderator": False,
    }


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", PROFILE)])
def test_a_moderator_reads_that_they_are_one(call, door, method, body):
    answer = call(door, method, "/me", as_account="ada", body=body, groups="[moderators]")

    assert answer.json["moderator"] is True


@pytest.mark.parametrize(("followers", "allowed"), [(599, False), (600, True)])
def test_six_hundred_followers_may_host(ask, sign_up, followers, allowed):
    sign_up("ada", followers=followers)

    hosting = ask("ada", "GET", "/me").json["hosting"]

    assert hosting == {
        "allowed": allowed,
        "code": None if allowed else "not_eligible_to_host",
        "follower_count": followers,
        "needed": 600,
    }


def test_i_am_called_what_i_ask_for(ask):
    profile = {
        "handle": "Countess_1",
        "name": "  Ada Lovelace ",
        "avatar_url": "https://x.test/a.png",
    }

    answer = ask("ada", "PUT", "/me", profile)

    assert answer.status == 200
    assert ask("ada", "GET", "/me").json == answer.json
    assert answer.json["handle"] == "countess_1"
    assert answer.json["name"] == "Ada Lovelace"
    assert answer.json["avatar_url"] == "https://x.test/a.png"
    assert ask(None, "GET", "/accounts/COUNTESS_1").json["account_id"] == "ada"
    assert ask(None, "GET", "/accounts/ada").json["handle"] == "countess_1"


def test_writing_the_same_profile_again_changes_nothing(ask):
    first = ask("ada", "PUT", "/me", PROFILE)

    assert ask("ada", "PUT", "/me", PROFILE) == first


def test_a_taken_handle_is_refused_in_any_case(ask, sign_up):
    sign_up("bea")

    answer = ask("ada", "PUT", "/me", PROFILE | {"handle": "BEA"})

    assert (answer.status, answer.json["code"]) == (409, "handle_taken")


@pytest.mark.parametrize(
    "change",
    [
        {"handle": "a"},
        {"handle": "a" * 31},
        {"handle": "a b"},
        {"handle": "adé"},
        {"handle": "ada\n\n1"},
        {"handle": None},
        {"handle": 5},
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 51},
        {"name": "a\nb"},
        {"name": "\u202eadA"},
        {"name": None},
        {"avatar_url": "javascript:alert(1)"},
        {"avatar_url": "https://x.test/" + "a" * 500},
        {"avatar_url": ""},
        {"follower_count": 600},
    ],
    ids=str,
)
def test_a_profile_that_does_not_fit_is_refused(ask, change):
    answer = ask("ada", "PUT", "/me", PROFILE | change)

    assert (answer.status, answer.json["code"]) == (422, "invalid_request")


def test_anybody_sees_the_public_part_of_an_account(ask, sign_up):
    sign_up("ada", followers=3)

    assert ask(None, "GET", "/accounts/ada").json == {
        "account_id": "ada",
        "handle": "ada",
        "name": "ada",
        "avatar_url": None,
        "follower_count": 3,
        "following_count": 0,
        "live": None,
    }


@pytest.fixture
def open_room(call, sign_up):
    """`open_room("ada")`: she has the followers to, and opens a live room; its id."""

    def make(host):
        sign_up(host, followers=600)
        answer = call(rooms, "POST", "/rooms", as_account=host, body={"title": "Engines"})
        assert answer.status == 201
        return answer.json["room_id"]

    return make


def test_a_ring_shows_who_is_on_a_live_stage_and_as_what(ask, call, open_room, sign_up):
    sign_up("bea")
    room_id = open_room("ada")

    assert ask(None, "GET", "/accounts/ada").json["live"] == {"room_id": room_id, "role": "host"}
    assert ask(None, "GET", "/accounts/bea").json["live"] is None

    call(rooms, "POST", f"/rooms/{room_id}/end", as_account="ada")
    assert ask(None, "GET", "/accounts/ada").json["live"] is None


def test_lists_of_accounts_show_the_ring_too(ask, open_room):
    room_id = open_room("ada")
    ask("bea", "PUT", "/me/following/ada")

    followed = ask("bea", "GET", "/me/following").json["items"]

    assert [account["live"] for account in followed] == [{"room_id": room_id, "role": "host"}]


@pytest.mark.parametrize("handle", ["nobody", "%20", "x" * 128, "a.b", "é"])
def test_an_account_that_is_not_there_is_not_found(ask, handle):
    for method, path in [
        ("GET", f"/accounts/{handle}"),
        ("GET", f"/accounts/{handle}/followers"),
        ("PUT", f"/me/following/{handle}"),
        ("DELETE", f"/me/following/{handle}"),
        ("PUT", f"/me/blocked/{handle}"),
        ("DELETE", f"/me/blocked/{handle}"),
    ]:
        answer = ask("ada", method, path)
        assert (answer.status, answer.json["code"]) == (404, "account_not_found")


def test_only_the_public_part_of_an_account_needs_no_sign_in(ask, door, sign_up):
    sign_up("ada")

    for method, route in door.operations:
        path = route.replace("{handle}", "ada").replace("{device_id}", "phone")
        answer = ask(None, method, path, BODIES.get(path))
        expected = 200 if route == "/accounts/{handle}" else 401
        assert (method, route, answer.status) == (method, route, expected)
