from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import Invalid, NotFound
from functions.accounts import actions
from functions.accounts.model import Account
from functions.shared.callers import Caller


def caller(account_id, handle=None, **changes):
    return Caller(account_id=account_id, suggested_handle=handle, **changes)


def test_an_account_comes_into_being_on_first_use(accounts, now):
    picture = "https://x.test/a.png"
    ada = caller("ada-1", "Ada", suggested_name="Ada Lovelace", picture=picture)

    account = actions.ensure(accounts, ada, now)

    assert account == Account(
        account_id="ada-1", handle="ada", name="Ada Lovelace", avatar_url=picture
    )
    assert actions.account_of(accounts, "ada") == account


def test_it_keeps_what_it_is_called_whatever_the_issuer_says_later(accounts, now):
    first = actions.ensure(accounts, caller("ada-1", "ada"), now)

    assert actions.ensure(accounts, caller("ada-1", "countess"), now) == first


def test_who_comes_second_gets_a_handle_of_their_own(accounts, now):
    actions.ensure(accounts, caller("ada-1", "ada"), now)

    second = actions.ensure(accounts, caller("ada-2", "ada"), now)

    assert second.handle.startswith("ada_")
    assert actions.account_of(accounts, second.handle) == second
    assert actions.account_of(accounts, "ada").account_id == "ada-1"


def test_first_uses_at_once_give_one_account(accounts, now):
    with ThreadPoolExecutor(20) as threads:
        made = threads.map(
            lambda _: actions.ensure(accounts, caller("ada-1", "ada"), now), range(20)
        )

    assert len(set(made)) == 1


def test_different_people_of_one_name_at_once_get_different_handles(accounts, now):
    with ThreadPoolExecutor(20) as threads:
        made = list(
            threads.map(
                lambda n: actions.ensure(accounts, caller(f"ada-{n}", "ada"), now), range(20)
            )
        )

    assert len({account.handle for account in made}) == 20
    assert sum(account.handle == "ada" for account in made) == 1


def test_people_are_found_by_id(accounts, sign_up):
    ada = sign_up("ada")

    assert actions.person(accounts, "ada") == ada.person
    assert actions.person(accounts, "nobody") is None
    assert actions.people(accounts, ["nobody", "ada"]) == {"ada": ada.person}


def test_a_handle_that_names_nobody_is_not_found(accounts):
    with pytest.raises(NotFound) as refusal:
        actions.account_of(accounts, "nobody")

    assert refusal.value.code == "account_not_found"


def test_who_blocked_whom_is_asked_one_way(accounts, sign_up, now):
    ada = sign_up("ada")
    sign_up("bea")
    actions.block(accounts, ada, "bea", now)

    assert actions.blocks(accounts, "ada", "bea")
    assert not actions.blocks(accounts, "bea", "ada")
    assert actions.blockers_among(accounts, ["ada", "bea"], "bea") == {"ada"}


def test_a_blocked_account_may_block_back(accounts, sign_up, now):
    ada, bea = sign_up("ada"), sign_up("bea")
    actions.block(accounts, ada, "bea", now)

    actions.block(accounts, bea, "ada", now)
    actions.unblock(accounts, "ada", "bea")

    assert actions.blocks(accounts, "bea", "ada")
    with pytest.raises(NotFound):
        actions.follow(accounts, ada, "bea", now)


@pytest.mark.parametrize("act", [actions.follow, actions.block])
def test_nobody_follows_or_blocks_themselves(accounts, sign_up, now, act):
    ada = sign_up("ada")

    with pytest.raises(Invalid) as refusal:
        act(accounts, ada, "ADA", now)

    assert refusal.value.code == "not_yourself"


def test_those_one_follows_come_in_pages_of_ids(accounts, sign_up, now):
    ada = sign_up("ada")
    for handle in ("bea", "eve", "zoe"):
        sign_up(handle)
        actions.follow(accounts, ada, handle, now)

    first = actions.following(accounts, "ada", 2, None)
    rest = actions.following(accounts, "ada", 2, first.next)

    assert (first.account_ids, rest.account_ids, rest.next) == (["bea", "eve"], ["zoe"], None)
    assert actions.follows(accounts, "ada", "zoe")


def test_a_follower_who_blocked_the_viewer_is_left_out(accounts, sign_up, now):
    ada, bea, eve, _zed = (sign_up(handle) for handle in ("ada", "bea", "eve", "zed"))
    actions.follow(accounts, bea, "ada", now)
    actions.follow(accounts, eve, "ada", now)
    actions.block(accounts, eve, "zed", now)

    seen = actions.followers(accounts, ada, "zed", limit=10, cursor=None)

    assert seen.account_ids == ["bea"]
