from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.dynamo import Update
from core.errors import Conflict
from functions.accounts.model import Device, Platform, new_account
from functions.accounts.settings import CaptionSize, CaptionStyle, Settings


def in_threads(act, arguments):
    with ThreadPoolExecutor(20) as threads:
        return list(threads.map(act, arguments))


@pytest.fixture
def rename(accounts, now):
    """`rename(ada, "countess")`: she is called so; `store` writes it, if another one is to."""

    def write(account, handle, store=accounts):
        return store.rewrite(
            account, now, handle=handle, name=account.name, avatar_url=account.avatar_url
        )

    return write


def test_an_account_is_found_by_its_id_and_by_its_handle_in_any_case(accounts, sign_up):
    ada = sign_up("ada")

    assert accounts.find("ada") == ada
    assert accounts.find_by_handle("ADA") == ada
    assert accounts.find("bea") is None
    assert accounts.find_by_handle("bea") is None


def test_many_accounts_are_found_in_the_order_that_was_asked(accounts, sign_up):
    ada, bea = sign_up("ada"), sign_up("bea")

    assert list(accounts.find_many(["bea", "nobody", "ada"]).items()) == [
        ("bea", bea),
        ("ada", ada),
    ]


def test_making_an_account_again_gives_the_one_that_is_there(accounts, sign_up, now):
    ada = sign_up("ada")

    assert accounts.create(new_account("ada", "other", "Other", None), now) == ada
    assert accounts.find_by_handle("other") is None


def test_a_taken_handle_makes_no_account(accounts, sign_up, now):
    sign_up("ada")

    with pytest.raises(Conflict) as refusal:
        accounts.create(new_account("eve", "ada", None, None), now)

    assert refusal.value.code == "handle_taken"
    assert accounts.find("eve") is None


def test_a_new_handle_names_the_account(accounts, sign_up, rename):
    ada = sign_up("ada")

    renamed = rename(ada, "countess")

    assert renamed == accounts.find("ada") == accounts.find_by_handle("countess")
    assert (renamed.handle, renamed.name) == ("countess", ada.name)


def test_another_accounts_handle_is_refused_and_changes_nothing(accounts, sign_up, rename):
    ada = sign_up("ada")
    sign_up("bea")

    with pytest.raises(Conflict) as refusal:
        rename(ada, "bea")

    assert refusal.value.code == "handle_taken"
    assert accounts.find("ada") == ada
    assert accounts.find_by_handle("bea").account_id == "bea"


def test_a_profile_that_changed_meanwhile_is_not_overwritten(accounts, sign_up, rename):
    before = sign_up("ada")
    rename(before, "countess")

    with pytest.raises(Conflict) as refusal:
        rename(before, "lovelace")

    assert refusal.value.code == "profile_changed"
    assert accounts.find_by_handle("lovelace") is None


def owners_after_a_race(rename, contenders, store):
    """Who believes that the handle is theirs, when all claim it at once."""

    def claim(account):
        try:
            rename(account, "prize", store)
        except Conflict:
            return None
        return account.account_id

    return [winner for winner in in_threads(claim, contenders) if winner]


def test_however_many_want_a_handle_one_gets_it(accounts, sign_up, rename):
    contenders = [sign_up(f"fan_{number}") for number in range(20)]

    winners = owners_after_a_race(rename, contenders, accounts)

    assert winners == [accounts.find_by_handle("prize").account_id]


def test_without_the_condition_many_believe_that_they_got_it(unguarded, sign_up, rename):
    contenders = [sign_up(f"fan_{number}") for number in range(20)]

    assert len(owners_after_a_race(rename, contenders, unguarded)) > 1


def test_first_uses_at_once_make_one_account_with_one_handle(accounts, now):
    def first_use(number):
        return accounts.create(new_account("ada", f"ada_{number}", None, None), now).handle

    handles = set(in_threads(first_use, range(20)))

    assert handles == {accounts.find("ada").handle}
    taken = [number for number in range(20) if accounts.find_by_handle(f"ada_{number}")]
    assert len(taken) == 1


def device(device_id, seen_at, token="t"):
    return Device(device_id=device_id, platform=Platform.APNS, token=token, seen_at=seen_at)


def test_a_device_is_remembered_once_with_its_newest_token(accounts, now):
    accounts.devices.put("ada", device("phone", now))
    accounts.devices.put("ada", device("phone", now, token="newer"))
    accounts.devices.put("bea", device("phone", now))

    assert accounts.devices.of("ada") == [device("phone", now, token="newer")]


def test_a_device_is_forgotten_and_again_without_effect(accounts, now):
    accounts.devices.put("ada", device("phone", now))

    accounts.devices.delete("ada", "phone")
    accounts.devices.delete("ada", "phone")

    assert accounts.devices.of("ada") == []


def test_of_more_than_twenty_devices_the_longest_unseen_is_forgotten(accounts, now):
    for number in range(20):
        accounts.devices.put("ada", device(f"d{number}", now + timedelta(days=number)))
    accounts.devices.put("ada", device("d0", now + timedelta(days=30)))

    accounts.devices.put("ada", device("new", now + timedelta(days=31)))

    kept = {known.device_id for known in accounts.devices.of("ada")}
    assert len(kept) == 20
    assert kept >= {"d0", "new"}
    assert "d1" not in kept


def test_devices_registered_at_once_do_not_pass_the_bound(accounts, now):
    in_threads(lambda number: accounts.devices.put("ada", device(f"d{number}", now)), range(30))

    assert len(accounts.devices.of("ada")) == 20


def test_a_device_that_reports_again_keeps_its_endpoint(accounts, now):
    accounts.devices.put("ada", device("phone", now))
    accounts.devices.reached_at("ada", device("phone", now), "arn:phone")

    accounts.devices.put("ada", device("phone", now + timedelta(days=1)))

    (phone,) = accounts.devices.of("ada")
    assert (phone.endpoint, phone.seen_at) == ("arn:phone", now + timedelta(days=1))


@pytest.mark.parametrize("name", ["phone", "a.b[0]", "émoji 📱"])
def test_a_dead_device_lives_again_when_it_reports(accounts, now, name):
    accounts.devices.put("ada", device(name, now))
    accounts.devices.reached_at("ada", device(name, now), "arn:phone")
    accounts.devices.died("ada", device(name, now))
    (dead,) = accounts.devices.of("ada")

    accounts.devices.put("ada", device(name, now))

    assert dead.dead
    assert accounts.devices.of("ada") == [device(name, now)]


def test_what_is_found_out_about_an_old_token_says_nothing_of_the_new_one(accounts, now):
    accounts.devices.put("ada", device("phone", now, token="new"))

    accounts.devices.died("ada", device("phone", now, token="old"))
    accounts.devices.reached_at("ada", device("phone", now, token="old"), "arn:old")

    assert accounts.devices.of("ada") == [device("phone", now, token="new")]


def test_how_many_accounts_are_reached_is_read_at_once(accounts, now):
    accounts.devices.put("ada", device("phone", now))
    quiet = Settings(captions=CaptionStyle(size=CaptionSize.HUGE))
    accounts.put_settings("bea", quiet)

    reach = accounts.reach(["ada", "bea", "nobody"])

    assert [(each.settings, each.devices) for each in reach.values()] == [
        (Settings(), (device("phone", now),)),
        (quiet, ()),
        (Settings(), ()),
    ]


def test_an_account_that_never_said_has_the_default_settings(accounts):
    assert accounts.settings("ada") == Settings()


def test_settings_come_back_as_they_were_written(accounts):
    settings = Settings(captions=CaptionStyle(size=CaptionSize.HUGE, show_names=False))

    accounts.put_settings("ada", settings)

    assert accounts.settings("ada") == settings
    assert accounts.settings("bea") == Settings()


def test_a_preference_of_another_release_is_passed_over(accounts, table):
    preferences = {"captions": {"size": "large", "blink": True}, "horoscope": {"daily": True}}
    table.write(Update(pk="account#ada", sk="reach", set={"preferences": preferences}))

    assert accounts.settings("ada") == Settings(captions=CaptionStyle(size=CaptionSize.LARGE))
