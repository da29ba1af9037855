import os
from dataclasses import replace
from itertools import islice

import pytest

from core.people import Person
from functions.accounts.model import (
    Account,
    first_handles,
    hosting,
    is_showable,
    is_web_address,
    new_account,
)
from functions.shared.config import Config

ADA = Account(account_id="ada-1", handle="ada", name="Ada", avatar_url=None)
CONFIG = replace(
    Config.from_env(os.environ), min_followers=600, host_allow_list=frozenset({"stoa"})
)


@pytest.mark.parametrize(("followers", "allowed"), [(0, False), (599, False), (600, True)])
def test_it_takes_six_hundred_followers_to_host(followers, allowed):
    answer = hosting(replace(ADA, follower_count=followers), CONFIG)

    assert answer.allowed is allowed
    assert answer.code == (None if allowed else "not_eligible_to_host")
    assert (answer.follower_count, answer.needed) == (followers, 600)


def test_a_handle_on_the_allow_list_hosts_without_followers():
    answer = hosting(replace(ADA, handle="stoa"), CONFIG)

    assert (answer.allowed, answer.code) == (True, None)


def test_with_nothing_needed_everybody_hosts():
    assert hosting(ADA, replace(CONFIG, min_followers=0)).allowed


def test_others_see_an_account_as_a_person():
    assert ADA.person == Person(account_id="ada-1", handle="ada", name="Ada", avatar_url=None)


@pytest.mark.parametrize(
    ("suggested", "first"),
    [
        ("ada", "ada"),
        ("Ada", "ada"),
        (" Ada Lovelace ", "ada_lovelace"),
        ("ada.b-c", "ada_b_c"),
        ("a" * 30, "a" * 30),
    ],
)
def test_a_new_account_is_called_as_its_issuer_suggests(suggested, first):
    assert next(first_handles(suggested, "ada-1")) == first


@pytest.mark.parametrize(
    "suggested",
    [
        None,
        "",
        "a",
        "a" * 31,
        "ada@example.com",
        "adé",
        "af8c6f6e-5f0c-4f0e-9a2b-0d6f3f1e2a3b",
    ],
)
def test_without_a_good_suggestion_the_handle_is_made_from_the_id(suggested):
    handles = list(first_handles(suggested, "ada-1"))

    assert all(handle.startswith("account_") for handle in handles)


@pytest.mark.parametrize("suggested", ["ada", "a" * 30, None])
def test_there_are_several_handles_to_try_all_valid_and_different(suggested):
    handles = list(first_handles(suggested, "ada-1"))

    assert len(handles) == len(set(handles)) >= 5
    for handle in handles:
        assert new_account("ada-1", handle, None, None).handle == handle
        assert 2 <= len(handle) <= 30
    assert handles == list(islice(first_handles(suggested, "ada-1"), len(handles)))
    assert handles[-1] != list(first_handles(suggested, "bea-1"))[-1]


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "Ada Lovelace",
        "x" * 50,
        "Søren",
        "李",
        "क्\u200dष",
        "👩\u200d👩\u200d👧",
        "e\u0301",
    ],
)
def test_a_name_is_anything_that_can_be_read(name):
    assert is_showable(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "x" * 51,
        "a\nb",
        "a\0",
        "a\x7f",
        "a\u2028b",
        "a\ue000",
        "\ud800",
        "\u200b",
        "\u0301",
        "\u202eadA",
        "a\u2066b",
    ],
    ids=ascii,
)
def test_a_name_that_cannot_be_read_or_that_deceives_is_none(name):
    assert not is_showable(name)


@pytest.mark.parametrize(
    "url",
    [
        "https://x.test/a.png",
        "http://127.0.0.1:8080/a?b=c#d",
        "https://[::1]/a",
        "https://x.test/" + "a" * 485,
        "https://x.test/%C3%A9",
    ],
)
def test_a_picture_has_a_web_address(url):
    assert is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x.test/a.png",
        "//x.test/a.png",
        "ftp://x.test/a",
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "https://",
        "https:///a",
        "https://?a",
        "https://[::1/a",
        "https://x.test/a b",
        'https://x.test/"onerror=',
        "https://x.test/<a>",
        "https://x.test/\n",
        "https://x.test/é",
        "https://x.test/" + "a" * 486,
    ],
)
def test_anything_else_is_no_picture(url):
    assert not is_web_address(url)


def test_a_new_account_shows_what_its_issuer_says_as_far_as_that_can_be_shown():
    full = new_account("ada-1", "ada", "  Ada  ", "https://x.test/a.png")
    long = new_account("ada-1", "ada", "x" * 80, None)
    odd = new_account("ada-1", "ada", "\u202e", "javascript:alert(1)")

    assert (full.name, full.avatar_url) == ("Ada", "https://x.test/a.png")
    assert long.name == "x" * 50
    assert (odd.name, odd.avatar_url) == ("ada", None)
