import socket
from dataclasses import replace

import pytest

from local.settings import CannotStart, Settings, listen, own_address


def test_a_stack_listens_on_loopback_and_for_media_at_the_machines_own_address_by_default() -> None:
    settings = Settings.from_env({})

    assert (settings.bind, settings.port) == ("127.0.0.1", 8080)
    assert (settings.media_bind, settings.media_port) == (own_address(), 0)
    assert settings.media_address == settings.media_bind
    assert settings.workers == 1
    assert settings.demo
    assert settings.captions
    assert (settings.rollout, settings.rollout_list) == ("list", "stoa")


def test_a_stack_bound_to_loopback_by_choice_takes_media_there_too() -> None:
    settings = Settings.from_env({"STOA_BIND": "127.0.0.1"})

    assert {settings.bind, settings.media_bind, settings.media_address} == {"127.0.0.1"}


def test_media_of_a_stack_bound_to_every_address_goes_to_one_that_can_be_sent_to() -> None:
    settings = Settings.from_env({"STOA_BIND": "0.0.0.0"})

    assert settings.media_address != "0.0.0.0"
    assert settings.reachable_at == "127.0.0.1"


def test_a_chosen_media_address_counts() -> None:
    settings = Settings.from_env({"STOA_BIND": "0.0.0.0", "STOA_MEDIA_ADDRESS": "192.0.2.7"})

    assert settings.media_address == "192.0.2.7"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STOA_PORT", "80a"),
        ("STOA_PORT", "65536"),
        ("STOA_MEDIA_PORT", "-1"),
        ("STOA_BIND", "localhost"),
        ("STOA_MEDIA_ADDRESS", "my.host"),
        ("STOA_WORKERS", "0"),
        ("STOA_WORKERS", "17"),
        ("STOA_DEMO", "perhaps"),
        ("STOA_CAPTIONS", "loud"),
        ("STOA_TICKETS_ROLLOUT", "some"),
    ],
)
def test_a_setting_that_cannot_be_is_named(name: str, value: str) -> None:
    with pytest.raises(CannotStart, match=f"^{name} must be .*{value!r}.$"):
        Settings.from_env({name: value})


@pytest.mark.parametrize(
    ("kind", "setting"),
    [(socket.SOCK_STREAM, "STOA_PORT"), (socket.SOCK_DGRAM, "STOA_MEDIA_PORT")],
)
def test_a_port_in_use_is_one_clear_sentence(kind: socket.SocketKind, setting: str) -> None:
    free = Settings.from_env({"STOA_PORT": "0", "STOA_BIND": "127.0.0.1"})
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        if kind == socket.SOCK_STREAM:
            other.listen()
        settings = replace(free, **{setting.removeprefix("STOA_").lower(): port})

        with pytest.raises(
            CannotStart, match=f"127.0.0.1:{port} .address already in use.*{setting}"
        ):
            listen(settings)


def test_two_stacks_cannot_take_one_port() -> None:
    with listen(Settings.from_env({"STOA_PORT": "0"})) as first:
        taken = Settings.from_env({"STOA_PORT": str(first.getsockname()[1])})

        with pytest.raises(CannotStart):
            listen(taken)
