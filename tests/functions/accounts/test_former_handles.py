"""A handle that was given up is nobody else's for sixty days, and leads to who gave it up.

Each race has a twin whose guard is off, in which what must not happen does.
"""

from datetime import timedelta

import pytest

from core.dynamo import present
from core.errors import Conflict
from functions.accounts import actions
from functions.accounts.model import FORMER_HANDLE_LASTS, new_account
from functions.accounts.store import AccountStore
from functions.shared.callers import Caller
from tests.functions.accounts.bodies import PROFILE

A_MOMENT = timedelta(seconds=2)


class Heedless(AccountStore):
    """Overwrites profiles that were changed since they were read."""

    def _as_read(self, account):
        return present


@pytest.fixture
def call_ada(accounts, now):
    """`call_ada("countess")`: she is called so, `later` than now."""

    def write(handle, who="ada", *, later=timedelta(0), store=accounts):
        account = accounts.find(who)
        return store.rewrite(
            account, now + later, handle=handle, name=account.name, avatar_url=None
        )

    return write


@pytest.fixture
def take(accounts, now):
    """`take("ada")`: the code with which bea is refused this handle, `later` than now, or None."""

    def ask(handle, *, later=timedelta(0), store=accounts):
        bea = accounts.find("bea")
        try:
            store.rewrite(bea, now + later, handle=handle, name="Bea", avatar_url=None)
        except Conflict as refusal:
            return refusal.code
        return None

    return ask


@pytest.fixture(autouse=True)
def people(sign_up):
    sign_up("ada")
    sign_up("bea")


def test_nobody_else_can_take_it_for_sixty_days(accounts, call_ada, take):
    call_ada("countess")

    assert take("ada") == "handle_taken"
    assert take("ada", later=FORMER_HANDLE_LASTS) == "handle_taken"
    assert accounts.find_by_handle("ada").account_id == "ada"

    assert take("ada", later=FORMER_HANDLE_LASTS + A_MOMENT) is None
    assert accounts.find_by_handle("ada").account_id == "bea"
    assert accounts.find_by_handle("countess").account_id == "ada"


def test_without_the_conditions_they_can(unguarded, call_ada, take):
    call_ada("countess")

    assert take("ada", store=unguarded) is None


def test_a_new_account_can_not_take_it_either(accounts, call_ada, now):
    call_ada("countess")

    with pytest.raises(Conflict) as refusal:
        accounts.create(new_account("eve", "ada", None, None), now)
    eve = actions.ensure(accounts, Caller(account_id="eve", suggested_handle="ada"), now)

    assert refusal.value.code == "handle_taken"
    assert eve.handle.startswith("ada_")


def test_who_gave_it_up_can_take_it_back(accounts, call_ada, take):
    call_ada("countess")

    again = call_ada("ada")

    assert [each.handle for each in again.former] == ["countess"]
    assert take("ada", later=FORMER_HANDLE_LASTS + A_MOMENT) == "handle_taken"
    assert take("countess") == "handle_taken"


def test_writing_a_profile_anew_gives_nothing_up(accounts, call_ada):
    call_ada("countess")

    again = call_ada("countess", later=timedelta(days=1))

    assert again == accounts.find("ada")
    assert [each.handle for each in again.former] == ["ada"]


def test_of_a_sixth_the_oldest_is_everybodys(accounts, call_ada, take):
    for number in range(6):
        renamed = call_ada(f"ada_{number}", later=timedelta(days=number))

    assert [each.handle for each in renamed.former] == [f"ada_{each}" for each in range(5)]
    assert accounts.find_by_handle("ada") is None
    assert take("ada_0", later=timedelta(days=6)) == "handle_taken"
    assert take("ada", later=timedelta(days=6)) is None


def test_what_has_lapsed_and_is_anothers_stays_theirs(accounts, call_ada, take):
    call_ada("ada_0")
    after = FORMER_HANDLE_LASTS + A_MOMENT
    assert take("ada", later=after) is None

    for number in range(1, 7):
        renamed = call_ada(f"ada_{number}", later=after)

    assert accounts.find_by_handle("ada").account_id == "bea"
    assert len(renamed.former) == 5


def overtaken(accounts, now, store):
    """ada was read; then she took another handle and came back; then the first is written.

    With which code that is refused, if it is, and what she has given up by then.
    """
    before = accounts.find("ada")
    for handle in ("countess", "ada"):
        read = accounts.find("ada")
        accounts.rewrite(read, now, handle=handle, name="Ada", avatar_url=None)
    code = None
    try:
        store.rewrite(before, now, handle="lovelace", name="Ada", avatar_url=None)
    except Conflict as refusal:
        code = refusal.code
    return code, {each.handle for each in accounts.find("ada").former}


def test_of_two_renames_at_once_neither_forgets_what_the_other_gave_up(accounts, now):
    assert overtaken(accounts, now, accounts) == ("profile_changed", {"countess"})


def test_without_the_guard_one_does(accounts, database, now):
    assert overtaken(accounts, now, Heedless(database)) == (None, {"ada"})


def test_by_a_former_handle_people_find_follow_and_block_who_had_it(ask, counts):
    ask("ada", "PUT", "/me", PROFILE | {"handle": "countess"})

    shown = ask(None, "GET", "/accounts/ada").json
    assert (shown["account_id"], shown["handle"]) == ("ada", "countess")
    assert ask("bea", "PUT", "/me/following/ada").status == 204
    assert counts("ada") == (1, 0)
    assert [each["handle"] for each in ask("bea", "GET", "/me/following").json["items"]] == [
        "countess"
    ]
    assert ask("bea", "DELETE", "/me/following/ada").status == 204
    assert counts("ada") == (0, 0)
    assert ask("bea", "PUT", "/me/blocked/ada").status == 204
    assert ask("ada", "GET", "/accounts/bea").status == 404
    assert ask("bea", "DELETE", "/me/blocked/ada").status == 204


def test_an_impostor_is_refused(ask):
    ask("ada", "PUT", "/me", PROFILE | {"handle": "countess"})

    answer = ask("bea", "PUT", "/me", PROFILE | {"handle": "ADA"})

    assert (answer.status, answer.json["code"]) == (409, "handle_taken")
