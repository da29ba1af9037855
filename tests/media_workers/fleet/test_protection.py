"""A task with live rooms is not scaled in; a deployment replaces it all the same."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import boto3
import pytest

from media_workers.fleet.protection import EXPIRES_MINUTES, RENEW_EVERY, Protection, Task
from media_workers.process.cloud import Cloud
from tests.task_host import Host

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("aws")]

PROTECTED = {"ProtectionEnabled": True, "ExpiresInMinutes": EXPIRES_MINUTES}
RELEASED = {"ProtectionEnabled": False}


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as host:
        yield host


@pytest.fixture
def service() -> None:
    """It is to run the first revision of its definition."""
    client: Any = boto3.client("ecs")
    client.create_cluster(clusterName="stoa-media")
    container = {"name": "media_workers", "image": "image", "memory": 64}
    made = client.register_task_definition(family="stoa-media", containerDefinitions=[container])
    client.create_service(
        cluster="stoa-media",
        serviceName="stoa-media",
        taskDefinition=made["taskDefinition"]["taskDefinitionArn"],
        desiredCount=1,
    )


class Lab:
    def __init__(self, host: Host, cloud: Cloud) -> None:
        task = Task.from_env(host.env)
        assert task is not None
        self.rooms = 0
        self.protection = Protection(task, busy=lambda: self.rooms > 0, cloud=cloud)


@pytest.fixture
async def lab(host: Host, service: None) -> AsyncIterator[Lab]:
    cloud = Cloud()
    yield Lab(host, cloud)
    cloud.close()


async def test_a_task_without_rooms_may_go(lab: Lab, host: Host) -> None:
    await lab.protection.look(0)

    assert host.asked == []


async def test_a_live_room_keeps_the_task_and_its_end_lets_it_go(lab: Lab, host: Host) -> None:
    lab.rooms = 1
    await lab.protection.look(0)
    lab.rooms = 0
    await lab.protection.look(10)
    await lab.protection.look(20)

    assert host.asked == [PROTECTED, RELEASED]


async def test_protection_is_renewed_long_before_it_expires(lab: Lab, host: Host) -> None:
    lab.rooms = 1
    for now in (0, RENEW_EVERY - 1, RENEW_EVERY):
        await lab.protection.look(now)

    assert host.asked == [PROTECTED, PROTECTED]
    assert RENEW_EVERY * 2 < EXPIRES_MINUTES * 60


async def test_a_task_that_a_deployment_replaces_may_go_with_its_rooms(
    lab: Lab, host: Host
) -> None:
    lab.rooms = 1
    await lab.protection.look(0)
    host.revision = "2"  # not what the service is to run
    await lab.protection.look(10)
    await lab.protection.look(20)

    assert host.asked == [PROTECTED, RELEASED]


async def test_what_ecs_refuses_is_asked_for_again(lab: Lab, host: Host) -> None:
    lab.rooms = 1
    host.refuses = True
    await lab.protection.look(0)
    host.refuses = False
    await lab.protection.look(10)

    assert host.asked == [PROTECTED]


async def test_who_is_no_task_has_nothing_to_protect() -> None:
    assert Task.from_env({"STOA_TABLE_PREFIX": "stoa-"}) is None
