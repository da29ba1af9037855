"""Whom one can report: whoever has an account, and guests, who have none."""

import pytest


def report(ask, room_id, whom):
    body = {"account_id": whom, "reason": "spam"}
    return ask("zoe", "POST", f"/rooms/{room_id}/reports", body)


def test_nobody_is_reported_who_does_not_exist(ask, room_id):
    answer = report(ask, room_id, "nobody")

    assert (answer.status, answer.json["code"]) == (404, "account_not_found")
    assert ask("mona", "GET", "/reports", groups="[moderators]").json["items"] == []


@pytest.mark.parametrize("blocks", [False, True])
def test_whoever_has_an_account_is_whether_or_not_they_were_in_the_room(
    ask, house, room_id, blocks
):
    house.account("lena")
    if blocks:
        house.block("lena", "zoe")

    assert report(ask, room_id, "lena").status == 201


def test_a_guest_is(ask, room_id):
    guest = ask(None, "POST", f"/rooms/{room_id}/join", {}).json["member"]["account_id"]

    assert report(ask, room_id, guest).status == 201
