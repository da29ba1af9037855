import pytest

from functions.rooms.app import app as rooms

PROFILE = {"handle": "ada", "name": "Ada", "avatar_url": None}
DEVICE = {"platform": "apns", "token": "ab" * 32}
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
    }


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
    assert ask(None, "GET", "/accounts/ada").status == 404


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


def test_following_is_repeatable_and_so_is_its_end(ask, sign_up):
    sign_up("bea")

    assert [ask("ada", "PUT", "/me/following/bea").status for _ in range(2)] == [204, 204]
    assert ask(None, "GET", "/accounts/bea").json["follower_count"] == 1
    assert ask("ada", "GET", "/me").json["following_count"] == 1

    assert [ask("ada", "DELETE", "/me/following/bea").status for _ in range(2)] == [204, 204]
    assert ask(None, "GET", "/accounts/bea").json["follower_count"] == 0


def test_followers_and_followed_are_listed_as_public_accounts(ask, sign_up):
    for handle in ("ada", "bea", "eve"):
        sign_up(handle)
    ask("bea", "PUT", "/me/following/ada")
    ask("eve", "PUT", "/me/following/ada")

    followers = ask("eve", "GET", "/accounts/ada/followers").json
    followed = ask("eve", "GET", "/me/following").json

    assert [account["handle"] for account in followers["items"]] == ["bea", "eve"]
    assert followed == {"items": [ask(None, "GET", "/accounts/ada").json], "next": None}


def test_lists_come_in_pages(ask, sign_up):
    for number in range(5):
        sign_up(f"host_{number}")
        ask("ada", "PUT", f"/me/following/host_{number}")

    handles, cursor = [], {}
    while True:
        page = ask("ada", "GET", "/me/following", limit=2, **cursor).json
        handles.append([account["handle"] for account in page["items"]])
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert handles == [["host_0", "host_1"], ["host_2", "host_3"], ["host_4"]]


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 101}, {"limit": "many"}, {"cursor": "forged"}, {"offset": 3}],
    ids=str,
)
def test_a_page_that_cannot_be_is_refused(ask, query):
    assert ask("ada", "GET", "/me/following", **query).status == 422


def test_a_page_of_anothers_list_is_no_page_of_mine(ask, sign_up):
    for handle in ("bea", "eve"):
        sign_up(handle)
        ask("ada", "PUT", f"/me/following/{handle}")
    cursor = ask("ada", "GET", "/me/following", limit=1).json["next"]

    answer = ask("eve", "GET", "/me/following", cursor=cursor)

    assert (answer.status, answer.json["code"]) == (422, "bad_cursor")


def test_whom_i_block_does_not_see_me_nor_follow_me(ask, sign_up):
    for handle in ("ada", "eve"):
        sign_up(handle)
    ask("eve", "PUT", "/me/following/ada")
    ask("ada", "PUT", "/me/following/eve")

    assert [ask("ada", "PUT", "/me/blocked/eve").status for _ in range(2)] == [204, 204]

    assert ask("eve", "GET", "/accounts/ada").status == 404
    assert ask("eve", "GET", "/accounts/ada/followers").status == 404
    assert ask("eve", "PUT", "/me/following/ada").json["code"] == "account_not_found"
    assert ask("eve", "DELETE", "/me/following/ada").status == 404
    assert ask("eve", "GET", "/me/following").json["items"] == []
    assert ask("ada", "GET", "/me").json["follower_count"] == 0
    assert ask("ada", "GET", "/accounts/eve").status == 200
    assert ask("ada", "PUT", "/me/following/eve").json["code"] == "you_blocked_them"


def test_a_block_can_be_taken_back(ask, sign_up):
    sign_up("ada")
    sign_up("eve")
    ask("ada", "PUT", "/me/blocked/eve")

    assert [ask("ada", "DELETE", "/me/blocked/eve").status for _ in range(2)] == [204, 204]

    assert ask("eve", "GET", "/accounts/ada").status == 200
    assert ask("eve", "PUT", "/me/following/ada").status == 204


def test_i_am_neither_followed_nor_blocked_by_myself(ask, sign_up):
    sign_up("ada")

    for path in ("/me/following/ada", "/me/blocked/ada"):
        answer = ask("ada", "PUT", path)
        assert (answer.status, answer.json["code"]) == (422, "not_yourself")


def test_a_device_is_registered_and_forgotten(ask, accounts):
    assert ask("ada", "PUT", "/me/devices/phone", DEVICE).status == 204
    assert [(d.device_id, d.platform, d.token) for d in accounts.devices.of("ada")] == [
        ("phone", "apns", "ab" * 32)
    ]

    assert [ask("ada", "DELETE", "/me/devices/phone").status for _ in range(2)] == [204, 204]
    assert accounts.devices.of("ada") == []


def test_i_see_my_devices_and_which_are_dead_but_never_a_token(ask, accounts):
    ask("ada", "PUT", "/me/devices/phone", DEVICE)
    ask("ada", "PUT", "/me/devices/tablet", DEVICE)
    [phone] = [one for one in accounts.devices.of("ada") if one.device_id == "phone"]
    accounts.devices.died("ada", phone)

    answer = ask("ada", "GET", "/me/devices")

    assert answer.status == 200
    assert {one["device_id"]: one["dead"] for one in answer.json["items"]} == {
        "phone": True,
        "tablet": False,
    }
    assert DEVICE["token"] not in str(answer.json)
    assert ask("bea", "GET", "/me/devices").json == {"items": []}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": "AB" * 200}, 204),
        ({"platform": "fcm", "token": "fZ9:APA91b_-" + "x" * 140}, 204),
        ({"platform": "fcm", "token": "x" * 4096}, 204),
        ({"token": "ab" * 31}, 422),
        ({"token": "abc" * 32 + "d"}, 422),
        ({"token": "no hexadecimal number, though as long as one would be, and more"}, 422),
        ({"platform": "fcm", "token": "with a space"}, 422),
        ({"platform": "pigeon"}, 422),
        ({"platform": None}, 422),
        ({"token": ""}, 422),
        ({"token": "x" * 4097}, 422),
        ({"more": 1}, 422),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_device_has_a_platform_and_a_token(ask, change, status):
    assert ask("ada", "PUT", "/me/devices/phone", DEVICE | change).status == status


def test_settings_have_defaults(ask):
    settings = ask("ada", "GET", "/me/settings").json

    assert settings["captions"] == {
        "shown": True,
        "show_names": True,
        "font": "default",
        "size": "medium",
        "text_color": "auto",
        "text_opacity": 100,
        "background_color": "auto",
        "background_opacity": 0,
        "window_color": "auto",
        "window_opacity": 100,
        "edge": "none",
    }
    assert settings["notifications"]["room_live"] == ["in_app", "push"]
    assert settings["notifications"]["tickets"] == ["email", "in_app", "push"]


def test_settings_are_kept_and_what_is_left_out_has_its_default(ask):
    wanted = {"captions": {"size": "huge"}, "notifications": {"room_live": []}}

    written = ask("ada", "PUT", "/me/settings", wanted)

    assert written.status == 200
    assert ask("ada", "GET", "/me/settings").json == written.json
    assert written.json["captions"]["size"] == "huge"
    assert written.json["captions"]["text_color"] == "auto"
    assert written.json["notifications"]["room_live"] == []
    assert written.json["notifications"]["reminders"] == ["in_app", "push"]


def test_quiet_hours_and_muted_hosts_are_kept(ask):
    quiet = {"from": "22:00", "to": "07:00", "zone": "Europe/Berlin"}
    wanted = {"notifications": {"quiet": quiet, "muted_hosts": ["hugo", "hana"]}}

    written = ask("ada", "PUT", "/me/settings", wanted)

    read = ask("ada", "GET", "/me/settings").json["notifications"]
    assert written.status == 200
    assert read["quiet"] == quiet
    assert read["muted_hosts"] == ["hana", "hugo"]
    assert ask("ada", "PUT", "/me/settings", {"notifications": read}).json["notifications"] == read


@pytest.mark.parametrize(
    "change",
    [
        {"from": "24:00"},
        {"from": "22:60"},
        {"from": "10 pm"},
        {"to": None},
        {"to": "22:00"},
        {"zone": "Mars/Olympus"},
        {"zone": "Europe"},
        {"zone": "../../etc/passwd"},
        {"zone": ""},
        {"days": 7},
    ],
    ids=str,
)
def test_quiet_hours_that_no_clock_shows_are_refused(ask, change):
    quiet = {"from": "22:00", "to": "07:00", "zone": "Europe/Berlin"}
    wanted = {"notifications": {"quiet": quiet | change}}

    assert ask("ada", "PUT", "/me/settings", wanted).status == 422


@pytest.mark.parametrize(("count", "status"), [(200, 200), (201, 422)])
def test_two_hundred_hosts_can_be_muted(ask, count, status):
    muted = [str(number) for number in range(count)]

    answer = ask("ada", "PUT", "/me/settings", {"notifications": {"muted_hosts": muted}})

    assert answer.status == status


@pytest.mark.parametrize(
    "settings",
    [
        {"captions": {"size": "enormous"}},
        {"captions": {"blink": True}},
        {"captions": {"text_color": "#fff"}},
        {"captions": {"window_opacity": 33}},
        {"captions": None},
        {"notifications": {"room_live": ["pigeon"]}},
        {"notifications": {"room_live": "push"}},
        {"notifications": {"horoscope": []}},
        {"more": {}},
        [],
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(ask, settings):
    assert ask("ada", "PUT", "/me/settings", settings).status == 422


def test_only_the_public_part_of_an_account_needs_no_sign_in(ask, door, sign_up):
    sign_up("ada")

    for method, route in door.operations:
        path = route.replace("{handle}", "ada").replace("{device_id}", "phone")
        answer = ask(None, method, path, BODIES.get(path))
        expected = 200 if route == "/accounts/{handle}" else 401
        assert (method, route, answer.status) == (method, route, expected)
