"""Devices and settings are kept as sent if they make sense, and no token is read back."""

import pytest

from tests.functions.accounts.bodies import DEVICE


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
