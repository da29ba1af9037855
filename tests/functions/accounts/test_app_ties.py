"""Following and blocking can be repeated and taken back, and my lists come in pages."""

import pytest


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
