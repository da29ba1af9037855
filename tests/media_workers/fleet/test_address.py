"""A worker on Fargate learns its addresses from ECS and EC2."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from core import ecs
from core.environment import ConfigError
from media_workers.fleet.address import located, public_address
from tests.task_host import Host

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def ec2() -> Any:
    return boto3.client("ec2")


@pytest.fixture
def interface(ec2: Any) -> Any:
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    return ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]


@pytest.fixture
def public(ec2: Any, interface: Any) -> str:
    given = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(
        AllocationId=given["AllocationId"], NetworkInterfaceId=interface["NetworkInterfaceId"]
    )
    return str(given["PublicIp"])


@pytest.fixture
def host(interface: Any) -> Iterator[Host]:
    with Host(address=interface["PrivateIpAddress"], mac=interface["MacAddress"]) as host:
        yield host


def test_a_task_finds_both_of_its_addresses(host: Host, public: str) -> None:
    env = located(host.env)

    assert env["STOA_MEDIA_ADDRESS"] == public
    assert env["STOA_CONTROL_HOST"] == host.address


def test_an_address_that_is_told_stands(host: Host) -> None:
    env = host.env | {"STOA_MEDIA_ADDRESS": "192.0.2.1"}

    assert located(env) == env


def test_who_is_no_task_asks_nobody() -> None:
    assert located({"STOA_TABLE_PREFIX": "stoa-"}) == {"STOA_TABLE_PREFIX": "stoa-"}


def test_a_task_without_a_public_address_says_so(ec2: Any, interface: Any) -> None:
    own = ecs.Interface(address=interface["PrivateIpAddress"], mac=interface["MacAddress"])

    with pytest.raises(ConfigError, match="no public address"):
        public_address(ec2, own)


def test_the_same_private_address_in_another_network_is_not_ours(
    ec2: Any, interface: Any, public: str
) -> None:
    stranger = ecs.Interface(address=interface["PrivateIpAddress"], mac="0a:00:00:00:00:99")

    with pytest.raises(ConfigError):
        public_address(ec2, stranger)
