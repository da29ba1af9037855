"""The stage is run over the wire, and the log says who did what to whom."""

import pytest


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


@pytest.mark.parametrize("role", ["host", "dancer", None])
def test_nobody_becomes_what_can_not_be_given(ask, room_id, role):
    answer = ask("hana", "PUT", f"/rooms/{room_id}/members/lena/role", {"role": role})

    assert answer.status == 422
