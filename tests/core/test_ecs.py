"""A task asks the endpoints of its own host, here on loopback."""

from collections.abc import Iterator

import pytest

from core import ecs
from core.errors import Unavailable
from tests.task_host import Host


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as host:
        yield host


def test_a_task_learns_its_private_address(host: Host) -> None:
    found = ecs.interface(host.metadata_uri)

    assert (found.address, found.mac) == (host.address, host.mac)


def test_a_task_learns_what_it_was_made_from(host: Host) -> None:
    found = ecs.task_definition(host.metadata_uri)

    assert (found.cluster, found.family, found.revision) == ("stoa-media", "stoa-media", "1")


def test_protection_is_asked_for_in_minutes_and_given_up_at_once(host: Host) -> None:
    ecs.protect(host.agent_uri, 15)
    ecs.protect(host.agent_uri, 0)

    assert host.asked == [
        {"ProtectionEnabled": True, "ExpiresInMinutes": 15},
        {"ProtectionEnabled": False},
    ]


def test_protection_that_ecs_refuses_is_no_protection(host: Host) -> None:
    host.refuses = True

    with pytest.raises(Unavailable, match="TASK_NOT_VALID"):
        ecs.protect(host.agent_uri, 15)


@pytest.mark.parametrize("broken", [b"", b"no json", b'{"Networks": '])
def test_an_answer_that_makes_no_sense_is_an_outage(host: Host, broken: bytes) -> None:
    host.says = broken

    with pytest.raises(Unavailable):
        ecs.interface(host.metadata_uri)


def test_a_host_that_is_silent_is_an_outage(host: Host) -> None:
    host.stop()

    with pytest.raises(Unavailable):
        ecs.interface(host.metadata_uri)
