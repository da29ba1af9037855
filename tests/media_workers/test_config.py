from typing import Any

import pytest

from core.environment import ConfigError
from media_workers.config import Config

NEEDED = {
    "STOA_TABLE_PREFIX": "stoa-",
    "STOA_QUEUE_PREFIX": "stoa-",
    "STOA_ROOM_SECRETS": "new,old",
    "STOA_MEDIA_ADDRESS": "192.0.2.1",
}


def test_a_worker_needs_little_to_be_told() -> None:
    config = Config.from_env(NEEDED)

    assert config.room_secrets == ("new", "old")
    assert (config.media_bind, config.media_port) == ("0.0.0.0", 40_000)
    assert (config.control_bind, config.control_port) == ("0.0.0.0", 8081)
    assert config.control_host == "192.0.2.1"
    assert config.capacity == 3000


def test_every_worker_has_an_id_of_its_own() -> None:
    assert Config.from_env(NEEDED).worker_id != Config.from_env(NEEDED).worker_id
    assert Config.from_env(NEEDED | {"STOA_WORKER_ID": "w1"}).worker_id == "w1"


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named(name: Any) -> None:
    with pytest.raises(ConfigError, match=f"{name} is not set"):
        Config.from_env(NEEDED | {name: ""})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("STOA_MEDIA_PORT", "65536"),
        ("STOA_CONTROL_PORT", "-1"),
        ("STOA_CAPACITY", "many"),
        ("STOA_CAPACITY", "\u0663"),
        ("STOA_MEDIA_ADDRESS", "example.com"),
        ("STOA_MEDIA_BIND", "localhost"),
    ],
)
def test_what_can_not_be_is_named(name: Any, text: Any) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_env(NEEDED | {name: text})
