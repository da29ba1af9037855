import pytest

from core.environment import ConfigError
from functions.shared.callers import Moderators
from functions.shared.config import Config

ENV = {
    "STOA_TABLE_PREFIX": "stoa-",
    "STOA_ISSUER": "https://issuer.test",
    "STOA_AUDIENCE": "stoa",
    "STOA_JWKS_URL": "https://issuer.test/jwks.json",
    "STOA_ROOM_SECRETS": "new,old",
}


def test_what_may_be_left_out_has_its_default():
    config = Config.from_env(ENV)

    assert config.min_followers == 600
    assert config.host_allow_list == frozenset()
    assert config.room_secrets == ("new", "old")
    assert config.moderators == Moderators(claim="cognito:groups", group="moderators")


@pytest.mark.parametrize("name", ENV)
def test_what_is_missing_is_named(name):
    for env in ({k: v for k, v in ENV.items() if k != name}, ENV | {name: ""}):
        with pytest.raises(ConfigError, match=name):
            Config.from_env(env)


@pytest.mark.parametrize("text", ["many", "-1", "6.5", ""])
def test_a_number_that_is_none_is_refused(text):
    with pytest.raises(ConfigError, match="STOA_MIN_FOLLOWERS"):
        Config.from_env(ENV | {"STOA_MIN_FOLLOWERS": text})


def test_moderators_are_named_as_the_issuer_names_them():
    env = {"STOA_MODERATORS_CLAIM": "roles", "STOA_MODERATORS_GROUP": "staff"}

    assert Config.from_env(ENV | env).moderators == Moderators(claim="roles", group="staff")


def test_hosts_are_listed_by_handle_which_knows_no_case():
    config = Config.from_env(ENV | {"STOA_HOST_ALLOW_LIST": "Ada, bea,,"})

    assert config.host_allow_list == {"ada", "bea"}
