import pytest

from core.environment import ConfigError
from functions.rooms.config import RoomsConfig


def test_an_address_ends_without_a_slash():
    assert RoomsConfig.from_env({"STOA_WEB_URL": "https://stoa.test/"}).web_url == (
        "https://stoa.test"
    )


@pytest.mark.parametrize("env", [{}, {"STOA_WEB_URL": ""}])
def test_a_missing_address_is_named(env):
    with pytest.raises(ConfigError, match="STOA_WEB_URL"):
        RoomsConfig.from_env(env)
